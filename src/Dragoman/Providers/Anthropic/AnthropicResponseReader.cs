using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.Anthropic;

/// <summary>
/// Reads a <c>Message</c> (https://platform.claude.com/docs/en/api/messages): <c>{id, type: "message", model, content, stop_reason, usage}</c>.
/// </summary>
internal static class AnthropicResponseReader
{
    public static UpstreamAnswer Read(ReadOnlySpan<byte> body)
    {
        var message = JsonSerializer.Deserialize(body, AnthropicJson.Default.AnthropicMessage);
        if (message is { Type: "error", Error: { } error })
        {
            return AnthropicErrorReader.Of(error, status: null);
        }

        if (message?.Content is null)
        {
            throw new JsonException("The answer has no content.");
        }

        var steps = new List<ChatEvent>();
        new AnthropicEventReader().ReadWhole(message, steps);
        var builder = new ChatResponseBuilder();
        foreach (var step in steps)
        {
            builder.Add(step);
        }

        return builder.Build();
    }
}
