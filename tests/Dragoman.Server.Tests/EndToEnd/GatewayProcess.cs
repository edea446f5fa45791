using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>The executable <c>dragoman</c> itself, as a process that can be killed.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly bool _keepsData;

    private GatewayProcess(Process process, string data, bool keepsData, Uri url)
    {
        _keepsData = keepsData;
        Process = process;
        Data = data;
        Client = new HttpClient { BaseAddress = url };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningGateway.Key);
    }

    public Process Process { get; }

    public string Data { get; }

    /// <summary>Everything on standard output after the line that tells the address; complete when the process has ended.</summary>
    public Task<string> Welcome { get; private set; } = Task.FromResult("");

    public HttpClient Client { get; }

    /// <summary>The language model's engine that this gateway started; absent while none runs.</summary>
    public int? EnginePid => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
        .FirstOrDefault(pid => pid > 0 && ParentOf(pid) == Process.Id && CommandOf(pid).Contains("--model-name", StringComparison.Ordinal)) is var found and > 0
            ? found
            : null;

    public static string Executable => Path.Combine(AppContext.BaseDirectory, "Dragoman.Server");

    /// <param name="data">A data directory that outlives this gateway.</param>
    public static async Task<GatewayProcess> StartAsync(Dictionary<string, string>? environment = null, string? data = null)
    {
        var keepsData = data is not null;
        data ??= Directory.CreateTempSubdirectory("dragoman-test").FullName;
        var start = new ProcessStartInfo(Executable, ["serve", "--urls", "http://127.0.0.1:0", "--data", data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DRAGOMAN_BOOTSTRAP_KEY"] = RunningGateway.Key;
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        const string Listens = "Dragoman listens on ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Listens, StringComparison.Ordinal))
            {
                var gateway = new GatewayProcess(process, data, keepsData, new Uri(line[Listens.Length..]));
                gateway.Welcome = process.StandardOutput.ReadToEndAsync(); // A full pipe would stop the gateway.
                return gateway;
            }
        }

        throw new InvalidOperationException("dragoman ended before it listened.");
    }

    /// <summary>Runs the executable to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, errors);
    }

    public async Task<Answer> InvokeAsync(string instructions)
    {
        using var response = await Client.PostAsync(
            new Uri("/v1/action/invoke_llm", UriKind.Relative),
            new StringContent(JsonSerializer.Serialize(new { instructions }), Encoding.UTF8, "application/json"));
        return await Answer.ReadAsync(response);
    }

    public static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        await Process.WaitForExitAsync();
        Process.Dispose();
        if (!_keepsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private static int ParentOf(int pid)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // It went while we looked.
        }
    }

    private static string CommandOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
