namespace Dragoman.Bench;

internal static class StarterBench
{
    public static Task<int> RunAsync(Options options) => Task.FromResult(options is null ? 1 : 0);
}
