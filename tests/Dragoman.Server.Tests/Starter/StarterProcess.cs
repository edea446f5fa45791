using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace Dragoman.Server.Tests.Starter;

/// <summary>A real starter process, as the server would start it.</summary>
internal sealed class StarterProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Task _errorPump;

    private StarterProcess(Process process)
    {
        _process = process;
        _errorPump = Task.Run(async () =>
        {
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                _errors.Enqueue(line);
            }
        });
    }

    public HttpClient Http { get; private set; } = new();

    public JsonElement Ready { get; private set; }

    public int ProcessId => _process.Id;

    public string Errors => string.Join('\n', _errors);

    /// <summary>
    /// Starts a process without waiting for it to be ready. A model and the libraries are given unless <paramref name="arguments"/> names them, or libvips.
    /// </summary>
    public static StarterProcess Launch(string[] arguments, string? key = null)
    {
        StarterParts.Require();
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Dragoman.Starter.dll"));
        start.ArgumentList.Add("serve");
        if (!arguments.Contains("--embedder") && !arguments.Contains("--vips"))
        {
            Add(start, arguments, "--model", StarterParts.Model);
        }

        if (!arguments.Contains("--vips"))
        {
            Add(start, arguments, "--native", StarterParts.Native);
        }

        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment.Remove("DRAGOMAN_STARTER_KEY");
        if (key is not null)
        {
            start.Environment["DRAGOMAN_STARTER_KEY"] = key;
        }

        return new StarterProcess(Process.Start(start)!);
    }

    /// <summary>Starts a process and waits for its ready line.</summary>
    public static async Task<StarterProcess> StartAsync(string[]? arguments = null, string? key = null)
    {
        StarterProcess starter = Launch(arguments ?? [], key);
        string line = await starter._process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"the starter ended: {starter.Errors}");
        starter.Ready = JsonDocument.Parse(line).RootElement;
        starter.Http = new HttpClient
        {
            BaseAddress = new Uri(starter.Ready.GetProperty("url").GetString()!),
            Timeout = TimeSpan.FromMinutes(10),
        };
        return starter;
    }

    /// <summary>The official SDK's client, without retries of its own.</summary>
    public ChatClient Client(string key = "none") => new("any-name", new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = new Uri(Http.BaseAddress!, "/v1"),
        RetryPolicy = new ClientRetryPolicy(0),
        NetworkTimeout = TimeSpan.FromMinutes(10),
    });

    public Task<HttpResponseMessage> PostAsync(string json, CancellationToken cancellation = default) =>
        Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"), cancellation);

    /// <summary>Asks for vectors; <paramref name="canWait"/> puts the call behind all others.</summary>
    public Task<HttpResponseMessage> EmbedAsync(object body, bool canWait = false, CancellationToken cancellation = default)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings") { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        if (canWait)
        {
            message.Headers.Add("x-dragoman-priority", "background");
        }

        return Http.SendAsync(message, cancellation);
    }

    /// <summary>Sends a streaming request and returns once the headers are there: the generation holds a slot or a place in the queue.</summary>
    public async Task<HttpResponseMessage> OpenStreamAsync(string json, CancellationToken cancellation)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        return await Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    /// <summary>Asks for the health until an engine's, <c>chat</c> or <c>embedder</c>, is as wished.</summary>
    public async Task WaitForHealthAsync(Func<JsonElement, bool> condition, string engine = "chat")
    {
        using CancellationTokenSource limit = Limit();
        while (true)
        {
            using var health = JsonDocument.Parse(await Http.GetStringAsync(new Uri("/health", UriKind.Relative)));
            if (condition(health.RootElement.GetProperty(engine)))
            {
                return;
            }

            limit.Token.ThrowIfCancellationRequested();
        }
    }

    public void CloseStandardInput() => _process.StandardInput.Close();

    public async Task<int> WaitForExitAsync()
    {
        using CancellationTokenSource limit = Limit();
        await _process.WaitForExitAsync(limit.Token);
        await _errorPump;
        return _process.ExitCode;
    }

    /// <summary>What came on standard output after the ready line; waits for the process's end.</summary>
    public Task<string> RestOfOutputAsync() => _process.StandardOutput.ReadToEndAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _errorPump;
        _process.Dispose();
    }

    // Only so that a test that cannot succeed ends at all; far beyond what a busy machine needs.
    private static CancellationTokenSource Limit() => new(TimeSpan.FromMinutes(3));

    private static void Add(ProcessStartInfo start, string[] arguments, string name, string value)
    {
        if (!arguments.Contains(name))
        {
            start.ArgumentList.Add(name);
            start.ArgumentList.Add(value);
        }
    }
}
