using System.Text;
using System.Text.Json;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.Cohere;
using Dragoman.Providers.Gemini;
using Dragoman.Providers.OpenAI;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Providers.Offers;

public sealed class EmbeddingWireTests
{
    private static readonly IEmbeddingProvider[] Wires = [new OpenAIEmbeddings(), new CohereEmbeddings(), new GeminiEmbeddings()];

    [Theory]
    [InlineData("openai")]
    [InlineData("mistral")]
    [InlineData("jina")]
    [InlineData("cohere")]
    [InlineData("google")]
    public void Writer_QuestionsAndPassages_AreTheGoldenBodies(string vendorName)
    {
        var target = Target(vendorName, Vendors.Find(vendorName)!.Embeddings!.Model!);
        foreach (var purpose in Enum.GetValues<EmbeddingPurpose>())
        {
            GoldenFile.ShouldMatchJson(
                WireCases.Folder,
                $"{vendorName}-{purpose}.embed.request.json".ToLowerInvariant(),
                WireCases.Written(body => WireOf(vendorName).WriteBody(["What is “DNS”?", "A name → an address, \"looked up\"."], purpose, target, body)));
        }
    }

    [Fact]
    public void Reader_AnswersAndErrors_ReadTheGoldenMeaning() => WireCases.ReadAll("embed", WireOf);

    [Fact]
    public void Reader_AnyError_IsAnErrorOfItsStatus()
    {
        foreach (var wire in Wires)
        {
            WireCases.ReadsAnyError(wire);
        }
    }

    [Theory]
    [InlineData("openai", "null")]
    [InlineData("openai", "{}")]
    [InlineData("openai", """{"data":null}""")]
    [InlineData("openai", """{"data":[null]}""")]
    [InlineData("openai", """{"data":[{"index":0}]}""")]
    [InlineData("openai", """{"data":[{"index":1,"embedding":[1]}]}""")]
    [InlineData("openai", """{"data":[{"index":-1,"embedding":[1]}]}""")]
    [InlineData("openai", """{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}""")]
    [InlineData("openai", """{"data":[{"index":0,"embedding":[null]}]}""")]
    [InlineData("openai", """{"data":[{"index":0,"embedding":"AACAPw=="}]}""")]
    [InlineData("openai", """{"data":[{"index":0,"embedding":[1""")]
    [InlineData("cohere", "null")]
    [InlineData("cohere", """{"embeddings":{"int8":[[1]]}}""")]
    [InlineData("cohere", """{"embeddings":{"float":[null]}}""")]
    [InlineData("cohere", """{"embeddings":[[1]]}""")]
    [InlineData("google", "null")]
    [InlineData("google", """{"embedding":{"values":[1]}}""")]
    [InlineData("google", """{"embeddings":[null]}""")]
    [InlineData("google", """{"embeddings":[{}]}""")]
    public void Reader_WhatIsNoAnswer_Throws(string vendorName, string body) =>
        Should.Throw<JsonException>(() => WireOf(vendorName).ReadResponse(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("openai", "text-embedding-3-large", "https://api.openai.com/v1/embeddings", "Authorization: Bearer KEY")]
    [InlineData("azure", "our-embedder", "https://x.test/openai/v1/embeddings?api-version=preview", "api-key: KEY")]
    [InlineData("jina", "jina-embeddings-v3", "https://api.jina.ai/v1/embeddings", "Authorization: Bearer KEY")]
    [InlineData("cohere", "embed-v4.0", "https://api.cohere.com/v2/embed", "Authorization: Bearer KEY")]
    [InlineData("google", "gemini-embedding-001", "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents", "x-goog-api-key: KEY")]
    [InlineData("google", "../x?key=1", "https://generativelanguage.googleapis.com/v1beta/models/..%2Fx%3Fkey%3D1:batchEmbedContents", "x-goog-api-key: KEY")]
    public void Locate_EachVendor_IsItsAddressAndCredential(string vendorName, string model, string address, string header)
    {
        var target = Target(vendorName, model);
        target.PlainUri.AbsoluteUri.ShouldBe(address);
        target.Headers.Select(pair => $"{pair.Key}: {pair.Value}").ShouldBe([header]);
        target.ToString().ShouldNotContain("KEY", Case.Sensitive);
    }

    [Fact]
    public void Vendors_EveryOffer_HasItsWireAndSoundBounds()
    {
        foreach (var vendor in Vendors.All.Where(vendor => vendor.Embeddings is not null))
        {
            Wires.ShouldContain(wire => wire.Format == vendor.Embeddings!.Format, vendor.Name);
            vendor.Embeddings!.MaxTexts.ShouldBeInRange(1, 2048);
            vendor.Embeddings.MaxCharacters.ShouldBeGreaterThan(10_000);
        }

        Vendors.All.Where(vendor => vendor.Embeddings?.Model is not null).Select(vendor => $"{vendor.Name}/{vendor.Embeddings!.Model}").ShouldBe(
            [
                "openai/text-embedding-3-large", "google/gemini-embedding-001", "mistral/mistral-embed", "cohere/embed-multilingual-v3.0",
                "jina/jina-embeddings-v3", "starter/all-minilm-l6-v2",
            ],
            ignoreOrder: true);
    }

    private static IEmbeddingProvider WireOf(string vendorName) =>
        Wires.Single(wire => wire.Format == Vendors.Find(vendorName)!.Embeddings!.Format);

    private static UpstreamTarget Target(string vendorName, string model)
    {
        var vendor = Vendors.Find(vendorName)!;
        return WireOf(vendorName).Locate(vendor, vendorName, new Uri(vendor.BaseUrl ?? "https://x.test/openai/v1?api-version=preview"), model, "KEY");
    }
}
