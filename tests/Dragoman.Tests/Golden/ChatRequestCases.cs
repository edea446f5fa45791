using System.Text;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Tests.Golden;

/// <summary>The canonical requests that every provider's writer must carry.</summary>
internal static class ChatRequestCases
{
    private static readonly ToolDefinition Weather = new(
        "get_weather",
        "Current weather in a city.",
        Json("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""));

    public static IReadOnlyDictionary<string, ChatRequest> All { get; } = new Dictionary<string, ChatRequest>
    {
        ["plain"] = Ask("What is the capital of France?"),
        ["system"] = new()
        {
            Model = "m",
            Messages =
            [
                ChatMessage.OfText(ChatRole.System, "Answer in one word."),
                ChatMessage.OfText(ChatRole.User, "What is the capital of France?"),
                ChatMessage.OfText(ChatRole.Assistant, "Paris."),
                ChatMessage.OfText(ChatRole.User, "And of “Italy” – 🇮🇹?"),
            ],
        },
        ["parameters"] = Ask("Write a haiku.") with
        {
            Temperature = 0.7,
            TopP = 0.9,
            TopK = 40,
            FrequencyPenalty = 0.5,
            PresencePenalty = -0.5,
            Seed = 42,
            MaxOutputTokens = 256,
            StopSequences = ["END", "\n\n"],
            LogitBias = new Dictionary<string, double> { ["50256"] = -100 },
            User = "user-7",
            Metadata = new Dictionary<string, string> { ["team"] = "blue" },
            ServiceTier = "auto",
        },
        ["choices"] = Ask("Toss a coin.") with { ChoiceCount = 2, Logprobs = true, TopLogprobs = 2 },
        ["tools"] = Ask("What is the weather in Paris?") with
        {
            Tools = [Weather],
            ToolChoice = new ToolChoice(ToolChoiceKind.Named, "get_weather"),
            ParallelToolCalls = false,
        },
        ["tool-loop"] = new()
        {
            Model = "m",
            Tools = [Weather],
            Messages =
            [
                ChatMessage.OfText(ChatRole.User, "Weather in Paris and Rome?"),
                new ChatMessage(ChatRole.Assistant,
                [
                    new TextPart("I will look."),
                    new ToolCallPart("call_1", "get_weather", """{"city":"Paris"}"""),
                    new ToolCallPart("call_2", "get_weather", """{"city":"Rome"}"""),
                ]),
                new ChatMessage(ChatRole.Tool, [new ToolResultPart("call_1", [new TextPart("18 °C, rain")], "get_weather")]),
                new ChatMessage(ChatRole.Tool, [new ToolResultPart("call_2", [new TextPart("no data")], "get_weather", IsError: true)]),
                ChatMessage.OfText(ChatRole.User, "So?"),
            ],
        },
        ["vision"] = new()
        {
            Model = "m",
            Messages =
            [
                new ChatMessage(ChatRole.User,
                [
                    new TextPart("What is on these?"),
                    new ImagePart { Data = Encoding.ASCII.GetBytes("not really a png"), MediaType = "image/png", Detail = "low" },
                ]),
            ],
        },
        ["reasoning"] = new()
        {
            Model = "m",
            Reasoning = new ReasoningOptions { Effort = "high" },
            MaxOutputTokens = 4000,
            Messages =
            [
                ChatMessage.OfText(ChatRole.System, "Be exact."),
                ChatMessage.OfText(ChatRole.User, "Is 91 prime?"),
                new ChatMessage(ChatRole.Assistant, [new ReasoningPart("91 = 7 × 13.", "c2ln"), new TextPart("No.")]),
                ChatMessage.OfText(ChatRole.User, "And 97?"),
            ],
        },
        ["json-schema"] = Ask("Name a colour.") with
        {
            ResponseFormat = new ResponseFormat(
                ResponseFormatKind.JsonSchema,
                "colour",
                Schema: Json("""{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}"""),
                Strict: true),
        },
        ["audio"] = new()
        {
            Model = "m",
            Messages =
            [
                new ChatMessage(ChatRole.User,
                [
                    new TextPart("What is said here?"),
                    new AudioPart(Encoding.ASCII.GetBytes("RIFF"), "wav"),
                ]),
            ],
        },
        ["extra"] = Ask("Hello") with
        {
            ExtraMembersWire = WireFormat.OpenAIChat,
            ExtraMembers = new Dictionary<string, JsonElement> { ["x_new_member"] = Json("""{"a":[1,2.50,null]}""") },
        },
    };

    private static ChatRequest Ask(string question) =>
        new() { Model = "m", Messages = [ChatMessage.OfText(ChatRole.User, question)] };

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;
}
