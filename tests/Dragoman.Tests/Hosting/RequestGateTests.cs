using System.Net.Sockets;
using System.Text;
using Dragoman.Dialects;
using Dragoman.Hosting;
using Dragoman.Keys;
using Dragoman.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dragoman.Tests.Hosting;

/// <summary>The door on real Kestrel, in front of two dialects that word errors each in its own way.</summary>
public sealed class RequestGateTests : IAsyncLifetime
{
    private const string Key = "dgm_test_key_0123456789";

    private readonly StringWriter _log = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var ring = new KeyRing(new byte[32]);
        ring.Set(ring.Hash(Key), new Caller("key_1", "ann", KeyMode.Live));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new Lines(_log));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(ring);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IDialect>(new FakeDialect("red"));
        builder.Services.AddSingleton<IDialect>(new FakeDialect("blue"));
        _app = builder.Build();
        _app.MapDragoman();
        _app.MapGet("/healthz", () => "ok").WithMetadata(OpenRoute.Instance);
        _app.MapGet("/closed", () => "in");
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _log.DisposeAsync();
    }

    [Theory]
    [InlineData("/red/ok", "red: Unauthenticated")]
    [InlineData("/red/nowhere", "red: Unauthenticated")]
    [InlineData("/blue/ok", "blue: Unauthenticated")]
    [InlineData("/closed", "unauthenticated")]
    [InlineData("/nowhere", "unauthenticated")]
    [InlineData("/", "unauthenticated")]
    [InlineData("/healthz/../closed", "unauthenticated")]
    [InlineData("/healthz/x", "unauthenticated")]
    public async Task Gate_NoKeyOrAWrongOne_IsToldInTheDialectsWords(string path, string words)
    {
        foreach (var headers in new (string, string)[][] { [], [("Authorization", "Bearer wrong")], [("X-API-Key", "wrong")], [("Authorization", "Bearer wrong"), ("X-API-Key", Key)] })
        {
            var (status, body, response) = await AskAsync(HttpMethod.Get, path, headers);
            status.ShouldBe(401);
            body.ShouldContain(words);
            response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        }
    }

    [Theory]
    [InlineData("Authorization", "Bearer " + Key)]
    [InlineData("X-API-Key", Key)]
    public async Task Gate_GoodKey_IsLetIn(string header, string value)
    {
        (await AskAsync(HttpMethod.Get, "/red/ok", (header, value))).Body.ShouldBe("hello ann");
        (await AskAsync(HttpMethod.Get, "/closed", (header, value))).Body.ShouldBe("in");
    }

    [Fact]
    public async Task Gate_OpenRoute_NeedsNoKey()
    {
        (await AskAsync(HttpMethod.Get, "/healthz")).Body.ShouldBe("ok");
        (await AskAsync(HttpMethod.Post, "/healthz")).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("GET", "/red/nowhere", 404, "red: NotFound")]
    [InlineData("GET", "/blue/nowhere", 404, "blue: NotFound")]
    [InlineData("GET", "/nowhere", 404, "{\"error\":{\"type\":\"not_found\"")]
    [InlineData("POST", "/red/ok", 405, "red: MethodNotAllowed This path takes GET, not POST.")]
    [InlineData("DELETE", "/closed", 405, "{\"error\":{\"type\":\"method_not_allowed\"")]
    public async Task Gate_UnknownPathOrWrongMethod_IsToldInTheDialectsWords(string method, string path, int expected, string words)
    {
        var (status, body, _) = await AskAsync(new HttpMethod(method), path, ("X-API-Key", Key));
        status.ShouldBe(expected);
        body.ShouldContain(words);
    }

    [Theory]
    [InlineData("/red/throw", 500, "red: Internal")]
    [InlineData("/red/bad", 400, "red: MalformedBody")]
    [InlineData("/red/large", 413, "red: BodyTooLarge")]
    public async Task Gate_ProgramError_IsToldWithoutAWordOfIt(string path, int expected, string words)
    {
        var (status, body, response) = await AskAsync(HttpMethod.Get, path, ("X-API-Key", Key));
        status.ShouldBe(expected);
        body.ShouldContain(words);
        body.ShouldNotContain("canary");
        body.ShouldNotContain(" at ");
        body.ShouldNotContain("Exception");
        response.Headers.Contains("x-half-done").ShouldBeFalse();
    }

    [Fact]
    public async Task Gate_ProgramError_IsLoggedUnderTheIdThatTheCallerWasTold()
    {
        var body = (await AskAsync(HttpMethod.Get, "/red/throw", ("X-API-Key", Key))).Body;
        var id = body[(body.LastIndexOf("under ", StringComparison.Ordinal) + 6)..].TrimEnd('.');
        _log.ToString().ShouldContain($"Request {id} met a program error");
    }

    [Fact]
    public async Task Gate_ProgramErrorMidway_BreaksTheConnectionOff() =>
        await Should.ThrowAsync<HttpRequestException>(() => AskAsync(HttpMethod.Get, "/red/midway", ("X-API-Key", Key)));

    [Fact]
    public async Task Gate_OwnAnswerOf404_StaysAsItIs() =>
        (await AskAsync(HttpMethod.Get, "/red/own404", ("X-API-Key", Key))).Body.ShouldBe("mine");

    [Fact]
    public async Task Gate_ClientGone_IsNoFaultInTheLog()
    {
        using (var socket = new TcpClient())
        {
            var address = new Uri(_app.Urls.First());
            await socket.ConnectAsync(address.Host, address.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /red/wait HTTP/1.1\r\nHost: x\r\nX-API-Key: {Key}\r\n\r\n"));
            await FakeDialect.Entered.Task;
            socket.Client.LingerState = new LingerOption(true, 0);
        }

        await FakeDialect.Left.Task;
        await AskAsync(HttpMethod.Get, "/healthz");
        _log.ToString().ShouldNotContain("program error");
    }

    private async Task<(int Status, string Body, HttpResponseMessage Response)> AskAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    private sealed class FakeDialect(string name) : IDialect
    {
        public static TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => name;

        public bool Owns(PathString path) => path.StartsWithSegments("/" + name);

        public void Map(IEndpointRouteBuilder endpoints)
        {
            endpoints.MapGet($"/{name}/ok", (HttpContext context) => $"hello {context.Features.Get<Caller>()!.Name}");
            endpoints.MapGet($"/{name}/throw", (HttpContext context) =>
            {
                context.Response.Headers["x-half-done"] = "1";
                throw new InvalidOperationException("canary");
            });
            endpoints.MapGet($"/{name}/bad", (HttpContext _) => throw new BadHttpRequestException("canary"));
            endpoints.MapGet($"/{name}/large", (HttpContext _) => throw new BadHttpRequestException("canary", 413));
            endpoints.MapGet($"/{name}/midway", async (HttpContext context) =>
            {
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
                throw new InvalidOperationException("canary");
            });
            endpoints.MapGet($"/{name}/own404", async (HttpContext context) =>
            {
                context.Response.StatusCode = 404;
                context.Response.ContentLength = 4;
                await context.Response.WriteAsync("mine");
            });
            endpoints.MapGet($"/{name}/wait", async (HttpContext context) =>
            {
                Entered.TrySetResult();
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                }
                finally
                {
                    Left.TrySetResult();
                }
            });
        }

        public Task WriteErrorAsync(HttpContext context, GatewayError error)
        {
            context.Response.StatusCode = error.HttpStatus;
            return context.Response.WriteAsync($"{name}: {error.Kind} {error.Message}");
        }
    }

    private sealed class Lines(StringWriter log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (log)
            {
                log.WriteLine(formatter(state, exception));
            }
        }

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
