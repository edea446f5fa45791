using System.Globalization;
using System.Runtime.CompilerServices;
using Dragoman.Providers;

namespace Dragoman.Tests.Providers;

/// <summary>docs/configuration.md tells of every vendor what the table says.</summary>
public sealed class VendorDocumentationTests
{
    [Fact]
    public void ConfigurationPage_EveryVendor_HasItsRow()
    {
        foreach (var vendor in Vendors.All.Where(vendor => vendor.Name != Vendors.Starter))
        {
            var row = Page.SingleOrDefault(line => line.StartsWith($"| `{vendor.Name}` |", StringComparison.Ordinal)).ShouldNotBeNull(vendor.Name);
            row.ShouldContain($"`{vendor.EnvironmentPrefix}`");
            row.ShouldContain(vendor.BaseUrl ?? "none");
        }
    }

    [Fact]
    public void ConfigurationPage_EveryOffer_IsInItsVendorsRow()
    {
        foreach (var vendor in Vendors.All.Where(vendor => vendor is not { Embeddings: null, Reranking: null, Transcription: null }))
        {
            var row = Page.Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries))
                .SingleOrDefault(cells => cells.Length == 7 && cells[1].Split(", ").Contains(vendor.DisplayName)).ShouldNotBeNull(vendor.Name);
            row[2].ShouldBe(Told(vendor.Embeddings), vendor.Name);
            row[3].ShouldBe(vendor.Embeddings?.MaxTexts.ToString(CultureInfo.InvariantCulture) ?? "", vendor.Name);
            row[4].ShouldBe(Told(vendor.Transcription), vendor.Name);
            row[5].ShouldBe(vendor.Reranking is null ? "" : "yes", vendor.Name);
        }

        static string Told(IVendorOffer? offer) => offer is null ? "" : offer.Model is { } model ? $"`{model}`" : "as set";
    }

    private static string[] Page { get; } = File.ReadAllLines(Path.Combine(RepositoryRoot(), "docs", "configuration.md"));

    private static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(file, "../../../.."));
}
