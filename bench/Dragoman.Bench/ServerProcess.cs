using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dragoman.Bench;

/// <summary>A server under measurement: a process of its own, read through <c>/proc</c>, ended with this object.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly double TicksASecond = 100; // USER_HZ, the unit of /proc/PID/stat on Linux.

    private readonly Process _process;

    public ServerProcess(string file, string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.EndsWith("_API_KEY", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        StartedAt = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) => Errors += line.Data + "\n";
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public long StartedAt { get; }

    public string Errors { get; private set; } = "";

    public int Id => _process.Id;

    /// <summary>CPU seconds so far, user and kernel.</summary>
    public double CpuSeconds => CpuSecondsOf(Id);

    /// <summary>Resident memory now, in megabytes.</summary>
    public double ResidentMegabytes => ResidentMegabytesOf(Id);

    public static double CpuSecondsOf(int id)
    {
        var fields = StatOf(id);
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksASecond;
    }

    /// <summary>0 for a process that is gone.</summary>
    public static int ParentOf(int id)
    {
        try
        {
            return int.Parse(StatOf(id)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public static double ResidentMegabytesOf(int id) => File.ReadLines($"/proc/{id}/status")
        .Where(line => line.StartsWith("VmRSS", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
        .First();

    /// <summary>What proc(5) has of a process, from its state on.</summary>
    private static string[] StatOf(int id) => File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ');

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until the address answers anything at all.</summary>
    public async Task WaitAsync(HttpClient http, string url)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30);)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"{_process.StartInfo.FileName} ended: {Errors}");
            }

            try
            {
                using var response = await http.GetAsync(new Uri(url));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(5);
            }
        }

        throw new TimeoutException($"{url} does not answer. {Errors}");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
