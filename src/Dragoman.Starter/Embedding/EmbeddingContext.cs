using Dragoman.Starter.Native;

namespace Dragoman.Starter.Embedding;

/// <summary>One native context of one compute thread. One caller uses it at a time.</summary>
internal sealed unsafe class EmbeddingContext : IDisposable
{
    /// <summary>Most texts of a batch.</summary>
    public const int MostTexts = 32;

    private readonly EmbeddingModel _model;
    private readonly ContextHandle _context;
    private readonly LlamaBatch _batch;

    /// <exception cref="StarterException">The model does not turn texts into vectors, or memory is short.</exception>
    public EmbeddingContext(EmbeddingModel model)
    {
        _model = model;
        ContextParams parameters = Llama.llama_context_default_params();
        parameters.ContextTokens = (uint)model.Positions;
        parameters.BatchTokens = (uint)model.Positions;
        parameters.MicroBatchTokens = (uint)model.Positions; // An encoder takes its batch in one piece.
        parameters.MaxSequences = MostTexts;
        parameters.KvUnified = 1; // The context is not divided among the texts.
        parameters.Threads = 1;
        parameters.BatchThreads = 1;
        parameters.Embeddings = 1;
        _context = ContextHandle.Create(model.Handle, parameters);
        if (Llama.llama_get_memory(_context) != 0 || Llama.llama_pooling_type(_context) is not (Pooling.Mean or Pooling.First or Pooling.Last))
        {
            _context.Dispose();
            throw new StarterException("the model given as embedder is none: it is no encoder with one vector a text");
        }

        _batch = new LlamaBatch(model.Positions, MostTexts, model.VocabularySize, model.Positions);
    }

    /// <summary>A vector of unit length for each text; all tokens together fit one batch.</summary>
    /// <exception cref="InvalidOperationException">The texts do not fit, or the library failed.</exception>
    public float[][] Embed(IReadOnlyList<int[]> texts)
    {
        _batch.Clear();
        for (int text = 0; text < texts.Count; text++)
        {
            for (int position = 0; position < texts[text].Length; position++)
            {
                _batch.Add(texts[text][position], position, text, wantLogits: true);
            }
        }

        if (_batch.Encode(_context) is not 0 and var status)
        {
            throw new InvalidOperationException($"encoding failed with status {status}");
        }

        return [.. texts.Select((_, text) => Vector(text))];
    }

    public void Dispose()
    {
        _batch.Dispose();
        _context.Dispose();
    }

    private float[] Vector(int text)
    {
        float* raw = Llama.llama_get_embeddings_seq(_context, text);
        float[] vector = raw != null
            ? new ReadOnlySpan<float>(raw, _model.Dimensions).ToArray()
            : throw new InvalidOperationException($"no vector for text {text}");
        float length = MathF.Sqrt(vector.Sum(number => number * number));
        if (!float.IsFinite(length) || length == 0)
        {
            throw new InvalidOperationException($"text {text} has a vector of length {length}");
        }

        return Array.ConvertAll(vector, number => number / length);
    }

    /// <summary><c>enum llama_pooling_type</c>: how a text's vector is made of its tokens'.</summary>
    private static class Pooling
    {
        public const int Mean = 1, First = 2, Last = 3;
    }
}
