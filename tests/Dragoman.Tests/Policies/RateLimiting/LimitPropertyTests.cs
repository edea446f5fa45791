using Dragoman.Model;

namespace Dragoman.Tests.Policies.RateLimiting;

/// <summary>Long random lives of a key beside a plain model that reckons every window anew from the log of what was admitted; and many callers at once.</summary>
public sealed class LimitPropertyTests
{
    [Fact]
    public void RandomLife_OfAKey_IsAsTheModelSays()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            Live(seed);
        }
    }

    [Theory]
    [InlineData("requests a minute", 137)]
    [InlineData("requests a day", 1000)]
    [InlineData("tokens a minute", 251)]
    [InlineData("calls at once", 33)]
    public async Task ManyCallersAtOnce_ExactlyTheLimitIsAdmitted(string kind, int limit)
    {
        foreach (var isOfKey in new[] { true, false })
        {
            var limits = kind switch
            {
                "requests a minute" => new CallLimits { RequestsPerMinute = limit },
                "requests a day" => new CallLimits { RequestsPerDay = limit },
                "tokens a minute" => new CallLimits { TokensPerMinute = limit },
                _ => new CallLimits { ConcurrentCalls = limit },
            };
            var rig = new LimitRig { OfKey = isOfKey ? limits : default, OfDialects = isOfKey ? default : limits };
            using var start = new Barrier(64);
            var admitted = 0;
            await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    for (var i = 0; i < 100; i++)
                    {
                        if (rig.Ask(maxOutput: 1).IsAdmitted)
                        {
                            Interlocked.Increment(ref admitted);
                        }
                    }
                },
                TaskCreationOptions.LongRunning)));
            admitted.ShouldBe(limit);
        }
    }

    [Fact]
    public async Task ManyCallersAtOnce_TakingAndGivingBack_NeverHoldMoreThanTheLimit()
    {
        var rig = new LimitRig { OfKey = new CallLimits { ConcurrentCalls = 7 } };
        using var start = new Barrier(64);
        var (held, most, admitted) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var i = 0; i < 500; i++)
                {
                    if (rig.Ask() is { IsAdmitted: true } asked)
                    {
                        var now = Interlocked.Increment(ref held);
                        for (var former = most; now > former && Interlocked.CompareExchange(ref most, now, former) != former; former = most)
                        {
                        }

                        Interlocked.Increment(ref admitted);
                        Interlocked.Decrement(ref held);
                        asked.Settle();
                    }
                }
            },
            TaskCreationOptions.LongRunning)));
        most.ShouldBeInRange(1, 7);
        admitted.ShouldBeGreaterThanOrEqualTo(500);
        rig.AskOften(20).ShouldBe(7, "every place came back");
    }

    private static void Live(int seed)
    {
        var random = new Random(seed);
        var rig = new LimitRig();
        var model = new Model();
        var running = new List<(Asked Asked, int Id)>();
        for (var step = 0; step < 200; step++)
        {
            switch (random.Next(10))
            {
                case 0:
                    rig.OfKey = SomeLimits();
                    break;
                case 1:
                    rig.OfDialects = SomeLimits();
                    break;
                case 2:
                    rig.Time.SetWallClock(TimeSpan.FromMinutes(random.Next(-100, 100)));
                    break;
                case 3:
                    rig.Time.Advance(TimeSpan.FromSeconds(random.Next(4) switch { 0 => 3600 * random.Next(1, 30), 1 => 60, _ => random.Next(60) }));
                    break;
                case 4 or 5 when running.Count > 0:
                    var (ended, id) = running[random.Next(running.Count)];
                    running.Remove((ended, id));
                    var taken = random.Next(120);
                    ended.Settle(output: taken);
                    model.Log.Add(new Event(Now(), "", id, taken, IsEnd: true));
                    break;
                default:
                    var dialect = random.Next(2) == 0 ? "one" : "two";
                    int? bound = random.Next(3) == 0 ? null : random.Next(60);
                    var expected = model.Reserve(Now(), dialect, bound, rig.OfKey, rig.OfDialects);
                    var asked = rig.Ask(dialect, maxOutput: bound);
                    asked.IsAdmitted.ShouldBe(expected is not null, $"seed {seed}, step {step}");
                    if (expected is { } tokens)
                    {
                        model.Log.Add(new Event(Now(), dialect, step, tokens, IsEnd: false));
                        running.Add((asked, step));
                    }

                    (asked.Status.Minute?.Remaining).ShouldBe(
                        model.Left(Now(), dialect, rig.OfKey.RequestsPerMinute, rig.OfDialects.RequestsPerMinute, 60), $"seed {seed}, step {step}");
                    (asked.Status.Day?.Remaining).ShouldBe(
                        model.Left(Now(), dialect, rig.OfKey.RequestsPerDay, rig.OfDialects.RequestsPerDay, 86_400), $"seed {seed}, step {step}");
                    break;
            }
        }

        double Now() => rig.Time.GetTimestamp() / (double)TimeSpan.TicksPerSecond;

        CallLimits SomeLimits() => new()
        {
            RequestsPerMinute = Some(6),
            RequestsPerDay = Some(30),
            TokensPerMinute = Some(200),
            ConcurrentCalls = Some(5),
        };

        int? Some(int most) => random.Next(3) == 0 ? null : random.Next(most);
    }

    /// <param name="Tokens">Reserved at a beginning, taken at an end.</param>
    private readonly record struct Event(double At, string Dialect, int Id, long Tokens, bool IsEnd);

    private sealed class Model
    {
        public List<Event> Log { get; } = [];

        /// <summary>The tokens that an admitted call reserves; <c>null</c> where it must be refused.</summary>
        public long? Reserve(double now, string dialect, int? bound, CallLimits ofKey, CallLimits ofDialects)
        {
            var limit = ofKey.TokensPerMinute ?? ofDialects.TokensPerMinute ?? 0;
            var used = Tokens(now, ofKey.TokensPerMinute is null ? dialect : null);
            var wanted = bound ?? (limit == 0 ? 512 : Math.Min(512, Math.Max(limit - used, 1)));
            var isAdmitted = Left(now, dialect, ofKey.RequestsPerMinute, ofDialects.RequestsPerMinute, 60) != 0
                && Left(now, dialect, ofKey.RequestsPerDay, ofDialects.RequestsPerDay, 86_400) != 0
                && (limit == 0 || wanted <= Math.Max(limit - used, 0))
                && ((ofKey.ConcurrentCalls ?? ofDialects.ConcurrentCalls ?? 0) is var calls
                    && (calls == 0 || Running(ofKey.ConcurrentCalls is null ? dialect : null) < calls));
            return isAdmitted ? wanted : null;
        }

        /// <summary>Requests left in the present window; <c>null</c> where there is no limit.</summary>
        public int? Left(double now, string dialect, int? ofKey, int? ofDialect, double length)
        {
            if ((ofKey ?? ofDialect ?? 0) is var limit && limit == 0)
            {
                return null;
            }

            var (begun, count) = (double.NegativeInfinity, 0);
            foreach (var request in Log.Where(entry => !entry.IsEnd && (ofKey is not null || entry.Dialect == dialect)))
            {
                (begun, count) = request.At >= begun + length ? (request.At, 1) : (begun, count + 1);
            }

            return now >= begun + length ? limit : Math.Max(limit - count, 0);
        }

        private int Running(string? dialect)
        {
            var ended = Log.Where(entry => entry.IsEnd).Select(entry => entry.Id).ToHashSet();
            return Log.Count(entry => !entry.IsEnd && !ended.Contains(entry.Id) && (dialect is null || entry.Dialect == dialect));
        }

        private long Tokens(double now, string? dialect)
        {
            var (begun, number, count) = (double.NegativeInfinity, 0, 0L);
            var reserved = new Dictionary<int, (int Window, long Tokens)>();
            foreach (var entry in Log)
            {
                if (!entry.IsEnd)
                {
                    if (dialect is null || entry.Dialect == dialect)
                    {
                        Charge(entry.At, entry.Tokens);
                        reserved[entry.Id] = (number, entry.Tokens);
                    }
                }
                else if (reserved.TryGetValue(entry.Id, out var former))
                {
                    var isSame = former.Window == number && entry.At < begun + 60;
                    if (isSame || entry.Tokens > former.Tokens)
                    {
                        Charge(entry.At, entry.Tokens - former.Tokens);
                    }
                }
            }

            return now >= begun + 60 ? 0 : count;

            void Charge(double at, long tokens)
            {
                if (at >= begun + 60)
                {
                    (begun, number, count) = (at, number + 1, 0);
                }

                count += tokens;
            }
        }
    }
}
