using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Reads the body of <c>POST …/ask_llm/</c> (schema AskLLMRequest of the vendor's OpenAPI document). Pure: bytes in; what is asked, or all that is wrong with
/// it, out.
/// </summary>
internal static class AskLlmReader
{
    public const double DefaultTemperature = 0;
    public const int DefaultMaxTokens = 1024;
    public const int DefaultK = 3;
    public const int DefaultTopN = 3;

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "query", "llm_provider", "llm_model", "k", "history", "chatbot_global_action", "filter_documents", "min_score", "temperature", "max_tokens",
        "conversation_id", "use_reranking", "top_n");

    public static (AskLlmBody? Body, GatewayError? Error) Read(ReadOnlySpan<byte> body)
    {
        var (fields, malformed) = BodyFields.Read(body, Known, "a query");
        if (fields is null)
        {
            return (null, malformed);
        }

        var read = new AskLlmBody
        {
            Query = fields.Text("query", isRequired: true, isTrimmed: false) ?? "",
            Model = EdenAIModels.Of(fields.Text("llm_provider"), fields.Text("llm_model")),
            History = ReadHistory(fields),
            GlobalAction = fields.Text("chatbot_global_action", isTrimmed: false),
            K = fields.Integer("k", 1) ?? DefaultK,
            MinScore = fields.Number("min_score") ?? 0,
            Filter = fields.Filter(),
            Temperature = fields.Number("temperature", 0, 2),
            MaxTokens = fields.Integer("max_tokens", 1),
            UsesReranking = fields.Boolean("use_reranking") ?? false,
            TopN = fields.Integer("top_n", 1) ?? DefaultTopN,
            Conversation = fields.Uuid("conversation_id"),
        };
        if (!read.UsesReranking && fields.Get("top_n") is not null)
        {
            fields.Drop("top_n");
        }

        return fields.Error is { } error ? (null, error) : (read with { Ignored = fields.Ignored }, null);
    }

    /// <summary><c>[{"user":"…","assistant":"…"}]</c>, oldest first; either may be left out.</summary>
    private static List<ChatMessage> ReadHistory(BodyFields fields)
    {
        const string Name = "history";
        var messages = new List<ChatMessage>();
        if (fields.List(Name) is not { } list)
        {
            return messages;
        }

        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{Name}[{index}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                fields.Fault(Name, FieldWords.At(path, FieldWords.NotADictionary(item)));
                continue;
            }

            Add(item, "user", ChatRole.User, path);
            Add(item, "assistant", ChatRole.Assistant, path);
        }

        return messages;

        void Add(JsonElement item, string member, ChatRole role, string path)
        {
            if (item.Member(member) is not { } value)
            {
                return;
            }

            if (value.ValueKind == JsonValueKind.String)
            {
                messages.Add(ChatMessage.OfText(role, value.GetString()!));
            }
            else
            {
                fields.Fault(Name, FieldWords.At($"{path}.{member}", FieldWords.NotText));
            }
        }
    }
}

/// <summary>What a caller of ask_llm asks. What is absent here the project's bot prompt, the project or a default decides, in this order.</summary>
internal sealed record AskLlmBody
{
    public required string Query { get; init; }

    public string? Model { get; init; }

    public IReadOnlyList<ChatMessage> History { get; init; } = [];

    /// <summary>How the bot is to behave; a system message.</summary>
    public string? GlobalAction { get; init; }

    public int K { get; init; }

    public double MinScore { get; init; }

    public DocumentFilter Filter { get; init; } = DocumentFilter.None;

    public double? Temperature { get; init; }

    public int? MaxTokens { get; init; }

    public bool UsesReranking { get; init; }

    public int TopN { get; init; }

    public Guid? Conversation { get; init; }

    public IgnoredMembers Ignored { get; init; }
}
