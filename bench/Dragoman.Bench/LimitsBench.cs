using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dragoman.Configuration;
using Dragoman.Diagnostics;
using Dragoman.Dialects;
using Dragoman.Dialects.AgentAI;
using Dragoman.Hosting;
using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Policies.RateLimiting;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Bench;

/// <summary>
/// What the door and the limits cost: the same <c>invoke_llm</c> through two Kestrels in this process, one as it is, one without key check, limits and their
/// headers; in turns, on one thread. The ring holds 100,000 keys, and a thousand of them call one after the other, so that no cache is kinder than life. Then
/// the parts by themselves.
/// </summary>
internal static class LimitsBench
{
    private const int Keys = 100_000;
    private const int Callers = 1_000;

    /// <summary>All of them are in force, and none is reached; the day's has as many digits as agent.ai's own.</summary>
    private static readonly CallLimits Limits = new()
    {
        RequestsPerMinute = int.MaxValue,
        RequestsPerDay = 9_999,
        TokensPerMinute = int.MaxValue,
        ConcurrentCalls = int.MaxValue,
    };

    public static async Task<int> RunAsync(Options options)
    {
        var requests = options.Number("requests", 100_000);
        var rounds = options.Number("rounds", 9);
        var ring = new KeyRing(new byte[32]);
        var secrets = Enumerable.Range(0, Keys).Select(_ => ApiKey.Create(KeyMode.Test)).ToArray();
        for (var i = 0; i < Keys; i++)
        {
            ring.Set(ring.Hash(secrets[i]), new Caller($"key_{i:x16}", "bench", KeyMode.Test) { Limits = Limits });
        }

        var calls = secrets.Take(Callers).Select(RequestOf).ToArray();
        await using var with = await Side.StartAsync(ring, isWhole: true);
        await using var without = await Side.StartAsync(ring, isWhole: false);
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            await with.MeasureAsync(calls, requests);
            await without.MeasureAsync(calls, requests);
        }

        var differences = new List<double>();
        var (withBytes, withoutBytes) = (0.0, 0.0);
        for (var round = 1; round <= rounds; round++)
        {
            var (bareTime, bareBytes) = await without.MeasureAsync(calls, requests);
            var (time, bytes) = await with.MeasureAsync(calls, requests);
            differences.Add(time - bareTime);
            (withBytes, withoutBytes) = (bytes, bareBytes);
            Print($"round {round}: without {bareTime:F0} ns and {bareBytes:F0} B, with {time:F0} ns and {bytes:F0} B a request: +{time - bareTime:F0} ns, ratio {time / bareTime:F3}");
        }

