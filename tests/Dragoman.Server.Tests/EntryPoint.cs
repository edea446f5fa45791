using Dragoman.Server.Tests.Keys;
using Dragoman.Server.Tests.Knowledge;
using Xunit.Runner.InProc.SystemConsole;

namespace Dragoman.Server.Tests;

/// <summary>Runs the tests; and is, for those that need a process to kill, that process.</summary>
internal static class EntryPoint
{
    public static Task<int> Main(string[] args) => args switch
    {
        [KeyChurn.Argument, var data] => KeyChurn.RunAsync(data),
        [KnowledgeChurn.Argument, var data] => KnowledgeChurn.RunAsync(data),
        _ => ConsoleRunner.Run(args),
    };
}
