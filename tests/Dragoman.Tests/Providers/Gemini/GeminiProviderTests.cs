using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Dragoman.Model;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Providers.Gemini;

public sealed class GeminiProviderTests
{
    [Theory]
    [InlineData("gemini-3.5-flash", "models/gemini-3.5-flash")]
    [InlineData("models/gemini-3.5-flash", "models/gemini-3.5-flash")]
    [InlineData("tunedModels/mine", "tunedModels/mine")]
    [InlineData("../../secret?x=1", "models/..%2F..%2Fsecret%3Fx%3D1")]
    public void Locate_EachName_StaysBelowTheBase(string model, string resource)
    {
        var target = GeminiVendor.Target(model);

        target.PlainUri.AbsoluteUri.ShouldBe($"https://generativelanguage.googleapis.com/v1beta/{resource}:generateContent");
        target.StreamUri.AbsoluteUri.ShouldBe($"https://generativelanguage.googleapis.com/v1beta/{resource}:streamGenerateContent?alt=sse");
        target.Headers.ShouldBe([new("x-goog-api-key", "AIza-test")]);
    }

    [Fact]
    public void Locate_PrefixedName_FallsUnderItsRule() =>
        GeminiVendor.Target("models/gemini-3.5-flash").Rule.Prefix.ShouldBe("gemini-3");

