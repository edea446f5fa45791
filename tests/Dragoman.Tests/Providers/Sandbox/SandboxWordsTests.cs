using Dragoman.Model;
using Dragoman.Providers.Sandbox;
using static Dragoman.Tests.Providers.Sandbox.SandboxRequests;

namespace Dragoman.Tests.Providers.Sandbox;

/// <summary>The magic words, each as it is played.</summary>
public sealed class SandboxWordsTests
{
    [Theory]
    [InlineData("sandbox:stop", FinishReason.Stop)]
    [InlineData("sandbox:long", FinishReason.Stop)]
    [InlineData("sandbox:length", FinishReason.Length)]
    [InlineData("sandbox:empty", FinishReason.Stop)]
    [InlineData("sandbox:unknown", FinishReason.Unknown)]
    [InlineData("sandbox:content_filter", FinishReason.ContentFilter)]
    [InlineData("sandbox:content_filter_after_text", FinishReason.ContentFilter)]
    [InlineData("sandbox:refusal", FinishReason.Refusal)]
    [InlineData("sandbox:reasoning", FinishReason.Stop)]
    [InlineData("sandbox:json", FinishReason.Stop)]
    [InlineData("sandbox:tool_call", FinishReason.ToolCalls)]
    [InlineData("sandbox:tool_calls", FinishReason.ToolCalls)]
    public void Word_EachThatAnswers_EndsAsItSays(string word, FinishReason finish)
    {
        var choice = Choice(Ask($"Please {word} now") with { Tools = [Tool("a"), Tool("b")] });
        choice.FinishReason.ShouldBe(finish);
        choice.Message.Text.Length.ShouldBeInRange(
            word is "sandbox:empty" or "sandbox:content_filter" or "sandbox:refusal" or "sandbox:tool_call" or "sandbox:tool_calls" ? 0 : 40,
            word is "sandbox:empty" or "sandbox:content_filter" or "sandbox:refusal" or "sandbox:tool_call" or "sandbox:tool_calls" ? 0 : 5000);
    }

    [Fact]
    public void Word_EveryFinishReason_CanBePlayed() =>
        SandboxWords.All.Where(word => word.Play is not (SandboxPlay.Error or SandboxPlay.BrokenStream))
            .Select(word => Choice(Ask(word.Name) with { Tools = [Tool("a")] }).FinishReason).Distinct()
            .ShouldBe(Enum.GetValues<FinishReason>(), ignoreOrder: true);

    [Fact]
    public void Word_Long_IsLong() => Answer(Ask("sandbox:long")).Usage!.Value.OutputTokens.ShouldBeInRange(500, 530);

    [Fact]
    public void Word_Refusal_IsInWordsOfItsOwn() =>
        Choice(Ask("sandbox:refusal")).Message.Parts.ShouldHaveSingleItem().ShouldBeOfType<RefusalPart>().Text.Length.ShouldBeGreaterThan(20);

    [Fact]
    public void Word_ToolCalls_AreTwoAtOnce()
    {
        var two = Choice(Ask("sandbox:tool_calls") with { Tools = [Tool("a"), Tool("b"), Tool("c")] }).Message.Parts.Cast<ToolCallPart>().ToList();
        two.Select(call => call.Name).ShouldBe(["a", "b"]);
        two.Select(call => call.Id).ShouldBeUnique();
        Choice(Ask("sandbox:tool_calls") with { Tools = [Tool("a")] }).Message.Parts.Cast<ToolCallPart>().Select(call => call.Name).ShouldBe(["a", "a"]);
    }

    [Theory]
    [InlineData("sandbox:refusal or sandbox:json", null, true)]
    [InlineData("sandbox:json or sandbox:refusal", null, false)]
    [InlineData("SANDBOX:JSON!", null, true)]
    [InlineData("(sandbox:json).", null, true)]
    [InlineData("plain", "sandbox:json", true)]
    [InlineData("sandbox:stop", "sandbox:json", false)]
    [InlineData("my_sandbox:json", null, false)]
    [InlineData("sandbox: json", null, false)]
    public void Word_WhereItStands_IsFound(string text, string? system, bool isJson) =>
        Text(Ask(text, system)).StartsWith('{').ShouldBe(isJson);

    [Fact]
    public void Word_OfAnEarlierMessage_DoesNotCount()
    {
        var request = Ask("x") with
        {
            Messages = [ChatMessage.OfText(ChatRole.User, "sandbox:empty"), ChatMessage.OfText(ChatRole.Assistant, "sandbox:empty"), ChatMessage.OfText(ChatRole.User, "And now?")],
        };
        Text(request).ShouldContain("And now?");
    }

    [Fact]
    public void Word_Unknown_IsToldWithTheKnownOnes()
    {
        var text = Text(Ask("sandbox:lenght"));
        text.ShouldContain("no magic word sandbox:lenght.");
        foreach (var word in SandboxWords.All)
        {
            text.ShouldContain(word.Name);
        }
    }

    [Fact]
    public void Word_EndlessText_IsLookedThroughOnce() =>
        Text(Ask(string.Concat(Enumerable.Repeat("sandbox:", 500_000)))).ShouldContain("There is no magic word sandbox:sandbox:");

    [Fact]
    public void Word_UnknownWhereNoTextCanTellIt_IsAnError()
    {
        Error(Ask("sandbox:lenght") with { ResponseFormat = BySchema("{}") }).Message.ShouldContain("sandbox:lenght");
        Error(Ask("sandbox:lenght") with { Tools = [Tool("a")], ToolChoice = new ToolChoice(ToolChoiceKind.Required) }).Message.ShouldContain("sandbox:lenght");
    }

    [Fact]
    public void Word_EveryErrorKind_HasOneButThatOfACallerWhoLeft()
    {
        var kinds = SandboxWords.All.Where(word => word.Play is SandboxPlay.Error or SandboxPlay.BrokenStream).Select(word => word.Kind).ToList();
        kinds.ShouldBeUnique();
        kinds.ShouldBe(Enum.GetValues<ErrorKind>().Except([ErrorKind.Canceled]), ignoreOrder: true);
    }

    public static TheoryData<string> ErrorWords => [.. SandboxWords.All.Where(word => word.Play == SandboxPlay.Error).Select(word => word.Name)];

    [Theory]
    [MemberData(nameof(ErrorWords))]
    public void Word_EachError_IsTheOnlyStep(string name)
    {
        var word = SandboxWords.All.Single(word => word.Name == name);
        var error = Error(Ask($"x {name} y"));
        error.Kind.ShouldBe(word.Kind);
        error.Message.ShouldBe($"The sandbox plays: {word.Meaning}.");
        error.RetryAfter.ShouldBe(word.RetryAfter);
    }

    [Fact]
    public void Word_StreamBroken_SaysHalfAndFails()
    {
        var steps = SandboxModel.Answer(Ask("sandbox:error:stream_broken")).ToList();
        steps[^1].Error!.Kind.ShouldBe(ErrorKind.UpstreamStreamBroken);
        steps.Count(step => step.Kind == ChatEventKind.Text).ShouldBeGreaterThan(3);
        steps.ShouldNotContain(step => step.Kind == ChatEventKind.Finished || step.Kind == ChatEventKind.UsageReported);
    }
}
