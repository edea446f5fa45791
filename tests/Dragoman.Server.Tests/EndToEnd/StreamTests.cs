using Dragoman.Configuration;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Testing;
using ErrorKind = Dragoman.Model.ErrorKind;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>The spine's streams against each wire on a real socket (no dialect streams yet).</summary>
public sealed class StreamTests
{
    public static TheoryData<string, string> Wires => new()
    {
        { "OPENAI", "openai/gpt-4o" },
        { "ANTHROPIC", "anthropic/claude-sonnet-4-5" },
        { "GEMINI", "google/gemini-2.5-flash" },
    };

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Stream_EachWire_ReassemblesToThePlainAnswer(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        var spine = gateway.Services.GetRequiredService<IChatGateway>();

        var plain = (await spine.CompleteAsync(NewCall(gateway, model), CancellationToken.None)).Response.ShouldNotBeNull();
        var opened = await spine.StreamAsync(NewCall(gateway, model), CancellationToken.None);
        var builder = new ChatResponseBuilder();
        var pieces = 0;
        await using (var stream = opened.Stream.ShouldNotBeNull())
        {
            await foreach (var step in stream)
            {
                builder.Add(step);
                pieces += step.Kind is ChatEventKind.Text ? 1 : 0;
            }
        }

        var streamed = builder.Build();
        builder.Error.ShouldBeNull();
        streamed.Text.ShouldBe(plain.Text);
        streamed.Choices[0].FinishReason.ShouldBe(plain.Choices[0].FinishReason);
        streamed.Usage.ShouldBe(plain.Usage);
        pieces.ShouldBeGreaterThan(1);
        upstream.Violations.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Stream_ToolCall_ArrivesWhole(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        upstream.Enqueue(Reply.Tool("get_weather", """{"city":"Paris"}"""));

        var steps = await ReadAsync(gateway, model);

        var builder = new ChatResponseBuilder();
        steps.ForEach(step => builder.Add(step));
        var call = builder.Build().Choices[0].Message.Parts.OfType<ToolCallPart>().Single();
        call.Name.ShouldBe("get_weather");
        call.Arguments.Replace(" ", "", StringComparison.Ordinal).ShouldBe("""{"city":"Paris"}""");
        builder.Build().Choices[0].FinishReason.ShouldBe(FinishReason.ToolCalls);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Stream_BrokenAfterContent_EndsInFailureAndNothingMore(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        upstream.Enqueue(Reply.Deltas("one ", "two ", "three").TruncateAfter(2));

        var steps = await ReadAsync(gateway, model);

        steps[^1].Kind.ShouldBe(ChatEventKind.Failed);
        steps[^1].Error!.Kind.ShouldBe(ErrorKind.UpstreamStreamBroken);
        steps.Count(step => step.Kind is ChatEventKind.Failed or ChatEventKind.Finished).ShouldBe(1);
        string.Concat(steps.Where(step => step.Kind is ChatEventKind.Text).Select(step => step.Text)).ShouldBe("one two ");
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Stream_ErrorBeforeContent_IsAValueAndNoStream(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        upstream.Enqueue(Reply.Deltas("never", "seen").ErrorAfter(0));

        var opened = await gateway.Services.GetRequiredService<IChatGateway>().StreamAsync(NewCall(gateway, model), CancellationToken.None);

        opened.Stream.ShouldBeNull();
        opened.Error.ShouldNotBeNull().Provider.ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Stream_DisposedHalfway_CancelsTheUpstream(string prefix, string model)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, prefix);
        var gate = new Gate();
        upstream.Enqueue(Reply.Deltas("first ", "second").StallAfter(1, gate));

        var opened = await gateway.Services.GetRequiredService<IChatGateway>().StreamAsync(NewCall(gateway, model), CancellationToken.None);
        await opened.Stream.ShouldNotBeNull().DisposeAsync();

        await upstream.WaitForAbortAsync();
    }

    private static async Task<List<ChatEvent>> ReadAsync(RunningGateway gateway, string model)
    {
        var opened = await gateway.Services.GetRequiredService<IChatGateway>().StreamAsync(NewCall(gateway, model), CancellationToken.None);
        opened.Error.ShouldBeNull();
        var steps = new List<ChatEvent>();
        await using var stream = opened.Stream.ShouldNotBeNull();
        await foreach (var step in stream)
        {
            steps.Add(step);
        }

        return steps;
    }

    private static ChatCall NewCall(RunningGateway gateway, string model)
    {
        var request = new ChatRequest
        {
            Model = model,
            Messages = [ChatMessage.OfText(ChatRole.User, "What is the capital of France?")],
            Tools = [new ToolDefinition("get_weather", "Weather.", System.Text.Json.JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""").RootElement)],
        };
        return new ChatCall(
            gateway.Services.GetRequiredService<SnapshotSource>().Current, "agentai", new Caller("key_1", "test", KeyMode.Live), request, TimeProvider.System.GetTimestamp());
    }
}
