namespace Dragoman.Starter.Commands;

internal static class BenchCommand
{
    public static Task<int> RunAsync(StarterOptions options) => Task.FromResult(0);
}
