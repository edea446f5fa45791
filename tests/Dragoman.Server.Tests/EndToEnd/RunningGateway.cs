using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Server.Keys;
using Dragoman.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>The whole gateway on real Kestrel, on a free port with a data directory of its own; everything that it logs is kept.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    public const string Key = "dgm_live_test-key-0123456789";

    /// <summary>The upstream's credential: must never be seen in an answer or a log.</summary>
    public const string Canary = "sk-canary-5f3759df-never-to-be-seen";

    /// <summary>Settings under which agent.ai's limits stop nobody.</summary>
    public const string NoLimits = """{ "Dialects": { "agentai": { "Limits": { "RequestsPerMinute": "none", "RequestsPerDay": "none" } } } }""";

    private readonly WebApplication _app;
    private readonly LogBook _log;
    private readonly bool _keepsData;

    private RunningGateway(WebApplication app, LogBook log, string data, bool keepsData)
    {
        _app = app;
        _log = log;
        Data = data;
        _keepsData = keepsData;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public HttpClient Client { get; }

    public string Data { get; }

    public IServiceProvider Services => _app.Services;

    public string Log => string.Join('\n', _log.Lines);

    /// <param name="data">A data directory that outlives this gateway.</param>
    public static async Task<RunningGateway> StartAsync(Dictionary<string, string>? environment = null, string? settings = null, string? data = null)
    {
        var keepsData = data is not null;
        data ??= Directory.CreateTempSubdirectory("dragoman-test").FullName;
        if (settings is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(data, "dragoman.json"), settings);
        }

        var variables = new Dictionary<string, string>(environment ?? [], StringComparer.Ordinal);
        variables.TryAdd("DRAGOMAN_BOOTSTRAP_KEY", Key);
        var log = new LogBook();
        var app = Server.Gateway.Build("http://127.0.0.1:0", data, variables.GetValueOrDefault, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            builder.Logging.AddProvider(log);
        });
        await app.StartAsync();
        return new RunningGateway(app, log, data, keepsData);
    }

    /// <summary>A gateway whose providers, by their environment prefixes, are all the one test upstream.</summary>
    public static Task<RunningGateway> StartAsync(TestUpstream upstream, params string[] prefixes) => StartAsync(EnvironmentOf(upstream, prefixes));

    /// <summary>The variables that make the test upstream of those providers.</summary>
    public static Dictionary<string, string> EnvironmentOf(TestUpstream upstream, params string[] prefixes)
    {
        var environment = new Dictionary<string, string>();
        foreach (var prefix in prefixes)
        {
            environment[prefix + "_API_KEY"] = Canary;
            environment[prefix + "_BASE_URL"] = upstream.BaseUrl + (prefix is "ANTHROPIC" or "GEMINI" or "COHERE" or "BFL" or "IDEOGRAM" ? "" : "/v1");
        }

        return environment;
    }

    public Task<Answer> InvokeAsync(
        string instructions, string? engine = "gpt4o", HttpClient? client = null, CancellationToken cancellationToken = default) => PostAsync(
        engine is null
            ? JsonSerializer.Serialize(new { instructions })
            : JsonSerializer.Serialize(new { instructions, llm_engine = engine }),
        client: client,
        cancellationToken: cancellationToken);

    public async Task<Answer> PostAsync(
        string body, string path = "/v1/action/invoke_llm", HttpClient? client = null, CancellationToken cancellationToken = default)
    {
        using var response = await (client ?? Client).PostAsync(
            new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), cancellationToken);
        return await Answer.ReadAsync(response);
    }

    /// <summary>A client with connections of its own.</summary>
    public HttpClient NewClient(string key = Key)
    {
        var client = new HttpClient { BaseAddress = Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>The same with a new key that has these limits.</summary>
    public async Task<HttpClient> NewClientAsync(CallLimits limits, KeyMode mode = KeyMode.Live, IReadOnlyList<string>? models = null) => NewClient(
        (await Services.GetRequiredService<KeyStore>().CreateAsync(new KeyDraft("another", mode) { Limits = limits, Models = models }, default)).Secret);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!_keepsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private sealed class LogBook : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>An answer in agent.ai's envelope.</summary>
internal sealed record Answer(int HttpStatus, string Body, JsonElement Json, Dictionary<string, string> Headers)
{
    public int Status => Json.GetProperty("status").GetInt32();

    public string? Response => Json.GetProperty("response").GetString();

    public string Error => Json.GetProperty("error").GetString()!;

    public string? ServedBy => Headers.GetValueOrDefault("x-dragoman-served-by");

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value));
        return new Answer((int)response.StatusCode, body, JsonDocument.Parse(body).RootElement, headers);
    }
}
