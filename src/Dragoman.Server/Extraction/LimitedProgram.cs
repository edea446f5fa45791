using System.Diagnostics;
using System.Globalization;

namespace Dragoman.Server.Extraction;

/// <summary>What a program may use. The kernel holds it to that, and everything that it starts.</summary>
/// <param name="CpuSeconds">Of each of its processes.</param>
/// <param name="AddressSpaceBytes">Of each of its processes; absent for programs that reserve more than there is.</param>
/// <param name="FileBytes">The longest file that it may write; pipes are not bounded by it.</param>
internal readonly record struct ProgramLimits(int CpuSeconds, long? AddressSpaceBytes, long FileBytes);

/// <summary>
/// Programs that read what strangers wrote: at low priority, under the kernel's limits (by <c>nice</c> and <c>prlimit</c>, where the machine has them), and
/// with an environment that holds nothing of ours.
/// </summary>
internal static class LimitedProgram
{
    // What a .NET program may need to be found and to find its runtime.
    private static readonly string[] InheritedVariables = ["PATH", "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64"];

    /// <summary>A start with all three standard streams redirected.</summary>
    /// <param name="program">Its path.</param>
    public static ProcessStartInfo Describe(
        string program, IEnumerable<string> arguments, ProgramLimits limits, IEnumerable<KeyValuePair<string, string>> environment)
    {
        string[] line = [.. Prefix(limits), program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment.Clear();
        foreach (var name in InheritedVariables)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>The path of a program of this machine; absent where it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>Ends a program and all that it started, unless they have ended.</summary>
    public static void End(Process program)
    {
        try
        {
            program.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or AggregateException)
        {
            // It is gone, or it went while its children were looked for.
        }
    }

    /// <summary>The first of what a process says, all of it taken so that it never waits.</summary>
    public static async Task<string> DrainAsync(StreamReader errors)
    {
        var kept = new char[4 * 1024];
        var length = await errors.ReadBlockAsync(kept);
        var rest = new char[kept.Length];
        while (await errors.ReadAsync(rest) > 0)
        {
        }

        return new string(kept, 0, length);
    }

    private static IEnumerable<string> Prefix(ProgramLimits limits)
    {
        if (Find("nice") is { } nice)
        {
            yield return nice;
            yield return "--adjustment=10";
        }

        if (Find("prlimit") is { } prlimit)
        {
            yield return prlimit;
            yield return "--core=0";
            yield return string.Create(CultureInfo.InvariantCulture, $"--cpu={limits.CpuSeconds}");
            yield return string.Create(CultureInfo.InvariantCulture, $"--fsize={limits.FileBytes}");
            if (limits.AddressSpaceBytes is { } bytes)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"--as={bytes}");
            }
        }
    }
}
