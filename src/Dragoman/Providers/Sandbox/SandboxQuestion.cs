using Dragoman.Model;

namespace Dragoman.Providers.Sandbox;

/// <summary>What was asked, as far as the sandbox makes something of it.</summary>
internal sealed class SandboxQuestion
{
    public required ChatRequest Request { get; init; }

    public required SandboxChance Chance { get; init; }

    public required long InputTokens { get; init; }

    /// <summary>All system messages, joined by line breaks and shortened; empty where there are none.</summary>
    public required string Instruction { get; init; }

    /// <summary>The text of the last user message, shortened; what tools returned is none of it.</summary>
    public required string Said { get; init; }

    /// <summary>Images, sounds and files that came with it.</summary>
    public required IReadOnlyList<(string Kind, int Count)> Media { get; init; }

    /// <summary>What tools returned since the model's own last words.</summary>
    public required IReadOnlyList<ToolResultPart> Results { get; init; }

    /// <summary>Tools have answered since the last user message: a magic word that asks for their call was obeyed already.</summary>
    public required bool IsCallAnswered { get; init; }

    /// <summary>What is left of the work that the call may cost.</summary>
    public SandboxWork Work { get; } = new();

    /// <summary>The magic word that counts.</summary>
    public SandboxWord? Word { get; init; }

    /// <summary>What was written in a magic word's place and is none.</summary>
    public string? UnknownWord { get; init; }

    public static SandboxQuestion Of(ChatRequest request)
    {
        var messages = WithoutSources(request);
        var system = messages.Where(message => message.Role == ChatRole.System).ToList();
        var lastUser = messages.LastOrDefault(message =>
            message.Role == ChatRole.User && (message.Parts.Count == 0 || message.Parts.Any(part => part is not ToolResultPart)));
        var recent = messages.Reverse().TakeWhile(message => message.Role != ChatRole.Assistant).ToList();
        recent.Reverse();

        return new SandboxQuestion
        {
            Request = request,
            Chance = SandboxChance.Of(request),
            InputTokens = SandboxTokens.CountInput(request),
            Instruction = SandboxText.Shorten(string.Join('\n', system.Select(message => message.Text))),
            Said = SandboxText.Shorten(lastUser?.Text ?? ""),
            Media = [.. MediaOf(lastUser)],
            Results = [.. recent.SelectMany(message => message.Parts).OfType<ToolResultPart>()],
            IsCallAnswered = messages.Reverse()
                .TakeWhile(message => !ReferenceEquals(message, lastUser))
                .Any(message => message.Parts.Any(part => part is ToolResultPart)),
            Word = SandboxWords.Find(lastUser, system, out var unknown),
            UnknownWord = unknown,
        };
    }

    /// <summary>
    /// The messages as the caller wrote them. What documents say is neither a question nor a magic word; it stands ahead of the last user message, and the
    /// instruction about it behind the caller's own.
    /// </summary>
    private static IReadOnlyList<ChatMessage> WithoutSources(ChatRequest request)
    {
        if (request.Sources is not { } sources)
        {
            return request.Messages;
        }

        List<ChatMessage> messages = [.. request.Messages];
        var system = messages.TakeWhile(message => message.Role == ChatRole.System).Count();
        if (system > 0)
        {
            messages.RemoveAt(system - 1);
        }

        var last = messages.FindLastIndex(message => message.Role == ChatRole.User);
        if (sources.Count > 0 && last >= 0)
        {
            messages[last] = messages[last] with { Parts = [.. messages[last].Parts.Skip(1)] };
        }

        return messages;
    }

    private static IEnumerable<(string Kind, int Count)> MediaOf(ChatMessage? message) => (message?.Parts ?? [])
        .Select(part => part switch
        {
            ImagePart => "image",
            AudioPart => "sound",
            FilePart => "file",
            _ => null,
        })
        .OfType<string>()
        .CountBy(kind => kind)
        .Select(kind => (kind.Key, kind.Value));
}
