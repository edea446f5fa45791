using Dragoman.Starter.Native;

namespace Dragoman.Starter.Generation;

/// <summary>Makes native contexts for generating.</summary>
internal static class ContextFactory
{
    /// <summary>A context whose unified memory holds <paramref name="slots"/> full sequences.</summary>
    /// <param name="model">The model to run.</param>
    /// <param name="tokensPerSequence">Context of each sequence.</param>
    /// <param name="slots">Sequences at once, 1 to 64.</param>
    /// <param name="batchTokens">Most tokens a decode, all in one physical batch.</param>
    /// <param name="threads">Compute threads.</param>
    /// <exception cref="StarterException">The native library refuses, mostly for want of memory.</exception>
    public static ContextHandle Create(LanguageModel model, int tokensPerSequence, int slots, int batchTokens, int threads)
    {
        ContextParams parameters = Llama.llama_context_default_params();
        // The library cuts batches down to the context, so a small context is made to hold at least one batch.
        parameters.ContextTokens = (uint)Math.Max(checked(tokensPerSequence * slots), batchTokens);
        parameters.BatchTokens = (uint)batchTokens;
        parameters.MicroBatchTokens = (uint)batchTokens;
        parameters.MaxSequences = (uint)slots;
        parameters.MaxOutputs = (uint)slots;
        parameters.KvUnified = 1;
        parameters.Threads = threads;
        parameters.BatchThreads = threads;
        return ContextHandle.Create(model.Handle, parameters);
    }
}
