using System.Collections.Concurrent;
using System.Net;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;
using Dragoman.Server.Starter;
using Dragoman.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dragoman.Server.Tests.Starter;

/// <summary>The darkroom, and an engine that answers what it is told to.</summary>
public sealed class DarkroomTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private readonly ConcurrentQueue<int> _statuses = new();
    private readonly WebApplication _engine;
    private int _calls;

    public DarkroomTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _engine = builder.Build();
        _engine.Run(AnswerAsync);
    }

    [Fact]
    public async Task Develop_BusyForLongerThanItSaid_IsAskedUntilItIsNot()
    {
        Answers(429, 429, 429, 503, 429, 200);

        var (image, error) = await DevelopAsync();

        error.ShouldBeNull();
        (image.ShouldNotBeNull().Width, image.Height).ShouldBe((9, 16));
        (_time.GetUtcNow() - new FakeTime().GetUtcNow()).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Develop_BusyForEver_EndsInTime()
    {
        Answers(Enumerable.Repeat(429, 1000).ToArray());

        var (_, error) = await DevelopAsync();

        error.ShouldNotBeNull().Kind.ShouldBe(ErrorKind.StarterUnavailable);
        error.Message.ShouldBe("The picture could not be looked at: the picture engine took too long.");
    }

    [Fact]
    public async Task Develop_DiesTwice_IsGivenUp()
    {
        Answers(429, 0, 429, 0, 200);

        var (_, error) = await DevelopAsync();

        error.ShouldNotBeNull().Message.ShouldBe("The picture could not be looked at: the picture engine ended unexpectedly.");
        _calls.ShouldBe(4);
    }

    [Fact]
    public async Task Develop_DiesOnce_IsAskedAgain()
    {
        Answers(0, 200);

        (await DevelopAsync()).Error.ShouldBeNull();
    }

    public async ValueTask InitializeAsync() => await _engine.StartAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>In this order; 0 is none, and the connection's end.</summary>
    private void Answers(params int[] statuses) => Array.ForEach(statuses, _statuses.Enqueue);

    private async Task<(GeneratedImage? Image, GatewayError? Error)> DevelopAsync()
    {
        using var darkroom = new Darkroom(new FixedEngine(new Uri(new Uri(_engine.Urls.First()), "/v1/chat/completions")), _time);
        var looking = darkroom.DevelopAsync(new byte[] { 1, 2, 3 }, null, "openai/dall-e-3", CancellationToken.None).AsTask();
        while (!looking.IsCompleted)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await looking;
    }

    private Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _calls);
        _statuses.TryDequeue(out var status);
        if (status == 0)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        var response = context.Response;
        response.StatusCode = status;
        response.Headers.RetryAfter = "30";
        response.ContentType = "image/jpeg";
        (response.Headers["x-picture-width"], response.Headers["x-picture-height"]) = ("9", "16");
        return Task.CompletedTask;
    }

    private sealed class FixedEngine(Uri address) : IPictureEngine
    {
        private readonly Vendor _vendor = Vendors.Find(Vendors.Starter)!;

        public ValueTask<LocalEngineAddress> EnsureRunningAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new LocalEngineAddress(
            new UpstreamTarget
            {
                Vendor = _vendor,
                ProviderName = Vendors.Starter,
                Model = Vendors.Composer,
                PlainUri = address,
                StreamUri = address,
                Headers = [],
                Rule = _vendor.RuleFor(Vendors.Composer),
            },
            null));
    }
}
