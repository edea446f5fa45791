using System.Text.Json;
using Dragoman.Model;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Model;

public sealed class ChatResponseTests
{
    private static readonly TokenLogprob Likely = new("a", -0.1, [97], [new TokenLogprob("b", -2, null, null)]);

    private static readonly ContentPart[] Parts =
    [
        new TextPart("Hello"),
        new RefusalPart("No."),
        new ReasoningPart("Hm."),
        new ReasoningPart("Hm.", "sig"),
        new ReasoningPart("", "sig"),
        new ReasoningPart("", Redacted: "xyz"),
        new ToolCallPart("1", "f", "{\"a\":1}"),
        new ToolCallPart("2", "g", "", "sig"),
        new ImagePart { Data = new byte[] { 1, 2 }, MediaType = "image/png" },
        new AudioPart(new byte[] { 3 }, "wav", "audio_1", "words", 17),
    ];

    [Fact]
    public void Steps_OfEveryPairOfParts_BuildTheSameAnswer()
    {
        foreach (var first in Parts)
        {
            foreach (var second in Parts)
            {
                // Two alike of those that come in pieces are one: a stream has no border between them.
                if (first.GetType() != second.GetType() || first is not (TextPart or RefusalPart or ReasoningPart { Signature: null, Redacted: null }))
                {
                    ShouldSurvive(Answer([first, second]));
                }
            }
        }
    }

