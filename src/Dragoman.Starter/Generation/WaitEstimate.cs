namespace Dragoman.Starter.Generation;

/// <summary>How long a call that is not taken should wait: by the calls ahead of it, the slots, and how long slots were held of late.</summary>
/// <remarks>Not safe for several threads at once.</remarks>
internal sealed class WaitEstimate
{
    public const int LeastSeconds = 1;

    /// <summary>Callers leave and answers end early; beyond this the figure says nothing.</summary>
    public const int MostSeconds = 120;

    /// <summary>What a generation is taken to need before any has ended.</summary>
    public static readonly TimeSpan Assumed = TimeSpan.FromSeconds(5);

    // Each generation counts a fifth, so that about the last ten make the average.
    private const double Weight = 0.2;

    private double? _average;

    /// <summary>Takes note of a generation that ended: the time from taking its slot to giving it back.</summary>
    public void Record(TimeSpan held) =>
        _average = _average is { } average ? average + Weight * (held.TotalSeconds - average) : held.TotalSeconds;

    /// <summary>Whole seconds until the calls ahead, running and waiting, have been served; from 1 to 120.</summary>
    public int Seconds(int ahead, int slots) =>
        (int)Math.Ceiling(Math.Clamp(ahead * (_average ?? Assumed.TotalSeconds) / slots, LeastSeconds, MostSeconds));
}
