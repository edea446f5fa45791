using System.Text;
using System.Text.Json;
using Dragoman.Providers;
using Dragoman.Providers.Cohere;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Providers.Offers;

public sealed class RerankWireTests
{
    private static readonly CohereRerank Wire = new();

    [Theory]
    [InlineData("cohere", "rerank-v3.5", "https://api.cohere.com/v2/rerank")]
    [InlineData("jina", "jina-reranker-v2-base-multilingual", "https://api.jina.ai/v1/rerank")]
    public void Writer_AQuestion_IsTheGoldenBodyAtTheVendorsAddress(string vendorName, string model, string address)
    {
        var vendor = Vendors.Find(vendorName)!;
        var target = Wire.Locate(vendor, vendorName, new Uri(vendor.BaseUrl!), model, "KEY");
        target.PlainUri.AbsoluteUri.ShouldBe(address);
        target.Headers.ShouldBe([new("Authorization", "Bearer KEY")]);
        GoldenFile.ShouldMatchJson(
            WireCases.Folder, $"{vendorName}.rerank.request.json", WireCases.Written(body => Wire.WriteBody("What is “DNS”?", ["Names.", "Addresses."], target, body)));
    }

    [Fact]
    public void Reader_AnswersAndErrors_ReadTheGoldenMeaning() => WireCases.ReadAll("rerank", _ => Wire);

    [Fact]
    public void Reader_AnyError_IsAnErrorOfItsStatus() => WireCases.ReadsAnyError(Wire);

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"results":[null]}""")]
    [InlineData("""{"results":[{"index":0}]}""")]
    [InlineData("""{"results":[{"relevance_score":0.5}]}""")]
    [InlineData("""{"results":[{"index":"0","relevance_score":0.5}]}""")]
    public void Reader_WhatIsNoAnswer_Throws(string body) => Should.Throw<JsonException>(() => Wire.ReadResponse(Encoding.UTF8.GetBytes(body)));
}
