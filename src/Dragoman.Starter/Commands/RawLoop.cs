using System.Diagnostics;
using Dragoman.Starter.Generation;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Commands;

/// <summary>Decodes and samples with nothing between: what the native library gives on this machine.</summary>
internal static class RawLoop
{
    /// <summary>Runs all prompts side by side to <paramref name="tokens"/> tokens each; tokens a second of all together, prompts included.</summary>
    public static double Run(LanguageModel model, int[][] prompts, int tokens, SamplingSettings sampling, EngineSettings settings)
    {
        int context = settings.Context ?? model.TrainingContext;
        int capacity = settings.AlonePromptSlice + prompts.Length;
        using ContextHandle native = ContextFactory.Create(model, context, settings.Slots, capacity, settings.Threads);
        using var batch = new LlamaBatch(capacity, settings.Slots, model.VocabularySize, context);
        SamplerHandle[] samplers = [.. prompts.Select(_ => SamplerFactory.Create(sampling, model.VocabularySize, context))];
        int[] next = new int[prompts.Length];
        try
        {
            var watch = Stopwatch.StartNew();
            for (int s = 0; s < prompts.Length; s++)
            {
                int output = -1;
                for (int i = 0; i < prompts[s].Length; i++)
                {
                    if (batch.Room == 0)
                    {
                        Decode(batch, native);
                        batch.Clear();
                    }

                    output = batch.Add(prompts[s][i], i, s, wantLogits: i == prompts[s].Length - 1);
                }

                Decode(batch, native);
                next[s] = batch.Sample(samplers[s], native, output);
                batch.Clear();
            }

            for (int n = 1; n < tokens; n++)
            {
                for (int s = 0; s < prompts.Length; s++)
                {
                    batch.Add(next[s], prompts[s].Length + n - 1, s, wantLogits: true);
                }

                Decode(batch, native);
                for (int s = 0; s < prompts.Length; s++)
                {
                    next[s] = batch.Sample(samplers[s], native, s);
                }

                batch.Clear();
            }

            return prompts.Length * tokens / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            Array.ForEach(samplers, s => s.Dispose());
        }
    }

    private static void Decode(LlamaBatch batch, ContextHandle context)
    {
        if (batch.Decode(context) is not 0 and var status)
        {
            throw new StarterException($"decoding failed with status {status}");
        }
    }
}
