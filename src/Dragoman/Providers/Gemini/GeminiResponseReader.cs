using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Gemini;

/// <summary>Reads a <c>GenerateContentResponse</c> (https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse).</summary>
internal static class GeminiResponseReader
{
    public static UpstreamAnswer Read(ReadOnlySpan<byte> body)
    {
        var answer = JsonSerializer.Deserialize(body, GeminiJson.Default.GeminiResponse) ?? throw new JsonException("The answer is null.");
        var steps = new List<ChatEvent>();
        new GeminiEventReader().Read(answer, steps);

        var builder = new ChatResponseBuilder();
        foreach (var step in steps)
        {
            builder.Add(step);
        }

        if (builder.Error is { } error)
        {
            return error;
        }

        if (answer.Candidates is not { Length: > 0 })
        {
            throw new JsonException("The answer has no candidates.");
        }

        return builder.Build();
    }
}
