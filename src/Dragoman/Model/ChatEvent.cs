namespace Dragoman.Model;

public enum ChatEventKind
{
    /// <summary>The upstream began: <see cref="ChatEvent.Id"/> and <see cref="ChatEvent.Name"/> (the model) where it told them.</summary>
    Started,

    /// <summary>More text of the answer.</summary>
    Text,

    /// <summary>More of the model's thoughts.</summary>
    Reasoning,

    /// <summary>The signature that closes the thought so far, in <see cref="ChatEvent.Text"/>.</summary>
    ReasoningSignature,

    /// <summary>A whole thought that the vendor encrypted, in <see cref="ChatEvent.Text"/>.</summary>
    RedactedReasoning,

    /// <summary>More of the model's words of refusal.</summary>
    Refusal,

    /// <summary>A tool call begins: <see cref="ChatEvent.Index"/>, <see cref="ChatEvent.Id"/>, <see cref="ChatEvent.Name"/>.</summary>
    ToolCallStarted,

    /// <summary>More of the JSON arguments of tool call <see cref="ChatEvent.Index"/>.</summary>
    ToolCallArguments,

    /// <summary>The vendor's signature of tool call <see cref="ChatEvent.Index"/>, in <see cref="ChatEvent.Text"/>.</summary>
    ToolCallSignature,

    /// <summary>A whole part that does not come in pieces (an image, a sound), in <see cref="ChatEvent.Part"/>.</summary>
    Part,

    /// <summary>Log probabilities of tokens just sent.</summary>
    Logprobs,

    /// <summary>A choice is finished, with its reason.</summary>
    Finished,

    /// <summary>The usage so far; the last one counts.</summary>
    UsageReported,

    /// <summary>
    /// What the upstream tells of the answer as a whole, in <see cref="ChatEvent.Details"/>: only what is new. It may come at any place after
    /// <see cref="Started"/>, also behind the last <see cref="Finished"/>.
    /// </summary>
    Details,

    /// <summary>The stream broke; nothing follows.</summary>
    Failed,
}

/// <summary>
/// One step of a streamed answer, in no dialect. A value, so that a step costs no allocation but its text. Which members are set is told by
/// <see cref="Kind"/>; <see cref="Choice"/> is always the index of the choice that the step belongs to.
/// </summary>
public readonly record struct ChatEvent
{
    private readonly object? _payload;

    private ChatEvent(ChatEventKind kind, int choice, string? text = null, object? payload = null)
    {
        Kind = kind;
        Choice = choice;
        Text = text;
        _payload = payload;
    }

    public ChatEventKind Kind { get; }

    public int Choice { get; }

    /// <summary>Which tool call of the choice, counted from 0.</summary>
    public int Index { get; private init; }

    public string? Text { get; }

    public string? Id { get; private init; }

    public string? Name { get; private init; }

    public FinishReason FinishReason { get; private init; }

    public Usage Usage { get; private init; }

    public ContentPart? Part => _payload as ContentPart;

    public IReadOnlyList<TokenLogprob>? Logprobs => _payload as IReadOnlyList<TokenLogprob>;

    public ResponseDetails? Details => _payload as ResponseDetails;

    public GatewayError? Error => _payload as GatewayError;

    /// <summary>
    /// Whether the client would see something of it. Until the first such step a failed attempt may be replaced by another.
    /// </summary>
    public bool IsContent => Kind switch
    {
        ChatEventKind.Text or ChatEventKind.Reasoning or ChatEventKind.Refusal or ChatEventKind.ToolCallArguments => Text is { Length: > 0 },
        ChatEventKind.ReasoningSignature or ChatEventKind.RedactedReasoning or ChatEventKind.ToolCallStarted or ChatEventKind.Part
            or ChatEventKind.Finished => true,
        _ => false,
    };

    public static ChatEvent Started(string? id, string? model) => new(ChatEventKind.Started, 0) { Id = id, Name = model };

    public static ChatEvent OfText(string text, int choice = 0) => new(ChatEventKind.Text, choice, text);

    public static ChatEvent Reasoning(string text, int choice = 0) => new(ChatEventKind.Reasoning, choice, text);

    public static ChatEvent ReasoningSignature(string signature, int choice = 0) => new(ChatEventKind.ReasoningSignature, choice, signature);

    public static ChatEvent RedactedReasoning(string data, int choice = 0) => new(ChatEventKind.RedactedReasoning, choice, data);

    public static ChatEvent Refusal(string text, int choice = 0) => new(ChatEventKind.Refusal, choice, text);

    public static ChatEvent ToolCallStarted(int index, string id, string name, int choice = 0) =>
        new(ChatEventKind.ToolCallStarted, choice) { Index = index, Id = id, Name = name };

    public static ChatEvent ToolCallArguments(int index, string fragment, int choice = 0) =>
        new(ChatEventKind.ToolCallArguments, choice, fragment) { Index = index };

    public static ChatEvent ToolCallSignature(int index, string signature, int choice = 0) =>
        new(ChatEventKind.ToolCallSignature, choice, signature) { Index = index };

    public static ChatEvent OfPart(ContentPart part, int choice = 0) => new(ChatEventKind.Part, choice, payload: part);

    public static ChatEvent OfLogprobs(IReadOnlyList<TokenLogprob> logprobs, int choice = 0) =>
        new(ChatEventKind.Logprobs, choice, payload: logprobs);

    /// <param name="stopSequence">The stop sequence that was met, where the upstream tells it.</param>
    public static ChatEvent Finished(FinishReason reason, int choice = 0, string? stopSequence = null) =>
        new(ChatEventKind.Finished, choice, stopSequence) { FinishReason = reason };

    public static ChatEvent UsageReported(Usage usage) => new(ChatEventKind.UsageReported, 0) { Usage = usage };

    public static ChatEvent OfDetails(ResponseDetails details) => new(ChatEventKind.Details, 0, payload: details);

    public static ChatEvent Failed(GatewayError error) => new(ChatEventKind.Failed, 0, payload: error);
}
