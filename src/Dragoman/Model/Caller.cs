using System.Collections.Frozen;

namespace Dragoman.Model;

/// <summary>Who calls and what they may do: the API key that was accepted, without its secret.</summary>
/// <param name="KeyId">The key's public id.</param>
/// <param name="Name">The name that the operator gave it.</param>
/// <param name="Mode">What the key is good for.</param>
public sealed record Caller(string KeyId, string Name, KeyMode Mode)
{
    /// <summary>A live key; a test key never costs money.</summary>
    public bool IsLive => Mode == KeyMode.Live;

    /// <summary>Whose key it is, in the operator's books.</summary>
    public string? Project { get; init; }

    /// <summary>The dialects that the key may speak, by name; <c>null</c> is all of them.</summary>
    public FrozenSet<string>? Dialects { get; init; }

    /// <summary>The models that the key may ask for; <c>null</c> is all of them.</summary>
    public ModelList? Models { get; init; }

    /// <summary>The key's own limits, counted over all dialects; what is not said here the dialect decides.</summary>
    public CallLimits Limits { get; init; }

    /// <summary>From then on the key opens nothing.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

public enum KeyMode
{
    Live,

    /// <summary>Served by the sandbox, or by what the operator names for tests.</summary>
    Test,

    /// <summary>Opens the admin API and nothing else.</summary>
    Admin,
}
