using System.Text.Json;

namespace Dragoman.Model;

public enum ChatRole
{
    System,
    User,
    Assistant,
    Tool,
}

/// <summary>One turn: its parts in the order in which they were said.</summary>
public sealed record ChatMessage(ChatRole Role, IReadOnlyList<ContentPart> Parts, string? Name = null)
{
    public static ChatMessage OfText(ChatRole role, string text) => new(role, [new TextPart(text)]);

    /// <summary>All text parts joined; empty where there are none.</summary>
    public string Text => Parts is [TextPart only] ? only.Text : string.Concat(Parts.OfType<TextPart>().Select(part => part.Text));
}

/// <summary>A piece of a message. The list of kinds is closed: writers switch over it.</summary>
public abstract record ContentPart;

public sealed record TextPart(string Text) : ContentPart;

/// <summary>The model's own words of refusal (OpenAI's <c>refusal</c>).</summary>
public sealed record RefusalPart(string Text) : ContentPart;

/// <summary>
/// An image, either as an address that the provider fetches (<see cref="Url"/>) or as bytes (<see cref="Data"/> with <see cref="MediaType"/>).
/// </summary>
public sealed record ImagePart : ContentPart
{
    public string? Url { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary><c>image/png</c> and the like; present with <see cref="Data"/>.</summary>
    public string? MediaType { get; init; }

    /// <summary>OpenAI's <c>auto</c>, <c>low</c> or <c>high</c>.</summary>
    public string? Detail { get; init; }
}

/// <summary>Sound, in or out. <paramref name="Format"/> is <c>wav</c>, <c>mp3</c> and the like; the rest is present in answers only.</summary>
public sealed record AudioPart(ReadOnlyMemory<byte> Data, string Format, string? Id = null, string? Transcript = null, long? ExpiresAt = null)
    : ContentPart;

/// <summary>A document handed to the model: its bytes, or the id of one that the provider keeps.</summary>
public sealed record FilePart(ReadOnlyMemory<byte> Data, string? MediaType, string? FileName, string? FileId = null) : ContentPart;

/// <summary>
/// What the model thought before it answered. <paramref name="Signature"/> (Anthropic, Gemini) proves to the vendor that the thought is its own
/// and must go back untouched; <paramref name="Redacted"/> is a thought that the vendor encrypted, and then there is no text.
/// </summary>
public sealed record ReasoningPart(string Text, string? Signature = null, string? Redacted = null) : ContentPart;

/// <summary>
/// A call that the model wants made. <paramref name="Arguments"/> is the JSON text as the model wrote it, which may be broken;
/// <paramref name="Signature"/> is Gemini's thought signature, which must go back with the call.
/// </summary>
public sealed record ToolCallPart(string Id, string Name, string Arguments, string? Signature = null) : ContentPart;

/// <summary>The answer to a call that the model asked for.</summary>
public sealed record ToolResultPart(string CallId, IReadOnlyList<ContentPart> Parts, string? Name = null, bool IsError = false) : ContentPart
{
    public string Text => string.Concat(Parts.OfType<TextPart>().Select(part => part.Text));
}

/// <summary>A function that the model may call. <paramref name="Parameters"/> is a JSON Schema object.</summary>
public sealed record ToolDefinition(string Name, string? Description = null, JsonElement? Parameters = null, bool? Strict = null);

public enum ToolChoiceKind
{
    Auto,
    None,

    /// <summary>Some tool must be called.</summary>
    Required,

    /// <summary>The named tool must be called.</summary>
    Named,
}

public sealed record ToolChoice(ToolChoiceKind Kind, string? Name = null);
