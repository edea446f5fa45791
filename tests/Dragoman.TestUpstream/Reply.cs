using System.Collections.Immutable;

namespace Dragoman.Testing;

/// <summary>Why a model stopped, in neutral words; each wire has its own for them.</summary>
public enum Finish
{
    Stop,
    Length,
    ToolCalls,
    ContentFilter,
    StopSequence,
}

/// <summary>Tokens of a call. Input includes cached and cache-writing tokens, output includes reasoning.</summary>
public sealed record ReplyUsage(int Input, int Output, int Cached = 0, int Reasoning = 0, int CacheWrite = 0);

/// <summary>A call of a function. <paramref name="Arguments"/> is the JSON text of an object.</summary>
public sealed record ReplyTool(string Name, string Arguments, string? Id = null);

/// <summary>One of the answers to a call that asked for several.</summary>
public sealed record ReplyChoice
{
    public string? Text { get; init; }

    /// <summary>The text as it is cut for a stream; words when absent.</summary>
    public ImmutableArray<string>? Deltas { get; init; }

    public string? Reasoning { get; init; }

    public string? Signature { get; init; }

    public string? Refusal { get; init; }

    public ImmutableArray<ReplyTool> Tools { get; init; } = [];

    public Finish? Finish { get; init; }

    /// <summary>A finish reason in the wire's own word, sent as it is.</summary>
    public string? WireFinish { get; init; }

    internal Finish EffectiveFinish => Finish ?? (Tools.Length > 0 ? Testing.Finish.ToolCalls : Testing.Finish.Stop);

    internal IReadOnlyList<string> TextDeltas => Deltas is { } own ? own : Words.Split(Text);
}

/// <summary>
/// A scripted reply, described without regard to a wire and rendered on whichever wire the request comes by. Immutable: each <c>With…</c>
/// and each fault gives a new reply. Faults speak of chunks: pieces of content (text, reasoning, arguments) in a stream; what opens a stream
/// before the first content goes out first. On a plain answer a fault "after N chunks" strikes in the middle of the body.
/// </summary>
public sealed partial record Reply
{
    public ImmutableArray<ReplyChoice> Choices { get; init; } = [];

    public ReplyUsage? Usage { get; init; }

    /// <summary>The model's name as told in the answer; the requested one when absent.</summary>
    public string? Model { get; init; }

    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    internal UpstreamError? Failure { get; init; }

    internal RawReply? RawAnswer { get; init; }

    internal string? BlockReason { get; init; }

    internal long HugeBytes { get; init; }

    internal bool HugeGzip { get; init; }

    internal bool IsDefault { get; init; }

    internal ReadOnlyMemory<byte>? PictureBytes { get; init; }

    internal bool IsAtAddress { get; init; }

    internal int Polls { get; init; }

    /// <summary>The deterministic answer that an empty script gives, to hang faults and headers on.</summary>
    public static Reply Default() => new() { IsDefault = true };

    public static Reply Text(string text) => new() { Choices = [new() { Text = text }] };

    /// <summary>Text in these pieces when streamed.</summary>
    public static Reply Deltas(params string[] deltas) =>
        new() { Choices = [new() { Text = string.Concat(deltas), Deltas = [.. deltas] }] };

    /// <summary>A picture with these bytes, whatever they are; without it a PNG of the size that is asked for. From Gemini's models it comes beside the text.</summary>
    public static Reply Picture(ReadOnlyMemory<byte> bytes) => new() { PictureBytes = bytes };

    /// <summary>The picture is told by its address here, as some vendors always do.</summary>
    public Reply AtAddress() => this with { IsAtAddress = true };

    /// <summary>Black Forest Labs: how often who asks is told that the picture is under way.</summary>
    public Reply AfterPolls(int polls) => this with { Polls = polls };

    public static Reply Tool(string name, string arguments, string? id = null) =>
        new() { Choices = [new() { Tools = [new(name, arguments, id)] }] };

    /// <summary>The model declines: OpenAI's <c>refusal</c>, Anthropic's stop reason <c>refusal</c>, Gemini's <c>SAFETY</c>.</summary>
    public static Reply Refusal(string text) => new() { Choices = [new() { Refusal = text }] };

    /// <summary>The prompt was blocked: Gemini's <c>promptFeedback</c>; on the others a 400, or for OpenAI itself <c>content_filter</c>.</summary>
    public static Reply Blocked(string reason = "SAFETY") => new() { BlockReason = reason, Choices = [new() { Finish = Finish.ContentFilter }] };

    /// <summary>Several answers, for n (OpenAI) or candidateCount (Gemini).</summary>
    public static Reply Several(params string[] texts) => new() { Choices = [.. texts.Select(t => new ReplyChoice { Text = t })] };

    public Reply WithText(string text) => First(c => c with { Text = text });

    public Reply WithTool(string name, string arguments, string? id = null) =>
        First(c => c with { Tools = c.Tools.Add(new(name, arguments, id)) });

    public Reply WithReasoning(string reasoning, string? signature = null) =>
        First(c => c with { Reasoning = reasoning, Signature = signature });

    public Reply WithFinish(Finish finish) => First(c => c with { Finish = finish });

    public Reply WithWireFinish(string finish) => First(c => c with { WireFinish = finish });

    public Reply WithUsage(int input, int output, int cached = 0, int reasoning = 0, int cacheWrite = 0) =>
        this with { Usage = new(input, output, cached, reasoning, cacheWrite) };

    public Reply WithModel(string model) => this with { Model = model };

    public Reply WithHeader(string name, string value) => this with { Headers = Headers.Add(new(name, value)) };

    Reply First(Func<ReplyChoice, ReplyChoice> change)
    {
        var choices = Choices.IsEmpty ? [new()] : Choices;
        return this with { Choices = choices.SetItem(0, change(choices[0])) };
    }
}
