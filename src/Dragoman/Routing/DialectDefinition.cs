using System.Collections.Frozen;
using System.Collections.Immutable;
using Dragoman.Model;

namespace Dragoman.Routing;

/// <summary>
/// What a dialect brings along and the operator's settings under <c>Dialects:{Name}</c> go over: the names that its clients use for models, its
/// limits, its choices. A dialect registers one.
/// </summary>
/// <param name="Name">As in <c>Call.Dialect</c>: <c>agentai</c>.</param>
public sealed record DialectDefinition(string Name)
{
    /// <summary>Names of models, without regard to case, and the models that may serve each, best first, as <c>provider/model</c>.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> Models { get; init; } = FrozenDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The same for models of pictures; a name may have none, which then only the operator can give it.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> ImageModels { get; init; } = FrozenDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Whether a caller names the model; where not, the operator cannot add to <see cref="Models"/>, for nobody could ask for it.</summary>
    public bool CallersNameModels { get; init; } = true;

    /// <summary>The limits of a live key that has none of its own.</summary>
    public CallLimits LiveLimits { get; init; }

    /// <summary>The limits of a test key that has none of its own.</summary>
    public CallLimits TestLimits { get; init; }

    public ImmutableArray<DialectOption> Options { get; init; } = [];
}

/// <summary>A setting of one dialect alone.</summary>
/// <param name="Choices">The values that it takes, without regard to case; where empty, any text of up to 100 characters.</param>
public sealed record DialectOption(string Name, string Default, params ImmutableArray<string> Choices);

/// <summary>A dialect's definition with the operator's settings over it.</summary>
public sealed record DialectSettings(string Name)
{
    public required FrozenDictionary<string, RouteEntry> Routes { get; init; }

    public FrozenDictionary<string, RouteEntry> ImageRoutes { get; init; } = FrozenDictionary<string, RouteEntry>.Empty;

    public required CallLimits LiveLimits { get; init; }

    public required CallLimits TestLimits { get; init; }

    /// <summary>By name; each option of the definition is there, spelt as among its choices.</summary>
    public required FrozenDictionary<string, string> Options { get; init; }
}
