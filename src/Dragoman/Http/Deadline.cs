namespace Dragoman.Http;

/// <summary>
/// Fires when time runs out, by the gateway's own clock, or when the caller goes away. <see cref="CancellationTokenSource.CancelAfter(TimeSpan)"/>
/// sets another time.
/// </summary>
internal sealed class Deadline : CancellationTokenSource
{
    private readonly CancellationTokenRegistration _callerGone;

    public Deadline(TimeSpan wait, TimeProvider time, CancellationToken callerGone)
        : base(wait, time) => _callerGone = callerGone.UnsafeRegister(static self => ((Deadline)self!).Cancel(), this);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _callerGone.Dispose();
        }

        base.Dispose(disposing);
    }
}
