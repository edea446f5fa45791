using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI;

/// <summary>Answers of every kind, for the writers.</summary>
internal static class AnswerCases
{
    private static readonly Usage SomeUsage = new() { InputTokens = 20, CachedInputTokens = 4, OutputTokens = 10, ReasoningTokens = 3 };

    public static readonly Dictionary<string, ChatResponse> All = new()
    {
        ["plain"] = Answer(FinishReason.Stop, new TextPart("Hello — “there”.")),
        ["length"] = Answer(FinishReason.Length, new TextPart("Hel")),
        ["tools"] = Answer(
            FinishReason.ToolCalls, new TextPart("Let me see."), new ToolCallPart("call_1", "get_weather", """{"city":"Berlin"}"""),
            new ToolCallPart("call_2", "get_time", "{}", "sig-of-the-call")),
        ["reasoning"] = Answer(
            FinishReason.Stop, new ReasoningPart("First thought.", "sig-1"), new ReasoningPart("", Redacted: "encrypted"), new TextPart("42")),
        ["unsigned-reasoning"] = Answer(FinishReason.Stop, new ReasoningPart("Thinking."), new TextPart("42")),
        ["refusal"] = Answer(FinishReason.Refusal, new RefusalPart("I will not.")),
        ["image"] = Answer(FinishReason.Stop, new TextPart("A dot."), new ImagePart { Data = new byte[] { 1, 2, 3 }, MediaType = "image/png" }),
        ["audio"] = Answer(FinishReason.Stop, new AudioPart(new byte[] { 4, 5, 6 }, "wav", "audio_1", "Spoken.", 1735003600)),
        ["empty"] = Answer(FinishReason.ContentFilter),
        ["choices"] = Answer(FinishReason.Stop, new TextPart("One.")) with
        {
            Choices =
            [
                new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, "One."), FinishReason.Stop),
                new ChatChoice(1, ChatMessage.OfText(ChatRole.Assistant, "Two."), FinishReason.Length),
            ],
        },
        ["logprobs"] = Answer(FinishReason.Stop, new TextPart("Hi")) with
        {
            Choices =
            [
                new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, "Hi"), FinishReason.Stop)
                {
                    Logprobs = [new TokenLogprob("Hi", -0.25, [72, 105], [new TokenLogprob("Ho", -1.5, null, null)])],
                },
            ],
        },
    };

    private static ChatResponse Answer(FinishReason reason, params ContentPart[] parts) => new()
    {
        Id = "chatcmpl-1",
        Model = "gpt-4o-2024-08-06",
        Created = 1735000000,
        SystemFingerprint = "fp_1",
        ServiceTier = "default",
        Usage = SomeUsage,
        Choices = [new ChatChoice(0, new ChatMessage(ChatRole.Assistant, parts), reason)],
    };
}
