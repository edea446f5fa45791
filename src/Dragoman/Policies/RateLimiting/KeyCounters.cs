using System.Collections.Concurrent;
using Dragoman.Model;

namespace Dragoman.Policies.RateLimiting;

/// <summary>
/// All that is counted for one key, under one lock: over all dialects and in each of them, whatever the limits are, so that a limit that is changed counts
/// what went before it.
/// </summary>
internal sealed class KeyCounters(string keyId, TimeProvider time, ConcurrentQueue<KeyCounters> changed)
{
    /// <summary>The name under which is counted over all dialects.</summary>
    private const string AllDialects = "";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>No clock tells when a call in flight will end; a second is a polite pause.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Tally _all = new(AllDialects);
    private Tally[] _dialects = [];
    private bool _isChanged;

    /// <summary>Admits a call and counts it, or refuses it and counts nothing.</summary>
    /// <returns>To be settled once; <c>null</c> with a refusal.</returns>
    public Reservation? Take(
        in LimitsInForce limits, string dialect, TokenDemand demand, long now, out RateLimitStatus status, out GatewayError? refusal)
    {
        Room room;
        long tokens;
        Reservation? reservation = null;
        var isNews = false;
        lock (_lock)
        {
            var ofDialect = In(dialect);
            room = RoomUnder(limits, ofDialect, now);
            tokens = demand.Within(room.TokensInMinute?.Remaining ?? long.MaxValue);
            if (room.Has(tokens))
            {
                isNews = CountIn(ofDialect, tokens, now);
                _all.InFlight++;
                ofDialect.InFlight++;
                reservation = new Reservation(this, ofDialect, tokens, _all.TokensInMinute.End, ofDialect.TokensInMinute.End);
            }
        }

        if (reservation is null)
        {
            (refusal, var breached) = RateLimitRefusal.Of(limits, room, tokens, dialect);
            status = new RateLimitStatus { Minute = room.RequestsInMinute, Day = room.RequestsInDay, Breached = breached };
            return null;
        }

        if (isNews)
        {
            changed.Enqueue(this);
        }

        refusal = null;
        status = new RateLimitStatus { Minute = Less(room.RequestsInMinute), Day = Less(room.RequestsInDay) };
        return reservation;

        static LimitWindow? Less(LimitWindow? window) => window is { } some ? some with { Remaining = some.Remaining - 1 } : null;
    }

    /// <summary>Counts a request that takes no tokens and is over at once, or refuses it and counts nothing.</summary>
    public GatewayError? Count(in LimitsInForce limits, string dialect, long now)
    {
        Room room;
        bool isNews;
        lock (_lock)
        {
            var ofDialect = In(dialect);
            room = RoomUnder(limits, ofDialect, now) with { TokensInMinute = null, Calls = null };
            if (!room.Has(tokens: 0))
            {
                return RateLimitRefusal.Of(limits, room, tokens: 0, dialect).Error;
            }

            isNews = CountIn(ofDialect, tokens: 0, now);
        }

        if (isNews)
        {
            changed.Enqueue(this);
        }

        return null;
    }

    /// <summary>Sets the tokens right, and gives back the place of a call in flight.</summary>
    public void Settle(Reservation reservation, long tokens, long now)
    {
        lock (_lock)
        {
            _all.Settle(reservation.Tokens, tokens, reservation.WindowOfKey, now, time.TimestampFrequency);
            reservation.Dialect.Settle(reservation.Tokens, tokens, reservation.WindowOfDialect, now, time.TimestampFrequency);
        }
    }

    public RateLimitStatus StatusOf(in LimitsInForce limits, string dialect, long now)
    {
        lock (_lock)
        {
            var room = RoomUnder(limits, In(dialect), now);
            return new RateLimitStatus { Minute = room.RequestsInMinute, Day = room.RequestsInDay };
        }
    }

    public void Restore(DayCount day, long now, TimeSpan left)
    {
        // A day that ends later than one that begins now would was written by a clock that has been set back since.
        left = left < Day ? left : Day;
        lock (_lock)
        {
            if (left > TimeSpan.Zero)
            {
                (day.Dialect == AllDialects ? _all : In(day.Dialect)).RequestsInDay =
                    new Window { End = now + (long)(left.TotalSeconds * time.TimestampFrequency), Count = day.Requests };
            }
        }
    }

    /// <summary>Adds the present days to the list.</summary>
    public void TakeDays(List<DayCount> days, long now, DateTimeOffset clock)
    {
        lock (_lock)
        {
            _isChanged = false;
            Add(_all);
            foreach (var dialect in _dialects)
            {
                Add(dialect);
            }
        }

        void Add(Tally tally)
        {
            if (tally.RequestsInDay is { Count: > 0 } day && day.IsOpen(now))
            {
                days.Add(new DayCount(keyId, tally.Name, clock + time.GetElapsedTime(now, day.End), day.Count));
            }
        }
    }

