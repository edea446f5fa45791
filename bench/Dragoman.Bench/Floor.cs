using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dragoman.Bench;

/// <summary>
/// The floor: a handler without keys, routes, settings or records that does the same JSON and the same call as <c>invoke_llm</c>. What a gateway
/// costs is what it costs beyond this.
/// </summary>
internal static class Floor
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new Options(arguments);
        var upstream = new Uri(options["upstream"] + "/v1/chat/completions");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options["urls"]);
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
        app.MapPost("/v1/action/invoke_llm", async (HttpContext context) =>
        {
            var ask = await JsonSerializer.DeserializeAsync(context.Request.Body, FloorJson.Default.Ask, context.RequestAborted);
            var body = JsonSerializer.SerializeToUtf8Bytes(
                new ChatAsk("gpt-4o", [new ChatTurn("user", ask!.Instructions)]), FloorJson.Default.ChatAsk);
            using var request = new HttpRequestMessage(HttpMethod.Post, upstream) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer sk-bench");
            using var response = await http.SendAsync(request, context.RequestAborted);
            await using var stream = await response.Content.ReadAsStreamAsync(context.RequestAborted);
            var answer = await JsonSerializer.DeserializeAsync(stream, FloorJson.Default.ChatAnswer, context.RequestAborted);
            context.Response.ContentType = "application/json";
            var envelope = JsonSerializer.SerializeToUtf8Bytes(
                new Envelope(200, answer!.Choices[0].Message.Content, new Metadata(answer.Usage)), FloorJson.Default.Envelope);
            context.Response.ContentLength = envelope.Length;
            await context.Response.Body.WriteAsync(envelope, context.RequestAborted);
        });
        await app.RunAsync();
        return 0;
    }
}

internal sealed record Ask(string Instructions, string LlmEngine);

internal sealed record ChatAsk(string Model, ChatTurn[] Messages);

internal sealed record ChatTurn(string Role, string Content);

internal sealed record ChatAnswer(ChatAnswerChoice[] Choices, ChatAnswerUsage Usage);

internal sealed record ChatAnswerChoice(ChatTurn Message, string FinishReason);

internal sealed record ChatAnswerUsage(int PromptTokens, int CompletionTokens, int TotalTokens);

internal sealed record Envelope(int Status, string Response, Metadata Metadata);

internal sealed record Metadata(ChatAnswerUsage Usage);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Ask))]
[JsonSerializable(typeof(ChatAsk))]
[JsonSerializable(typeof(ChatAnswer))]
[JsonSerializable(typeof(Envelope))]
internal sealed partial class FloorJson : JsonSerializerContext;
