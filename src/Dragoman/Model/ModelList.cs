using System.Collections.Immutable;

namespace Dragoman.Model;

/// <summary>Names of models, without regard to case; a star at the end of one stands for any ending.</summary>
public sealed class ModelList(ImmutableArray<string> patterns)
{
    public ImmutableArray<string> Patterns { get; } = patterns;

    public bool Contains(string name)
    {
        foreach (var pattern in Patterns)
        {
            if (pattern.EndsWith('*')
                ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase)
                : name.Equals(pattern, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
