using System.Runtime.CompilerServices;
using Dragoman.Providers;

namespace Dragoman.Tests.Providers;

/// <summary>docs/configuration.md tells of every vendor what the table says.</summary>
public sealed class VendorDocumentationTests
{
    [Fact]
    public void ConfigurationPage_EveryVendor_HasItsRow()
    {
        var page = File.ReadAllLines(Path.Combine(RepositoryRoot(), "docs", "configuration.md"));
        foreach (var vendor in Vendors.All.Where(vendor => vendor.Name != Vendors.Starter))
        {
            var row = page.SingleOrDefault(line => line.StartsWith($"| `{vendor.Name}` |", StringComparison.Ordinal)).ShouldNotBeNull(vendor.Name);
            row.ShouldContain($"`{vendor.EnvironmentPrefix}`");
            row.ShouldContain(vendor.BaseUrl ?? "none");
        }
    }

    private static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(file, "../../../.."));
}