    private Room RoomUnder(in LimitsInForce limits, Tally dialect, long now)
    {
        return new Room(
            Left(limits.RequestsPerMinute, In(limits.RequestsPerMinute).RequestsInMinute, Minute),
            Left(limits.RequestsPerDay, In(limits.RequestsPerDay).RequestsInDay, Day),
            Left(limits.TokensPerMinute, In(limits.TokensPerMinute).TokensInMinute, Minute),
            limits.ConcurrentCalls is { Most: > CallLimits.None } calls
                ? new LimitWindow(calls.Most, Math.Max(calls.Most - In(calls).InFlight, 0), TimeSpan.Zero, Pause)
                : null);

        Tally In(Limit limit) => limit.IsOfKey ? _all : dialect;

        LimitWindow? Left(Limit limit, in Window window, TimeSpan length) => limit.Most == CallLimits.None
            ? null
            : window.IsOpen(now)
                ? new LimitWindow(limit.Most, (int)Math.Max(limit.Most - window.Count, 0), length, time.GetElapsedTime(now, window.End))
                : new LimitWindow(limit.Most, limit.Most, length, length);
    }

    /// <returns>Whether nothing had been counted since the counts were taken last.</returns>
    private bool CountIn(Tally dialect, long tokens, long now)
    {
        _all.Count(tokens, now, time.TimestampFrequency);
        dialect.Count(tokens, now, time.TimestampFrequency);
        var isNews = !_isChanged;
        _isChanged = true;
        return isNews;
    }

    private Tally In(string dialect)
    {
        foreach (var known in _dialects)
        {
            if (known.Name == dialect)
            {
                return known;
            }
        }

        var added = new Tally(dialect);
        _dialects = [.. _dialects, added];
        return added;
    }
}

/// <summary>Held by an admitted call until it is settled.</summary>
/// <param name="tokens">Counted at admission.</param>
/// <param name="windowOfKey">The end of the window that they were counted in, which tells it from every other; a timestamp.</param>
/// <param name="windowOfDialect">The same in the dialect.</param>
internal sealed class Reservation(KeyCounters counters, Tally dialect, long tokens, long windowOfKey, long windowOfDialect)
{
    public KeyCounters Counters { get; } = counters;

    public Tally Dialect { get; } = dialect;

    public long Tokens { get; } = tokens;

    public long WindowOfKey { get; } = windowOfKey;

    public long WindowOfDialect { get; } = windowOfDialect;
}

/// <summary>What is counted for a key in one dialect, or in all together. Guarded by its <see cref="KeyCounters"/>.</summary>
internal sealed class Tally(string name)
{
    private const int SecondsOfAMinute = 60;
    private const int SecondsOfADay = 86_400;

    public Window RequestsInMinute;
    public Window RequestsInDay;
    public Window TokensInMinute;
    public int InFlight;

    public string Name { get; } = name;

    /// <param name="second">In timestamps.</param>
    public void Count(long tokens, long now, long second)
    {
        RequestsInMinute.Add(1, now, SecondsOfAMinute * second);
        RequestsInDay.Add(1, now, SecondsOfADay * second);
        TokensInMinute.Add(tokens, now, SecondsOfAMinute * second);
    }

    public void Settle(long reserved, long taken, long reservedIn, long now, long second)
    {
        InFlight--;
        if (TokensInMinute.End == reservedIn && TokensInMinute.IsOpen(now))
        {
            TokensInMinute.Count += taken - reserved;
        }
        else if (taken > reserved)
        {
            // The reservation went with its window; what was taken beyond it nobody has counted yet.
            TokensInMinute.Add(taken - reserved, now, SecondsOfAMinute * second);
        }
    }
}

/// <summary>A count until a point of time; past that it is as good as none.</summary>
internal struct Window
{
    /// <summary>A timestamp of the monotonic clock.</summary>
    public long End;

    public long Count;

    public readonly bool IsOpen(long now) => now < End;

    /// <param name="length">Of the window that begins where none is open; in timestamps.</param>
    public void Add(long amount, long now, long length)
    {
        if (!IsOpen(now))
        {
            End = now + length;
            Count = 0;
        }

        Count += amount;
    }
}

/// <summary>What each limit leaves; absent where there is no limit.</summary>
internal readonly record struct Room(LimitWindow? RequestsInMinute, LimitWindow? RequestsInDay, LimitWindow? TokensInMinute, LimitWindow? Calls)
{
    /// <summary>For one call more.</summary>
    public bool Has(long tokens) =>
        RequestsInMinute is not { Remaining: 0 } && RequestsInDay is not { Remaining: 0 } && Calls is not { Remaining: 0 }
        && !(TokensInMinute is { } window && tokens > window.Remaining);
}
