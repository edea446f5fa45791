namespace Dragoman.Providers.Sandbox;

/// <summary>
/// What one call may cost: all its choices and the schemas of all its tools together, for a test key pays for nothing. A step is the work of a few
/// microseconds.
/// </summary>
internal sealed class SandboxWork
{
    private const int MostSteps = 30_000;

    private int _left = MostSteps;

    /// <summary>Whether so much is left; what was taken is gone either way.</summary>
    public bool TryTake(int steps)
    {
        _left = Math.Max(_left - steps, -1);
        return _left >= 0;
    }
}
