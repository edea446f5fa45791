using System.Collections.Immutable;

namespace Dragoman.Routing;

/// <summary>
/// The names that a dialect's clients use for models, each with the models that may serve it, best first, as <c>provider/model</c>.
/// A dialect registers one; the operator's settings under <c>Dialects:{Dialect}:Models</c> go over it.
/// </summary>
/// <param name="Dialect">The dialect's name, as in <c>Call.Dialect</c>.</param>
/// <param name="Targets">Keys are compared without regard to case.</param>
public sealed record ModelNames(string Dialect, IReadOnlyDictionary<string, ImmutableArray<string>> Targets);
