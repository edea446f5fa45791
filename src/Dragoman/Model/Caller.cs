namespace Dragoman.Model;

/// <summary>Who calls: the API key that was accepted, without its secret.</summary>
/// <param name="KeyId">The key's public id.</param>
/// <param name="Name">The name that the operator gave it.</param>
/// <param name="IsLive">A live key; a test key never costs money.</param>
public sealed record Caller(string KeyId, string Name, bool IsLive);
