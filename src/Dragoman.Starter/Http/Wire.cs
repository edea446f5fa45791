using System.Text.Json.Serialization;

namespace Dragoman.Starter.Http;

// What goes out on OpenAI's wire (https://platform.openai.com/docs/api-reference/chat). Members that OpenAI writes as null are written as null.

internal sealed record ChatCompletion(string Id, string Object, long Created, string Model, IReadOnlyList<ChatChoice> Choices, Usage Usage);

internal sealed record ChatChoice(int Index, ChatAnswer Message, object? Logprobs, string FinishReason);

internal sealed record ChatAnswer(string Role, string Content, string? Refusal);

/// <summary>A streamed piece as it goes out when the caller did not ask for usage.</summary>
internal sealed record ChatChunk(string Id, string Object, long Created, string Model, IReadOnlyList<ChunkChoice> Choices);

/// <summary>A streamed piece when the caller asked for usage: null in all but the last.</summary>
internal sealed record MeteredChatChunk(string Id, string Object, long Created, string Model, IReadOnlyList<ChunkChoice> Choices, Usage? Usage);

internal sealed record ChunkChoice(int Index, ChunkDelta Delta, object? Logprobs, string? FinishReason);

internal sealed record ChunkDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);

internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens)
{
    public Usage(int prompt, int completion) : this(prompt, completion, prompt + completion)
    {
    }
}

internal sealed record ModelList(string Object, IReadOnlyList<ModelEntry> Data);

internal sealed record ModelEntry(string Id, string Object, long Created, string OwnedBy);

/// <summary><c>GET /health</c>: status is <c>ok</c> or <c>loading</c>; an engine is null where none is served and while its model is being loaded.</summary>
internal sealed record Health(string Status, EngineHealth? Chat, EngineHealth? Embedder, PictureHealth? Pictures);

/// <param name="Slots">Conversations, or batches of texts, at once.</param>
/// <param name="Active">Conversations or texts under way.</param>
/// <param name="Waiting">Conversations or texts that wait.</param>
/// <param name="ContextTokens">Most tokens of a conversation or text.</param>
internal sealed record EngineHealth(string Model, int Slots, int Active, int Waiting, int ContextTokens);

/// <summary>The same of pictures.</summary>
/// <param name="Slots">Callers whose pictures are composed at once, and as many whose pictures are developed.</param>
/// <param name="Active">Callers of both kinds at work.</param>
/// <param name="Waiting">Callers of both kinds that wait.</param>
internal sealed record PictureHealth(int Slots, int Active, int Waiting);

/// <summary>The line on standard output that says where the server listens.</summary>
/// <param name="Model">The language model's name, or where none is served the embedder's, or the composer's; null where pictures are only developed.</param>
internal sealed record ReadyLine(string Event, string Url, string? Model);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(MeteredChatChunk))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelEntry))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(ReadyLine))]
internal sealed partial class WireJson : JsonSerializerContext;
