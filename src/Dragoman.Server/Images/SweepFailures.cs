namespace Dragoman.Server.Images;

/// <summary>Pictures that a sweep could not delete: it goes on with the others, and tells at its end. Safe for several threads at once.</summary>
internal sealed class SweepFailures
{
    private string? _first;
    private int _count;

    /// <param name="reason">For the operator.</param>
    public void Add(string reason)
    {
        Interlocked.CompareExchange(ref _first, reason, null);
        Interlocked.Increment(ref _count);
    }

    /// <exception cref="IOException">There were some; the message says how many, and why the first.</exception>
    public void ThrowIfAny()
    {
        if (_count > 0)
        {
            throw new IOException($"{_count} could not be deleted, the first because: {_first}");
        }
    }
}
