using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.Upstream;

/// <summary>Raw requests to the fake, one sound body a wire.</summary>
internal static class UpstreamCalls
{
    /// <summary>
    /// Follows no redirect and unpacks nothing: what comes is what was sent. A response that is let go closes its connection at once; by
    /// default the handler first reads on for up to two seconds.
    /// </summary>
    public static HttpClient NewClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ResponseDrainTimeout = TimeSpan.Zero });

    public static HttpRequestMessage Chat(this TestUpstream upstream, string? body = null, bool stream = false, string path = "/v1/chat/completions")
    {
        body ??= $$"""{"model":"gpt-4o","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello there"}]}""";
        var request = Post(upstream.BaseUrl + path, body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk-test");
        return request;
    }

    public static HttpRequestMessage Messages(this TestUpstream upstream, string? body = null, bool stream = false)
    {
        body ??= $$"""
            {"model":"claude-sonnet-4-5","max_tokens":100,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello there"}]}
            """;
        var request = Post(upstream.BaseUrl + "/v1/messages", body);
        request.Headers.Add("x-api-key", "sk-ant-test");
        request.Headers.Add("anthropic-version", "2023-06-01");
        return request;
    }

    public static HttpRequestMessage Gemini(
        this TestUpstream upstream, string? body = null, string action = "generateContent", string model = "gemini-2.5-flash")
    {
        var request = Post(
            $"{upstream.BaseUrl}/v1beta/models/{model}:{action}", body ?? """{"contents":[{"role":"user","parts":[{"text":"Hello there"}]}]}""");
        request.Headers.Add("x-goog-api-key", "AIza-test");
        return request;
    }

    /// <summary>The same plain or streaming request on any of the wires.</summary>
    public static HttpRequestMessage Any(this TestUpstream upstream, WireKind wire, bool stream = false) => wire switch
    {
        WireKind.Azure => upstream.Chat(stream: stream, path: "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"),
        WireKind.Anthropic => upstream.Messages(stream: stream),
        WireKind.Gemini => upstream.Gemini(action: stream ? "streamGenerateContent?alt=sse" : "generateContent"),
        _ => upstream.Chat(stream: stream),
    };

    public static HttpRequestMessage Post(string url, string body) =>
        new(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static Task<HttpResponseMessage> HeadersAsync(this HttpClient client, HttpRequestMessage request) =>
        client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());

    /// <summary>The events of a stream until it ends; throws where it breaks off.</summary>
    public static async IAsyncEnumerable<SseItem<string>> EventsAsync(this HttpResponseMessage response)
    {
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            yield return item;
        }
    }

    /// <summary>The text that a stream of any wire tells in one event; null where it tells none.</summary>
    public static string? TextOf(WireKind wire, SseItem<string> item)
    {
        if (!item.Data.StartsWith('{'))
        {
            return null;
        }

        var data = JsonElement.Parse(item.Data);
        return wire switch
        {
            WireKind.Anthropic => item.EventType == "content_block_delta" ? data.GetProperty("delta").GetProperty("text").GetString() : null,
            WireKind.Gemini => data.TryGetProperty("candidates", out var candidates)
                ? candidates[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString()
                : null,
            _ => data.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0
                && choices[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : null,
        };
    }
}
