namespace Dragoman.Server.Tests.Starter;

/// <summary>Where the starter engine's native libraries and model are on this machine.</summary>
internal static class StarterParts
{
    public static string Native { get; } = Setting("DRAGOMAN_STARTER_NATIVE", "native");

    public static string Model { get; } = Setting("DRAGOMAN_STARTER_MODEL", "model.gguf");

    /// <summary>Why tests that need the parts cannot run; null when they can.</summary>
    public static string? Missing { get; } =
        !Directory.Exists(Native) ? $"the starter's native libraries are not in {Native}"
        : !File.Exists(Model) ? $"the starter's model is not at {Model}"
        : null;

    /// <summary>Skips the running test when a part is missing.</summary>
    public static void Require()
    {
        if (Missing is { } reason)
        {
            Assert.Skip(reason);
        }
    }

    private static string Setting(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : Path.Combine(Cache(), "starter", name);

    private static string Cache() =>
        Environment.GetEnvironmentVariable("DRAGOMAN_CACHE") is { Length: > 0 } value
            ? value
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "dragoman");
}
