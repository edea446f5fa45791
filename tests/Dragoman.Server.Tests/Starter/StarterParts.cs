namespace Dragoman.Server.Tests.Starter;

/// <summary>The starter engine's parts, where <c>dragoman starter fetch</c> puts them.</summary>
internal static class StarterParts
{
    private static readonly Server.Starter.StarterParts Fetched = Server.Starter.StarterParts.Of(Environment.GetEnvironmentVariable);

    public static string Cache { get; } = Path.GetDirectoryName(Fetched.Folder)!;

    public static string Native => Fetched.Native.Path;

    public static string Model => Fetched.LanguageModel.Path;

    public static string Embedder => Fetched.Embedder.Path;

    public static string Vips => Fetched.Vips.Path;

    public static string Art => Fetched.Art.Drawings;

    public static string ArtIndex => Fetched.Art.Index;

    /// <summary>Why tests that need the parts cannot run; null when they can.</summary>
    public static string? Missing { get; } =
        Fetched.AreComplete ? null : $"the starter engine's parts are not in {Fetched.Folder}; `dragoman starter fetch` brings them";

    /// <summary>Skips the running test when a part is missing.</summary>
    public static void Require()
    {
        if (Missing is { } reason)
        {
            Assert.Skip(reason);
        }
    }
}
