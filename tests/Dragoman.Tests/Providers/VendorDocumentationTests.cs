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
            var row = RowOf(vendor, "## Knowledge");
            row[2].ShouldBe(Told(vendor.Embeddings), vendor.Name);
            row[3].ShouldBe(vendor.Embeddings?.MaxTexts.ToString(CultureInfo.InvariantCulture) ?? "", vendor.Name);
            row[4].ShouldBe(Told(vendor.Transcription), vendor.Name);
            row[5].ShouldBe(vendor.Reranking is null ? "" : "yes", vendor.Name);
        }

        static string Told(IVendorOffer? offer) => offer is null ? "" : offer.Model is { } model ? $"`{model}`" : "as set";
    }

    [Fact]
    public void ConfigurationPage_EveryMakerOfPictures_HasItsRow()
    {
        foreach (var vendor in Vendors.All.Where(vendor => vendor.Images is not null))
        {
            var row = RowOf(vendor, "## Pictures");
            row[2].ShouldBe(
                vendor.Name == Vendors.Starter ? $"`{Vendors.Composer}`"
                    : string.Join(", ", vendor.Images!.ModelPrefixes.Select(prefix => $"`{prefix}…{(vendor.Images.ModelWord is { } word ? word + "…" : "")}`")),
                vendor.Name);
            row[5].ShouldBe(vendor.Images!.Rules.Any(rule => rule.SeedName is not null) ? "yes" : "no", vendor.Name);
        }
    }

    /// <summary>The cells of the vendor's row in a section's table of five columns; the first and the last are empty.</summary>
    private static string[] RowOf(Vendor vendor, string section) => Page
        .SkipWhile(line => line != section).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .SingleOrDefault(cells => cells.Length == 7 && cells[1].Split(", ").Contains(vendor.DisplayName)).ShouldNotBeNull(vendor.Name);

    private static string[] Page { get; } = File.ReadAllLines(Path.Combine(RepositoryRoot(), "docs", "configuration.md"));

    private static string RepositoryRoot([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(file, "../../../.."));
}
