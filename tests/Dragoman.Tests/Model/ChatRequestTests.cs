using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Tests.Model;

public sealed class ChatRequestTests
{
    private static readonly JsonElement Json = JsonDocument.Parse("{}").RootElement;

    /// <summary>Each parameter that can be left out, and the request that makes use of it and of nothing else.</summary>
    private static readonly Dictionary<ChatParameters, ChatRequest> Uses = new()
    {
        [ChatParameters.Temperature] = Ask() with { Temperature = 0 },
        [ChatParameters.TopP] = Ask() with { TopP = 0 },
        [ChatParameters.TopK] = Ask() with { TopK = 0 },
        [ChatParameters.MinP] = Ask() with { MinP = 0 },
        [ChatParameters.FrequencyPenalty] = Ask() with { FrequencyPenalty = 0 },
        [ChatParameters.PresencePenalty] = Ask() with { PresencePenalty = 0 },
        [ChatParameters.Seed] = Ask() with { Seed = 0 },
        [ChatParameters.MaxTokens] = Ask() with { MaxOutputTokens = 1 },
        [ChatParameters.Stop] = Ask() with { StopSequences = ["x"] },
        [ChatParameters.N] = Ask() with { ChoiceCount = 2 },
        [ChatParameters.Logprobs] = Ask() with { Logprobs = true },
        [ChatParameters.TopLogprobs] = Ask() with { TopLogprobs = 0 },
        [ChatParameters.LogitBias] = Ask() with { LogitBias = new Dictionary<string, double> { ["1"] = 0 } },
        [ChatParameters.Tools] = Ask() with { Tools = [new ToolDefinition("t")] },
        [ChatParameters.ToolChoice] = Ask() with { ToolChoice = new ToolChoice(ToolChoiceKind.Auto) },
        [ChatParameters.ParallelToolCalls] = Ask() with { ParallelToolCalls = false },
        [ChatParameters.JsonObject] = Ask() with { ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonObject) },
        [ChatParameters.JsonSchema] = Ask() with { ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonSchema, "s", Schema: Json) },
        [ChatParameters.ReasoningEffort] = Ask() with { Reasoning = new ReasoningOptions { Effort = "low" } },
        [ChatParameters.Thinking] = Ask() with { Reasoning = new ReasoningOptions { BudgetTokens = 1, Enabled = true } },
        [ChatParameters.Modalities] = Ask() with { Modalities = ["text"] },
        [ChatParameters.Audio] = Ask() with { Audio = new AudioOptions("v", "mp3") },
        [ChatParameters.Prediction] = Ask() with { Prediction = Json },
        [ChatParameters.WebSearchOptions] = Ask() with { WebSearchOptions = Json },
        [ChatParameters.User] = Ask() with { User = "u" },
        [ChatParameters.ServiceTier] = Ask() with { ServiceTier = "s" },
        [ChatParameters.Metadata] = Ask() with { Metadata = new Dictionary<string, string> { ["a"] = "b" } },
        [ChatParameters.ImageInput] = Ask(new ImagePart { Data = new byte[1], MediaType = "image/png" }),
        [ChatParameters.ImageUrlInput] = Ask(new ImagePart { Url = "https://example.com/a.png" }),
        [ChatParameters.AudioInput] = Ask(new AudioPart(new byte[1], "wav")),
        [ChatParameters.FileInput] = Ask(new FilePart(new byte[1], "application/pdf", "a.pdf")),
    };

    public static TheoryData<ChatParameters> Flags => ChatParametersTests.Flags;

    [Theory]
    [MemberData(nameof(Flags))]
    public void UsedParameters_ARequestThatUsesOne_NamesThatOne(ChatParameters flag)
    {
        Uses.ShouldContainKey(flag, "a new flag needs a row here, in UsedParameters and in Without");
        Uses[flag].UsedParameters().ShouldBe(flag);
    }

    [Theory]
    [MemberData(nameof(Flags))]
    public void Without_TheOneThatIsUsed_LeavesNoneButContent(ChatParameters flag)
    {
        var rest = Uses[flag].Without(flag);
        rest.UsedParameters().ShouldBe(flag & ChatParameters.Content);
        rest.Messages.ShouldBe(Uses[flag].Messages);
    }

    [Theory]
    [MemberData(nameof(Flags))]
    public void Without_Others_ChangesNothing(ChatParameters flag) => Uses[flag].Without(~flag).UsedParameters().ShouldBe(flag);

    [Fact]
    public void Without_AnySet_LeavesExactlyTheRest()
    {
        var full = Full();
        var all = full.UsedParameters();
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var taken = (ChatParameters)(ulong)random.NextInt64() & ~ChatParameters.Tools; // Tools are held by the conversation too.
            full.Without(taken).UsedParameters().ShouldBe(all & (~taken | ChatParameters.Content), taken.ToString());
        }

        full.UsedParameters().ShouldBe(all, "a request is never changed");
    }

    [Fact]
    public void UsedParameters_NeutralValues_CountAsUnused()
    {
        var request = Ask() with
        {
            ChoiceCount = 1,
            Logprobs = false,
            Tools = [],
            StopSequences = [],
            LogitBias = new Dictionary<string, double>(),
            Metadata = new Dictionary<string, string>(),
            ResponseFormat = new ResponseFormat(ResponseFormatKind.Text),
            Reasoning = new ReasoningOptions(),
        };
        request.UsedParameters().ShouldBe(ChatParameters.None);
    }

    [Fact]
    public void UsedParameters_ToolsInTheConversationAlone_AreTools() =>
        Ask(new ToolCallPart("1", "t", "{}")).UsedParameters().ShouldBe(ChatParameters.Tools);

    [Fact]
    public void Without_Nothing_IsTheSameRequest()
    {
        var request = Full();
        request.Without(ChatParameters.None).ShouldBeSameAs(request);
        request.Without(ChatParameters.Content).ShouldBeSameAs(request);
    }

    [Fact]
    public void Without_HalfOfReasoning_KeepsTheOther()
    {
        var request = Ask() with { Reasoning = new ReasoningOptions { Effort = "low", BudgetTokens = 5, Enabled = true } };
        request.Without(ChatParameters.ReasoningEffort).Reasoning.ShouldBe(new ReasoningOptions { BudgetTokens = 5, Enabled = true });
        request.Without(ChatParameters.Thinking).Reasoning.ShouldBe(new ReasoningOptions { Effort = "low" });
    }

    [Fact]
    public void Without_Anything_KeepsUnknownMembers()
    {
        var request = Full() with { ExtraMembers = new Dictionary<string, JsonElement> { ["x"] = Json }, ExtraMembersWire = WireFormat.OpenAIChat };
        var rest = request.Without(ChatParameters.All);
        rest.ExtraMembers.ShouldBeSameAs(request.ExtraMembers);
        rest.ExtraMembersWire.ShouldBe(WireFormat.OpenAIChat);
    }

    private static ChatRequest Ask(ContentPart? part = null) => new()
    {
        Model = "m",
        Messages = [new ChatMessage(ChatRole.User, part is null ? [new TextPart("hi")] : [new TextPart("hi"), part])],
    };

    /// <summary>Uses everything at once.</summary>
    private static ChatRequest Full()
    {
        var full = Ask();
        foreach (var property in typeof(ChatRequest).GetProperties().Where(property => property.Name is not nameof(ChatRequest.Messages)))
        {
            foreach (var (_, use) in Uses)
            {
                if (property.GetValue(use) is { } value)
                {
                    property.SetValue(full, value);
                }
            }
        }

        return full with { Messages = [.. Uses.Values.SelectMany(use => use.Messages)], Reasoning = new ReasoningOptions { Effort = "low", Enabled = true } };
    }
}
