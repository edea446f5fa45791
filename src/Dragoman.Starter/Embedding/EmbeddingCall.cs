namespace Dragoman.Starter.Embedding;

/// <summary>Texts of one caller and, as they come, their vectors.</summary>
internal sealed class EmbeddingCall
{
    private readonly IReadOnlyList<int[]> _texts;
    private readonly float[][] _vectors;
    private readonly TaskCompletionSource<float[][]> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing;

    /// <param name="texts">Token ids of each text, at least one text.</param>
    public EmbeddingCall(IReadOnlyList<int[]> texts)
    {
        (_texts, _missing) = (texts, texts.Count);
        _vectors = new float[texts.Count][];
    }

    public int Count => _texts.Count;

    /// <summary>Tokens of all texts.</summary>
    public int Tokens => _texts.Sum(text => text.Length);

    /// <summary>One vector a text, in their order. Fails with <see cref="EmbeddingFailedException"/>; cancelled by <see cref="Abandon"/>.</summary>
    public Task<float[][]> Vectors => _result.Task;

    /// <summary>Whether nobody waits any more: all vectors are there, or the call failed, or its caller left.</summary>
    public bool IsOver => _result.Task.IsCompleted;

    /// <summary>Texts that have been handed out to be computed; the queue's to change.</summary>
    public int Taken { get; set; }

    public int[] this[int text] => _texts[text];

    public void Set(int text, float[] vector)
    {
        _vectors[text] = vector;
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _result.TrySetResult(_vectors);
        }
    }

    public void Fail(string reason) => _result.TrySetException(new EmbeddingFailedException(reason));

    public void Abandon() => _result.TrySetCanceled();
}

/// <summary>Vectors that were begun and cannot be had; the message is fit for callers.</summary>
internal sealed class EmbeddingFailedException(string message) : Exception(message);
