using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Dragoman.Pipeline;

namespace Dragoman.Dialects.EdenAI;

/// <summary>What Eden AI's answers have beside OpenAI's members, and what Dragoman's have beside Eden AI's.</summary>
internal static class AnswerExtras
{
    /// <summary>Members that the dialect writes, whatever an upstream calls so.</summary>
    public static readonly string[] Names = ["provider_time", "edenai_time", "cost", "chunks_ids", "citations"];

    private const long NanosecondsATick = 100;

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789, ");

    /// <summary>
    /// <c>provider_time</c> in nanoseconds, that of the attempt which answered; <c>edenai_time</c>, which Eden AI leaves null, too; <c>cost</c> in US dollars.
    /// </summary>
    public static void WriteTimesAndCost(Utf8JsonWriter json, ChatCall call)
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
    public static void WriteCost(Utf8JsonWriter json, ChatCall call)
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

    /// <summary>
    /// <c>chunks_ids</c>, what the model was shown, and <c>citations</c>, what of it the answer cites; neither where no documents were searched.
    /// </summary>
    /// <param name="answer">The whole text.</param>
    public static void WriteCitations(Utf8JsonWriter json, IReadOnlyList<Citation>? shown, ReadOnlySpan<char> answer)
    {
        if (shown is null)
        {
            return;
        }

        WriteChunkIds(json, shown);
        var cited = CitedNumbers(answer);
        json.WriteStartArray("citations"u8);
        foreach (var citation in shown.Where(citation => cited.Contains(citation.Number)))
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

    /// <summary>The numbers in brackets: of <c>[1]</c>, <c>[1][2]</c> and <c>[1, 2]</c>.</summary>
    internal static HashSet<int> CitedNumbers(ReadOnlySpan<char> answer)
    {
        HashSet<int> numbers = [];
        while (answer.IndexOf('[') is var open and >= 0)
        {
            answer = answer[(open + 1)..];
            var length = answer.IndexOfAnyExcept(OfNumbers);
            if (length <= 0 || answer[length] != ']')
            {
                continue;
            }

            foreach (var part in answer[..length].Split(','))
            {
                if (int.TryParse(answer[part].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    numbers.Add(number);
                }
            }
        }

        return numbers;
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