    [Fact]
    public void Steps_OfAnyParts_BuildTheSameAnswer()
    {
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            var parts = new List<ContentPart>();
            while (random.Next(6) > 0)
            {
                var part = Parts[random.Next(Parts.Length)];
                var isOpen = part is TextPart or RefusalPart or ReasoningPart { Signature: null, Redacted: null };
                if (parts.Count == 0 || !isOpen || parts[^1].GetType() != part.GetType())
                {
                    // An unsigned thought in front of a signed one would be taken for its beginning.
                    if (!(parts.Count > 0 && parts[^1] is ReasoningPart { Signature: null, Redacted: null } && part is ReasoningPart))
                    {
                        parts.Add(part);
                    }
                }
            }

            ShouldSurvive(Answer([.. parts]));
        }
    }

    [Fact]
    public void Steps_OfSeveralChoices_BuildTheSameAnswer() => ShouldSurvive(new ChatResponse
    {
        Id = "id",
        Model = "m",
        Usage = new Usage { InputTokens = 3, OutputTokens = 4, ReasoningTokens = 1 },
        Choices =
        [
            new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, "a"), FinishReason.Stop) { StopSequence = "END", Logprobs = [Likely, Likely] },
            new ChatChoice(1, new ChatMessage(ChatRole.Assistant, [new ToolCallPart("1", "f", "{}"), new ToolCallPart("2", "f", "{}")]), FinishReason.ToolCalls),
            new ChatChoice(2, new ChatMessage(ChatRole.Assistant, []), FinishReason.ContentFilter),
            new ChatChoice(5, ChatMessage.OfText(ChatRole.Assistant, "b"), FinishReason.Unknown),
        ],
    });

    [Fact]
    public void Steps_OfNoChoices_BuildNone() => ShouldSurvive(new ChatResponse { Choices = [] });

    [Fact]
    public void Steps_OfDetails_BuildTheSameAnswer()
    {
        var bare = Answer([new TextPart("a")]);
        ShouldSurvive(bare with { Created = 17 });
        ShouldSurvive(bare with { SystemFingerprint = "fp" });
        ShouldSurvive(bare with { ServiceTier = "flex" });
        ShouldSurvive(bare with { Created = 17, SystemFingerprint = "fp", ServiceTier = "flex", ExtraMembers = Members("""{"citations":["u"]}""") });

        bare.ToSteps().ShouldNotContain(step => step.Kind == ChatEventKind.Details);
        (bare with { Created = 17 }).ToSteps().Select(step => step.Kind).Take(2).ShouldBe([ChatEventKind.Started, ChatEventKind.Details]);
    }

    [Fact]
    public void Builder_DetailsInPieces_LosesNothingAndTheLaterCounts()
    {
        var builder = new ChatResponseBuilder();
        foreach (var details in new ResponseDetails[]
        {
            new() { Created = 17, ServiceTier = "auto", ExtraMembers = Members("""{"a":[1],"b":1,"x":{"id":7,"seed":1}}""") },
            new() { SystemFingerprint = "fp" },
            new() { ServiceTier = "flex", ExtraMembers = Members("""{"a":[1,2],"c":null,"x":{"id":7,"usage":{}}}""") },
        })
        {
            builder.Add(ChatEvent.OfDetails(details));
        }

        CanonicalDump.Of(builder.Build()).ShouldBe(CanonicalDump.Of(new ChatResponse
        {
            Created = 17,
            SystemFingerprint = "fp",
            ServiceTier = "flex",
            ExtraMembers = Members("""{"a":[1,2],"b":1,"x":{"seed":1,"id":7,"usage":{}},"c":null}"""),
            Choices = [],
        }));
    }

    [Fact]
    public void Builder_InterleavedChoicesAndCalls_KeepsThemApart()
    {
        var builder = new ChatResponseBuilder();
        foreach (var step in new[]
        {
            ChatEvent.Started("id", "m"),
            ChatEvent.Started("other", "other"),
            ChatEvent.OfText("b", 1),
            ChatEvent.OfText("a"),
            ChatEvent.ToolCallStarted(0, "1", "f"),
            ChatEvent.ToolCallStarted(1, "2", "g"),
            ChatEvent.ToolCallArguments(1, "{\"y\":"),
            ChatEvent.ToolCallArguments(0, "{}"),
            ChatEvent.ToolCallArguments(7, "lost"),
            ChatEvent.ToolCallArguments(1, "2}"),
            ChatEvent.OfText("b", 1),
            ChatEvent.UsageReported(new Usage { InputTokens = 1 }),
            ChatEvent.Finished(FinishReason.ToolCalls),
            ChatEvent.Finished(FinishReason.Length, 1),
            ChatEvent.UsageReported(new Usage { InputTokens = 2 }),
        })
        {
            builder.Add(step);
        }

        var answer = builder.Build();
        answer.Id.ShouldBe("id");
        answer.Model.ShouldBe("m");
        answer.Usage.ShouldBe(new Usage { InputTokens = 2 });
        answer.Choices.Select(choice => choice.Index).ShouldBe([0, 1]);
        answer.Choices[0].Message.Parts.ShouldBe([new TextPart("a"), new ToolCallPart("1", "f", "{}"), new ToolCallPart("2", "g", "{\"y\":2}")]);
        answer.Choices[1].Message.Parts.ShouldBe([new TextPart("bb")]);
        answer.Choices[1].FinishReason.ShouldBe(FinishReason.Length);
        CanonicalDump.Of(builder.Build()).ShouldBe(CanonicalDump.Of(answer), "building twice changes nothing");
    }

    [Fact]
    public void Builder_BrokenStream_TellsTheError()
    {
        var builder = new ChatResponseBuilder();
        var error = new GatewayError(ErrorKind.UpstreamStreamBroken, "x");
        builder.Add(ChatEvent.OfText("a"));
        builder.Add(ChatEvent.Failed(error));
        builder.Error.ShouldBeSameAs(error);
        builder.Build().Text.ShouldBe("a");
    }

    [Fact]
    public void Content_IsWhatAClientSees()
    {
        ChatEvent[] content =
        [
            ChatEvent.OfText("a"), ChatEvent.Reasoning("a"), ChatEvent.Refusal("a"), ChatEvent.ToolCallStarted(0, "1", "f"),
            ChatEvent.ToolCallArguments(0, "a"), ChatEvent.ReasoningSignature("s"), ChatEvent.RedactedReasoning("x"), ChatEvent.OfPart(Parts[8]),
            ChatEvent.Finished(FinishReason.Stop),
        ];
        ChatEvent[] none =
        [
            ChatEvent.Started("i", "m"), ChatEvent.OfText(""), ChatEvent.Reasoning(""), ChatEvent.Refusal(""), ChatEvent.ToolCallArguments(0, ""),
            ChatEvent.UsageReported(default), ChatEvent.OfLogprobs([Likely]), ChatEvent.OfDetails(new ResponseDetails { Created = 1 }),
            ChatEvent.Failed(new GatewayError(ErrorKind.Internal, "")),
        ];
        content.ShouldAllBe(step => step.IsContent);
        none.ShouldAllBe(step => !step.IsContent);
    }

    private static Dictionary<string, JsonElement> Members(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private static ChatResponse Answer(ContentPart[] parts) => new()
    {
        Id = "id",
        Model = "m",
        Choices = [new ChatChoice(0, new ChatMessage(ChatRole.Assistant, parts), FinishReason.Stop)],
    };

    private static void ShouldSurvive(ChatResponse answer)
    {
        var builder = new ChatResponseBuilder();
        foreach (var step in answer.ToSteps())
        {
            builder.Add(step);
        }

        CanonicalDump.Of(builder.Build()).ShouldBe(CanonicalDump.Of(answer));
    }
}
