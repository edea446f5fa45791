using Dragoman.Server.Tests.Keys;
using Xunit.Runner.InProc.SystemConsole;

namespace Dragoman.Server.Tests;

/// <summary>Runs the tests; and is, for those that need a process to kill, that process.</summary>
internal static class EntryPoint
{
    public static Task<int> Main(string[] args) => args is [KeyChurn.Argument, var data] ? KeyChurn.RunAsync(data) : ConsoleRunner.Run(args);
}
