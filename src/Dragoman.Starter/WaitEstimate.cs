namespace Dragoman.Starter;

/// <summary>How long a call that is not taken should wait: by the calls ahead of it, the slots, and how long slots were held of late.</summary>
/// <remarks>Not safe for several threads at once.</remarks>
/// <param name="assumed">What a call is taken to need before any has ended; by default what a generation needs.</param>
internal sealed class WaitEstimate(TimeSpan? assumed = null)
{
    public const int LeastSeconds = 1;

    /// <summary>Callers leave and answers end early; beyond this the figure says nothing.</summary>
    public const int MostSeconds = 120;

    private readonly double _assumed = (assumed ?? TimeSpan.FromSeconds(5)).TotalSeconds;

    // Each call counts a fifth, so that about the last ten make the average.
    private const double Weight = 0.2;

    private double? _average;

    /// <summary>Takes note of a call that ended: the time from taking its slot to giving it back.</summary>
    public void Record(TimeSpan held) =>
        _average = _average is { } average ? average + Weight * (held.TotalSeconds - average) : held.TotalSeconds;

    /// <summary>Whole seconds until the calls ahead, running and waiting, have been served; from 1 to 120.</summary>
    public int Seconds(int ahead, int slots) =>
        (int)Math.Ceiling(Math.Clamp(ahead * (_average ?? _assumed) / slots, LeastSeconds, MostSeconds));
}
