using System.Text;
using System.Text.Json;
using Dragoman.Providers;
using Dragoman.Providers.OpenAI;

namespace Dragoman.Tests.Providers.Offers;

public sealed class TranscriptionWireTests
{
    private static readonly OpenAITranscription Wire = new();

    [Theory]
    [InlineData("openai", "https://api.openai.com/v1/audio/transcriptions")]
    [InlineData("groq", "https://api.groq.com/openai/v1/audio/transcriptions")]
    [InlineData("mistral", "https://api.mistral.ai/v1/audio/transcriptions")]
    public void Locate_EachVendor_IsItsAddressAndModel(string vendorName, string address)
    {
        var vendor = Vendors.Find(vendorName)!;
        var target = Wire.Locate(vendor, vendorName, new Uri(vendor.BaseUrl!), vendor.Transcription!.Model!, "KEY");
        target.PlainUri.AbsoluteUri.ShouldBe(address);
        Wire.Fields(target).ShouldBe([new("model", vendor.Transcription.Model!)]);
    }

    [Fact]
    public void Reader_AnswersAndErrors_ReadTheGoldenMeaning() => WireCases.ReadAll("speech", _ => Wire);

    [Fact]
    public void Reader_AnyError_IsAnErrorOfItsStatus() => WireCases.ReadsAnyError(Wire);

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"text":null}""")]
    [InlineData("just text")]
    public void Reader_WhatIsNoAnswer_Throws(string body) => Should.Throw<JsonException>(() => Wire.ReadResponse(Encoding.UTF8.GetBytes(body)));
}
