using System.Collections.Immutable;

namespace Dragoman.Providers;

/// <summary>The table of vendors.</summary>
public static class Vendors
{
    public static ImmutableArray<Vendor> All { get; } = [];
}
