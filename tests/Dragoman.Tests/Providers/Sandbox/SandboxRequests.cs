using System.Text.Json;
using Dragoman.Model;
using Dragoman.Providers.Sandbox;

namespace Dragoman.Tests.Providers.Sandbox;

/// <summary>Requests to the sandbox, and its answers put together.</summary>
internal static class SandboxRequests
{
    private static readonly string[] Texts =
    [
        "", " ", "Hello there", "How are you today, sir?", "👩‍👩‍👧‍👦🇮🇹😀😀😀", "half \uD83D of a pair", "\uDE00", "line\nbreak\t\0tab", "Wörter und Straßen", "日本語のテキスト",
        "a “quoted” {0} text", new string('x', 3000), "sandbox:nonsense", "sandbox: nothing",
    ];

    private static readonly string[] Schemas =
    [
        "true", "false", "{}", """{"type":"object"}""", """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""",
        """{"type":"string","pattern":"^x"}""", """{"$ref":"#"}""", """{"type":"array","items":{"$ref":"#"}}""", """{"enum":["\uD83D",1]}""", "[]", "7",
        """{"type":"integer","minimum":5,"maximum":4}""", """{"enum":[{"a":1,"a":2}]}""",
    ];

    public static ResponseFormat BySchema(string schema) => new(ResponseFormatKind.JsonSchema, "x", Schema: Json(schema));

    public static ChatRequest Ask(string text, string? system = null) => new()
    {
        Model = "gpt-4o",
        Messages = system is null
            ? [ChatMessage.OfText(ChatRole.User, text)]
            : [ChatMessage.OfText(ChatRole.System, system), ChatMessage.OfText(ChatRole.User, text)],
    };

    public static ToolDefinition Tool(string name, string? parameters = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""") =>
        new(name, "A tool.", parameters is null ? null : Json(parameters));

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static ChatResponse Answer(ChatRequest request)
    {
        var builder = new ChatResponseBuilder();
        foreach (var step in SandboxModel.Answer(request))
        {
            builder.Add(step);
        }

        builder.Error.ShouldBeNull();
        return builder.Build();
    }

    public static ChatChoice Choice(ChatRequest request) => Answer(request).Choices.ShouldHaveSingleItem();

    public static string Text(ChatRequest request) => Answer(request).Text;

    /// <summary>The one step of a call that fails before it says anything.</summary>
    public static GatewayError Error(ChatRequest request)
    {
        var step = SandboxModel.Answer(request).ShouldHaveSingleItem();
        step.Kind.ShouldBe(ChatEventKind.Failed);
        return step.Error!;
    }

    /// <summary>Any request at all, sound or not.</summary>
    public static ChatRequest Random(Random random)
    {
        var messages = new List<ChatMessage>();
        for (var i = random.Next(5); i >= 0; i--)
        {
            messages.Add(new ChatMessage(Pick(Enum.GetValues<ChatRole>()), [.. Enumerable.Range(0, random.Next(4)).Select(_ => Part())], Maybe("name")));
        }

        return new ChatRequest
        {
            Model = Pick(["gpt-4o", "", "ключ", new string('m', 5000), "\uD800"]),
            Messages = Chance(20) ? [] : messages,
            Temperature = Chance(3) ? random.NextDouble() : null,
            Seed = Chance(3) ? random.NextInt64() : null,
            MaxOutputTokens = Chance(3) ? random.Next(-1, 80) : null,
            StopSequences = Chance(3) ? [Pick([" ", "e", "", "sandbox", "\uDE00", "\uD83D", "\"", "."]), Pick(["zzz", "and", "“"])] : null,
            ChoiceCount = Chance(3) ? random.Next(-1, 6) : null,
            Logprobs = Chance(2) ? Chance(2) : null,
            TopLogprobs = Chance(6) ? random.Next(-1, 23) : null,
            LogitBias = Chance(6) ? new Dictionary<string, double> { ["7"] = random.NextDouble(), ["1"] = -1 } : null,
            Tools = Chance(2) ? [.. Enumerable.Range(0, random.Next(4)).Select(i => Tool($"tool_{i}", Chance(4) ? null : Pick(Schemas)))] : null,
            ToolChoice = Chance(4) ? new ToolChoice(Pick(Enum.GetValues<ToolChoiceKind>()), "tool_0") : null,
            ParallelToolCalls = Chance(4) ? Chance(2) : null,
            ResponseFormat = Chance(3) ? new ResponseFormat(Pick(Enum.GetValues<ResponseFormatKind>()), Schema: Chance(5) ? null : Json(Pick(Schemas))) : null,
            Reasoning = Chance(4) ? new ReasoningOptions { Effort = Maybe(Pick(["none", "low", "x"])), BudgetTokens = Chance(2) ? random.Next(-1, 30) : null, Enabled = Chance(2) ? Chance(2) : null } : null,
            Modalities = Chance(12) ? [Pick(["text", "audio"])] : null,
            Audio = Chance(30) ? new AudioOptions("v", "wav") : null,
            ServiceTier = Maybe("flex"),
        };

        ContentPart Part(bool inResult = false) => random.Next(inResult ? 3 : 9) switch
        {
            0 => new ImagePart { Data = new byte[] { 1, 2 }, MediaType = "image/png" },
            1 or 3 or 4 => new TextPart(Pick(Texts)),
            2 => new TextPart(Pick(Texts) + " " + SandboxWords.All[random.Next(SandboxWords.All.Length)].Name + Pick(["", ".", " x", ":"])),
            5 => new AudioPart(new byte[] { 3 }, "wav"),
            6 => new FilePart(new byte[] { 4 }, null, "x.pdf"),
            7 => new ToolCallPart("call_1", "tool_0", Pick(Texts)),
            _ => new ToolResultPart("call_1", [Part(inResult: true)], Maybe("tool_0"), Chance(3)),
        };

        bool Chance(int of) => random.Next(of) == 0;
        string? Maybe(string text) => Chance(2) ? text : null;
        T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
    }
}
