using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dragoman.Knowledge;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>Writes what is in projects, members in the order of the documentation's schemas.</summary>
internal static class ProjectJson
{
    /// <summary>The only type of projects here; the schema knows two more, of other products.</summary>
    public const string ProjectType = "AskYoDa";

    /// <summary>AIProject.</summary>
    public static void Write(Utf8JsonWriter json, Project project)
    {
        json.WriteStartObject();
        json.WriteString("project_id"u8, project.Id);
        json.WriteString("project_name"u8, project.Name);
        json.WriteString("project_type"u8, ProjectType);
        json.WriteString("created_at"u8, Time(project.CreatedAt));
        json.WriteString("user"u8, UserOf(project.Owner));
        json.WriteEndObject();
    }

    /// <summary>AskYodaProjectUpdate. A model that the project does not name is left out: the schema has no null there.</summary>
    public static void WriteSettings(Utf8JsonWriter json, Project project)
    {
        json.WriteStartObject();
        json.WriteString("ocr_provider"u8, project.OcrProvider);
        json.WriteString("speech_to_text_provider"u8, project.SpeechToTextProvider);
        if (project.LlmProvider is { } provider)
        {
            json.WriteString("llm_provider"u8, provider);
        }

        if (project.LlmModel is { } model)
        {
            json.WriteString("llm_model"u8, model);
        }

        if (project.Chunking.Size is { } size)
        {
            json.WriteNumber("chunk_size"u8, size);
        }
        else
        {
            json.WriteNull("chunk_size"u8);
        }

        if (project.Chunking.Separators.IsEmpty)
        {
            json.WriteNull("chunk_separators"u8);
        }
        else
        {
            json.WriteStartArray("chunk_separators"u8);
            foreach (var separator in project.Chunking.Separators)
            {
                json.WriteStringValue(separator);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>AiProductFile. Where a file is kept is nobody's business, and a task has no id of its own.</summary>
    public static void Write(Utf8JsonWriter json, Project project, Document document)
    {
        json.WriteStartObject();
        json.WriteString("file_id"u8, document.Id);
        json.WriteString("user"u8, UserOf(project.Owner));
        json.WriteString("project"u8, project.Id);
        json.WriteString("file_type"u8, document.FileType);
        json.WriteString("created_at"u8, Time(document.CreatedAt));
        json.WriteString("status"u8, StatusOf(document.Status));
        json.WriteString("error"u8, document.Error);
        json.WriteNull("task_id"u8);
        json.WriteString("task_started_at"u8, document.StartedAt is { } startedAt ? Time(startedAt) : null);
        json.WriteNull("file_path"u8);
        json.WriteString("file_name"u8, document.Name);
        json.WriteEndObject();
    }

    /// <summary>YodaQueryResponseItem, but for a score that is no integer: no likeness could be one.</summary>
    public static void Write(Utf8JsonWriter json, FoundChunk found)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, found.Chunk.Id);
        json.WriteNumber("version"u8, 1);
        json.WriteNumber("score"u8, found.Score);
        WritePayload(json, found.Chunk);
        json.WriteNull("vector"u8);
        json.WriteEndObject();
    }

    /// <summary>YodaQueryResponsePayload, as a member.</summary>
    public static void WritePayload(Utf8JsonWriter json, Chunk chunk)
    {
        json.WriteStartObject("payload"u8);
        json.WritePropertyName("metadata"u8);
        json.WriteRawValue(chunk.MetadataJson);
        json.WriteString("page_content"u8, chunk.Text);
        json.WriteEndObject();
    }

    /// <summary>Conversation, and with the messages ConversationDetail.</summary>
    public static void Write(Utf8JsonWriter json, Conversation conversation, bool withMessages)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, conversation.Id);
        json.WriteString("name"u8, conversation.Name);
        if (withMessages)
        {
            json.WriteStartArray("messages"u8);
            foreach (var turn in conversation.Turns)
            {
                json.WriteStartObject();
                json.WriteString("user_text"u8, turn.UserText);
                json.WriteString("assistant_text"u8, turn.AssistantText);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static Action<Utf8JsonWriter> List<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) => json =>
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    };

    /// <summary>The documented words. What waits for its turn is told from what is being read by <c>task_started_at</c>.</summary>
    private static string StatusOf(DocumentStatus status) => status switch
    {
        DocumentStatus.Pending or DocumentStatus.Processing or DocumentStatus.Deleting => "processing",
        DocumentStatus.Done => "succeeded",
        DocumentStatus.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A status without a word."),
    };

    /// <summary>A user is a UUID in the schema; an owner's is always the same one, and tells nobody who it is.</summary>
    private static Guid UserOf(Owner owner)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{(owner.IsLive ? "live" : "test")}:{owner.Name}")).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // RFC 9562 section 5.8
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    /// <summary>As Django REST framework writes times.</summary>
    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
