using System.Collections.Immutable;

namespace Dragoman.Providers;

/// <summary>The table of vendors.</summary>
public static class Vendors
{
    public static ImmutableArray<Vendor> All { get; } = [];

    public static Vendor? Find(string name) => All.FirstOrDefault(vendor => vendor.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static Vendor? ByModel(string model) => null;
}