    [Theory]
    [InlineData("gemini-2.5-flash", "high", null, null, """{"thinkingBudget":24576,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", null, -1, null, """{"thinkingBudget":-1,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", "none", null, null, """{"thinkingBudget":0}""")]
    [InlineData("gemini-2.5-pro", "none", null, null, """{"thinkingBudget":1024,"includeThoughts":true}""")]
    [InlineData("gemini-3.5-flash", "minimal", null, null, """{"thinkingLevel":"minimal","includeThoughts":true}""")]
    [InlineData("gemini-3.5-flash", "none", null, null, """{"thinkingLevel":"minimal","includeThoughts":true}""")]
    [InlineData("gemini-3.5-flash", "xhigh", null, null, """{"thinkingLevel":"high","includeThoughts":true}""")]
    [InlineData("gemini-3.1-pro-preview", "minimal", null, null, """{"thinkingLevel":"low","includeThoughts":true}""")]
    [InlineData("gemini-3.5-flash", null, 512, null, """{"thinkingBudget":512,"includeThoughts":true}""")]
    [InlineData("gemini-3.5-flash", null, null, true, """{"includeThoughts":true}""")]
    public void Reasoning_ByModel_IsToldInItsStyle(string model, string? effort, int? budget, bool? enabled, string expected) =>
        Write(Ask() with { Reasoning = new ReasoningOptions { Effort = effort, BudgetTokens = budget, Enabled = enabled } }, model)
            ["generationConfig"]!["thinkingConfig"]!.ToJsonString().ShouldBe(expected);

    [Theory]
    [InlineData("gemini-2.5-flash-image", true)]
    [InlineData("gemini-2.5-flash-image-preview", true)]
    [InlineData("gemini-2.0-flash-exp-image-generation", true)]
    [InlineData("gemini-3-pro-image-preview", true)]
    [InlineData("gemini-3.1-flash-image-preview", true)]
    [InlineData("gemini-2.5-flash", false)]
    [InlineData("gemini-3-pro-preview", false)]
    public void Modalities_OfAModelThatDraws_AreTextAndPictures(string model, bool draws)
    {
        Write(Ask(), model)["generationConfig"]?["responseModalities"]?.ToJsonString().ShouldBe(draws ? """["TEXT","IMAGE"]""" : null);
        Write(Ask() with { Modalities = ["text"] }, model)["generationConfig"]!["responseModalities"]!.ToJsonString().ShouldBe("""["TEXT"]""");
    }

    [Fact]
    public void Unhonoured_WhatTheWireCannotSay_IsNamed()
    {
        var request = Ask() with
        {
            Reasoning = new ReasoningOptions { Effort = "none" },
            StopSequences = ["1", "2", "3", "4", "5", "6"],
            ServiceTier = "scale",
        };

        GeminiVendor.Provider.Unhonoured(request, GeminiVendor.Target("gemini-3.5-flash"))
            .ShouldBe(ChatParameters.ReasoningEffort | ChatParameters.Stop | ChatParameters.ServiceTier);
        Write(request, "gemini-3.5-flash")["generationConfig"]!["stopSequences"]!.AsArray().Count.ShouldBe(5);
        GeminiVendor.Provider.Unhonoured(Ask() with { ServiceTier = "auto" }, GeminiVendor.Target("gemini-3.5-flash")).ShouldBe(ChatParameters.None);
    }

    [Theory]
    [InlineData("auto", null)]
    [InlineData("default", "standard")]
    [InlineData("flex", "flex")]
    public void ServiceTier_EachWord_IsTheVendors(string tier, string? sent) =>
        ((string?)Write(Ask() with { ServiceTier = tier }, "gemini-3.5-flash")["serviceTier"]).ShouldBe(sent);

    [Fact]
    public void Signatures_GoingBack_StandWhereTheyCameFrom()
    {
        var body = Write(
            Ask() with
            {
                Messages =
                [
                    ChatMessage.OfText(ChatRole.User, "Hi"),
                    new ChatMessage(ChatRole.Assistant,
                    [
                        new ReasoningPart("a summary"),
                        new TextPart("Hello"),
                        new ReasoningPart("", "dGV4dA=="),
                        new ToolCallPart("1", "look", "{}", "Y2FsbA=="),
                        new ToolCallPart("2", "look", "{}"),
                    ]),
                ],
            },
            "gemini-3.5-flash");

        body["contents"]![1]!["parts"]!.AsArray().Select(part => part!.ToJsonString()).ShouldBe(
        [
            """{"text":"Hello","thoughtSignature":"dGV4dA=="}""",
            """{"functionCall":{"id":"1","name":"look","args":{}},"thoughtSignature":"Y2FsbA=="}""",
            """{"functionCall":{"id":"2","name":"look","args":{}}}""",
        ]);
    }

    [Fact]
    public void ToolResult_WithoutName_TakesThatOfItsCall()
    {
        var body = Write(
            Ask() with
            {
                Messages =
                [
                    ChatMessage.OfText(ChatRole.User, "Hi"),
                    new ChatMessage(ChatRole.Assistant, [new ToolCallPart("1", "look", "{}")]),
                    new ChatMessage(ChatRole.Tool,
                        [new ToolResultPart("1", [new TextPart("seen"), new ImagePart { Data = new byte[] { 1 }, MediaType = "image/png" }])]),
                ],
            },
            "gemini-2.5-flash");

        body["contents"]![2]!.ToJsonString().ShouldBe(
            """{"role":"user","parts":[{"functionResponse":{"id":"1","name":"look","response":{"output":"seen"}"""
            + ""","parts":[{"inlineData":{"mimeType":"image/png","data":"AQ=="}}]}}]}""");
    }

    [Fact]
    public void Files_KeptByGoogle_AreNamed() =>
        Write(
            Ask() with { Messages = [new ChatMessage(ChatRole.User, [new FilePart(default, "application/pdf", null, "gs://bucket/a.pdf")])] },
            "gemini-2.5-flash")["contents"]![0]!["parts"]![0]!.ToJsonString()
            .ShouldBe("""{"fileData":{"mimeType":"application/pdf","fileUri":"gs://bucket/a.pdf"}}""");

    [Fact]
    public void SystemMessages_WhereverTheyStand_AreOneInstruction()
    {
        var body = Write(
            Ask() with
            {
                Messages =
                [
                    ChatMessage.OfText(ChatRole.System, "one"), ChatMessage.OfText(ChatRole.User, "a"),
                    ChatMessage.OfText(ChatRole.System, "two"), ChatMessage.OfText(ChatRole.User, "b"),
                ],
            },
            "gemini-2.5-flash");

        body["systemInstruction"]!.ToJsonString().ShouldBe("""{"parts":[{"text":"one"},{"text":"two"}]}""");
        body["contents"]!.ToJsonString().ShouldBe("""[{"role":"user","parts":[{"text":"a"},{"text":"b"}]}]""");
    }

    [Fact]
    public void ReadError_WithRetryInfo_TellsHowLong()
    {
        var error = GeminiVendor.Provider.ReadError(429, GoldenFile.ReadBytes(GoldenFile.Folder(), "rate-limit.error.429.json"));

        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(34.4));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"candidates":[]}""")]
    [InlineData("""null""")]
    [InlineData("""{"candidates":"x"}""")]
    public void ReadResponse_WithoutCandidates_IsNoAnswer(string body) =>
        Should.Throw<System.Text.Json.JsonException>(() => GeminiVendor.Provider.ReadResponse(Encoding.UTF8.GetBytes(body)));

    private static ChatRequest Ask() => new() { Model = "m", Messages = [ChatMessage.OfText(ChatRole.User, "Hi")] };

    private static JsonObject Write(ChatRequest request, string model)
    {
        var body = new ArrayBufferWriter<byte>();
        GeminiVendor.Provider.WriteBody(request, GeminiVendor.Target(model), stream: false, body);
        return JsonNode.Parse(body.WrittenSpan)!.AsObject();
    }
}
