using System.Text.Json;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers;
using Dragoman.Providers.Sandbox;
using Dragoman.Routing;
using Dragoman.Tests.Golden;
using Dragoman.Tests.Providers.Sandbox;

namespace Dragoman.Tests.Pipeline;

/// <summary>The spine over a model in this process.</summary>
public sealed class BuiltInModelTests
{
    private static readonly Deployment Sandbox = new("sandbox/echo", null, null, BuiltIn: new SandboxModel());

    [Fact]
    public async Task Complete_AQuestion_IsAnsweredAndSettledWithItsUsage()
    {
        using var rig = new GatewayRig(new FakeUpstream(), Sandbox);
        var call = rig.Call(Ask("Hello there"));
        var answer = (await rig.CompleteAsync(call)).Response.ShouldNotBeNull();
        answer.Text.ShouldContain("“Hello there”");
        call.ServedBy.ShouldBe("sandbox/echo");
        call.Attempts.ShouldHaveSingleItem().Outcome.ShouldBeNull();
        rig.Outcome.Usage.ShouldBe(answer.Usage!.Value);
    }

    [Fact]
    public async Task Complete_CallerGoesAway_TakesNoFurtherStep()
    {
        using var cancellation = new CancellationTokenSource();
        var model = new EndlessModel(cancellation.Cancel);
        using var rig = new GatewayRig(new FakeUpstream(), new Deployment(model.Id, null, null, BuiltIn: model));
        (await rig.CompleteAsync(rig.Call(Ask("Hello")), cancellation.Token)).Error!.Kind.ShouldBe(ErrorKind.Canceled);
    }

    [Fact]
    public async Task Stream_AnyRequest_ReassemblesToThePlainAnswer()
    {
        var random = new Random(11);
        var answered = 0;
        for (var i = 0; i < 500; i++)
        {
            using var plainRig = new GatewayRig(new FakeUpstream(), Sandbox);
            using var streamRig = new GatewayRig(new FakeUpstream(), Sandbox);
            var request = SandboxRequests.Random(random) with { Model = "m" };
            var plain = await plainRig.CompleteAsync(plainRig.Call(request));
            var streamed = await AssembleAsync(streamRig, request);
            Dump(streamed).ShouldBe(Dump(plain));
            streamRig.Outcome.Usage.InputTokens.ShouldBe(plainRig.Outcome.Usage.InputTokens);
            answered += plain.Response is null ? 0 : 1;
        }

        answered.ShouldBeGreaterThan(100);

        static string Dump(ChatResult result) => result.Response is { } whole ? CanonicalDump.Of(whole) : CanonicalDump.Of(result.Error!);
    }

    public static TheoryData<string> ErrorWords => [.. SandboxWords.All.Where(word => word.Play is SandboxPlay.Error or SandboxPlay.BrokenStream).Select(word => word.Name)];

    [Theory]
    [MemberData(nameof(ErrorWords))]
    public async Task PlayedError_WithOthersOnTheRoute_IsToldAndTouchesNobody(string word)
    {
        var upstream = new FakeUpstream();
        var kind = SandboxWords.All.Single(known => known.Name == word).Kind;
        using (var rig = new GatewayRig(upstream, Sandbox, GatewayRig.Deploy("b")))
        {
            (await rig.CompleteAsync(rig.Call(Ask(word)))).Error!.Kind.ShouldBe(kind);
            rig.Outcome.Error!.Kind.ShouldBe(kind);
            rig.Health.IsSetAside(Sandbox).ShouldBeFalse();

            // The next call is the sandbox's as if nothing had been.
            (await rig.CompleteAsync(rig.Call(Ask("Hello")))).Response!.Text.ShouldContain("“Hello”");
        }

        using (var rig = new GatewayRig(upstream, Sandbox, GatewayRig.Deploy("b")))
        {
            (await AssembleAsync(rig, Ask(word))).Error!.Kind.ShouldBe(kind);
            rig.Outcome.Error!.Kind.ShouldBe(kind);
            rig.Health.IsSetAside(Sandbox).ShouldBeFalse();
        }

        upstream.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task PlayedError_BehindAProviderThatFailed_IsTheOneThatIsTold()
    {
        var upstream = new FakeUpstream().On("a", new HttpRequestException("refused"));
        using var rig = new GatewayRig(upstream, GatewayRig.Deploy("a"), Sandbox, GatewayRig.Deploy("c"));
        (await rig.CompleteAsync(rig.Call(Ask("sandbox:error:unsupported_parameter")))).Error!.Message.ShouldStartWith("The sandbox plays");
        upstream.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Complete_MembersOfAWire_AreNamedAsDropped()
    {
        using var rig = new GatewayRig(new FakeUpstream(), Sandbox);
        var call = rig.Call(Ask("Hello") with
        {
            ExtraMembers = new Dictionary<string, JsonElement> { ["store"] = JsonElement.Parse("true") },
            ExtraMembersWire = WireFormat.OpenAIChat,
        });
        (await rig.CompleteAsync(call)).Response.ShouldNotBeNull();
        call.Dropped.ShouldBe(["store"]);
    }

    private static async Task<ChatResult> AssembleAsync(GatewayRig rig, ChatRequest request)
    {
        var (stream, error) = await rig.StreamAsync(rig.Call(request));
        if (stream is null)
        {
            return error!;
        }

        var builder = new ChatResponseBuilder();
        await using (stream)
        {
            await foreach (var step in stream)
            {
                builder.Add(step);
            }
        }

        return builder.Error is { } failure ? failure : builder.Build();
    }

    private static ChatRequest Ask(string text) => new() { Model = "m", Messages = [ChatMessage.OfText(ChatRole.User, text)] };

    private sealed class EndlessModel(Action atText) : IBuiltInModel
    {
        public string Id => "test/endless";

        public ValueTask<IEnumerable<ChatEvent>> AnswerAsync(ChatRequest request, CancellationToken cancellationToken) => new(Steps());

        private IEnumerable<ChatEvent> Steps()
        {
            yield return ChatEvent.Started("answer", Id);
            while (true)
            {
                atText();
                yield return ChatEvent.OfText("word ", 0);
            }
        }
    }
}
