using System.Text.Json;
using Dragoman.Pipeline;

namespace Dragoman.Dialects.EdenAI;

/// <summary>What Eden AI's answers have beside OpenAI's members, and what Dragoman's have beside Eden AI's.</summary>
internal static class AnswerExtras
{
    /// <summary>Members that the dialect writes, whatever an upstream calls so.</summary>
    public static readonly string[] Names = ["provider_time", "edenai_time", "cost", "chunks_ids", "citations"];

    private const long NanosecondsATick = 100;

    /// <summary>
    /// <c>provider_time</c> in nanoseconds, that of the attempt which answered; <c>edenai_time</c>, which Eden AI leaves null, too; <c>cost</c> in US dollars.
    /// </summary>
    public static void WriteTimesAndCost(Utf8JsonWriter json, Call call)
    {
        if (call.Attempts is [.., { Outcome: null } answered])
        {
            json.WriteNumber("provider_time"u8, answered.Duration.Ticks * NanosecondsATick);
        }
        else
        {
            json.WriteNull("provider_time"u8);
        }

        json.WriteNull("edenai_time"u8);
        WriteCost(json, call);
    }

    /// <summary>Nothing for models of this machine; <c>null</c> for all others, whose price is not known here.</summary>
    public static void WriteCost(Utf8JsonWriter json, Call call)
    {
        if (call.ServedBy is { } served && (served.StartsWith("starter/", StringComparison.Ordinal) || served.StartsWith("sandbox/", StringComparison.Ordinal)))
        {
            json.WriteNumber("cost"u8, 0);
        }
        else
        {
            json.WriteNull("cost"u8);
        }
    }

    /// <summary>What the answer stands on; nothing where no documents were searched.</summary>
    public static void WriteCitations(Utf8JsonWriter json, IReadOnlyList<Citation>? citations)
    {
        if (citations is null)
        {
            return;
        }

        WriteChunkIds(json, citations);
        json.WriteStartArray("citations"u8);
        foreach (var citation in citations)
        {
            json.WriteStartObject();
            json.WriteNumber("number"u8, citation.Number);
            json.WriteString("chunk_id"u8, citation.ChunkId);
            json.WriteString("document"u8, citation.Document);
            WriteNumber(json, "page"u8, citation.Page);
            WriteNumber(json, "score"u8, citation.Score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteChunkIds(Utf8JsonWriter json, IReadOnlyList<Citation> citations)
    {
        json.WriteStartArray("chunks_ids"u8);
        foreach (var citation in citations)
        {
            json.WriteStringValue(citation.ChunkId);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