        differences.Sort();
        Print($"median +{differences[rounds / 2]:F0} ns CPU (least {differences[0]:F0}, most {differences[^1]:F0}), +{withBytes - withoutBytes:F0} B a request");
        Parts(ring, secrets, requests * 5);
        return 0;
    }

    /// <summary>The parts in tight loops, where everything is warm: less than they cost in a request, but their shares are true.</summary>
    private static void Parts(KeyRing ring, string[] secrets, int times)
    {
        var time = TimeProvider.System;
        var policy = new RateLimitPolicy(time);
        var settings = new GatewaySnapshot
        {
            Providers = System.Collections.Frozen.FrozenDictionary<string, ProviderSnapshot>.Empty,
            Upstream = new UpstreamLimits(),
        };
        var request = new ChatRequest { Model = "m", Messages = [ChatMessage.OfText(ChatRole.User, "What is the capital of France?")] };
        var calls = secrets.Take(Callers).Select(secret => new ChatCall(settings, "agentai", ring.Find(secret)!, request, 0)).ToArray();
        var context = new DefaultHttpContext();
        var outcome = new CallOutcome(null, new Usage { InputTokens = 9, OutputTokens = 9 }, default);
        Part("key by its HMAC", i => ring.Find(secrets[i % Callers]));
        Part("limits: admit and settle", i =>
        {
            var admission = policy.AdmitAsync(calls[i % Callers], default);
            policy.Settle(calls[i % Callers], admission.Result.Reservation, outcome);
        });
        Part("headers", i =>
        {
            context.Response.Headers.Clear();
            RateLimitHeaders.Set(context.Response, RateLimitHeaders.Newer, calls[i % Callers].RateLimits, time);
        });

        void Part(string name, Action<int> step)
        {
            var best = double.MaxValue;
            long bytes = 0;
            for (var round = 0; round < 5; round++)
            {
                var (startedAt, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
                for (var i = 0; i < times; i++)
                {
                    step(i);
                }

                bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / times;
                best = Math.Min(best, Stopwatch.GetElapsedTime(startedAt).TotalNanoseconds / times);
            }

            Print($"{name}: {best:F0} ns, {bytes} B");
        }
    }

    private static ReadOnlyMemory<byte> RequestOf(string secret)
    {
        const string Body = """{"instructions":"What is the capital of France? Answer in one word, please.","llm_engine":"gpt4o"}""";
        return Encoding.ASCII.GetBytes(
            $"POST /v1/action/invoke_llm HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {secret}\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>A gateway on a connection in memory whose model is a constant.</summary>
    private sealed class Side(WebApplication app, MemoryConnection connection) : IAsyncDisposable
    {
        public static async Task<Side> StartAsync(KeyRing ring, bool isWhole)
        {
            var connection = new MemoryConnection();
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:1");
            builder.Services.AddRoutingCore();
            builder.Services.AddSingleton<Microsoft.AspNetCore.Connections.IConnectionListenerFactory>(connection);
            builder.Services.AddSingleton(new SettingsFiles(AppContext.BaseDirectory));
            builder.Services.AddSingleton(ring);
            builder.Services.AddDragoman(_ => null);
            builder.Services.AddSingleton<IBuiltInModel>(new Constant());
            if (!isWhole)
            {
                builder.Services.AddSingleton<IRateLimits>(new Unlimited());
                builder.Services.AddSingleton<IChatGateway>(provider => new ChatGateway(
                    [provider.GetRequiredService<CallMetrics>()],
                    provider.GetRequiredService<UpstreamClient>(),
                    new ImageInliner(provider.GetRequiredService<TimeProvider>()),
                    provider.GetRequiredService<DeploymentHealth>(),
                    provider.GetRequiredService<TimeProvider>()));
            }

            var app = builder.Build();
            if (isWhole)
            {
                app.MapDragoman();
            }
            else
            {
                var caller = new Caller("key_0", "bench", KeyMode.Test);
                app.Use(next => context =>
                {
                    context.Features.Set(caller);
                    return next(context);
                });
                app.UseMiddleware<RequestGate>();
                var open = app.MapGroup("").WithMetadata(OpenRoute.Instance);
                app.Services.GetServices<IDialect>().Single(dialect => dialect is AgentAIDialect).Map(open);
            }

            await app.StartAsync();
            return new Side(app, connection);
        }

        /// <returns>Nanoseconds of CPU of the whole process, and bytes allocated by it, a request.</returns>
        public async Task<(double Nanoseconds, double Bytes)> MeasureAsync(ReadOnlyMemory<byte>[] calls, int requests)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var (cpu, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
            for (var i = 0; i < requests; i++)
            {
                await connection.CallAsync(calls[i % calls.Length]);
            }

            return (
                (Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / requests,
                (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)requests);
        }

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    private sealed class Constant : IBuiltInModel
    {
        private static readonly ChatEvent[] Steps =
        [
            ChatEvent.OfText("Paris."),
            ChatEvent.Finished(FinishReason.Stop),
            ChatEvent.UsageReported(new Usage { InputTokens = 20, OutputTokens = 2 }),
        ];

        public string Id => $"{Vendors.Sandbox}/{Vendors.SandboxModel}";

        public ValueTask<IEnumerable<ChatEvent>> AnswerAsync(ChatRequest request, CancellationToken cancellationToken) => new(Steps);
    }

    private sealed class Unlimited : IRateLimits
    {
        public GatewayError? Count(Caller caller, string dialect, GatewaySnapshot settings) => null;

        public RateLimitStatus StatusOf(Caller caller, string dialect, GatewaySnapshot settings) => default;
    }
}
