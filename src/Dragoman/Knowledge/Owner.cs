using Dragoman.Model;

namespace Dragoman.Knowledge;

/// <summary>
/// Whom projects belong to: the operator's project of the key, or the key itself where it has none. What test keys make is apart from what live keys make,
/// also within one project of the operator's.
/// </summary>
/// <param name="Name"><c>project:NAME</c> or <c>key:ID</c>; stored with each project.</param>
internal readonly record struct Owner(string Name, bool IsLive)
{
    public static Owner Of(Caller caller) => new(caller.Project is { } project ? $"project:{project}" : $"key:{caller.KeyId}", caller.IsLive);
}
