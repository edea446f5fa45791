namespace Dragoman.Tests;

/// <summary>
/// A clock that stands still until it is told to go on; its timers fire on the way. The wall's clock can be set apart from the monotonic one.
/// </summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private TimeSpan _wallIsAheadBy;
    private DateTimeOffset _now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now + _wallIsAheadBy;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _now.Ticks;
        }
    }

    /// <summary>Sets the wall's clock forward, or back where <paramref name="by"/> is below zero; no time passes.</summary>
    public void SetWallClock(TimeSpan by)
    {
        lock (_lock)
        {
            _wallIsAheadBy += by;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        DateTimeOffset end;
        lock (_lock)
        {
            end = _now + by;
        }

        while (true)
        {
            FakeTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is null)
                {
                    _now = end;
                    return;
                }

                _now = next.Due > _now ? next.Due : _now;
                next.Rearm();
            }

            next.Fire();
        }
    }

    private sealed class FakeTimer(FakeTime time, Action fire) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._now + dueTime;
                    _period = period;
                    time._timers.Add(this);
                }

                return true;
            }
        }

        /// <summary>Once more after its period, or not at all.</summary>
        public void Rearm()
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period;
            }
            else
            {
                time._timers.Remove(this);
            }
        }

        public void Fire() => fire();

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
