using System.Text;
using Dragoman.Starter.Generation;

namespace Dragoman.Starter.Http;

/// <summary><c>POST /v1/chat/completions</c>, plain and streamed.</summary>
internal static class ChatEndpoints
{
    public static void Map(WebApplication app) => app.MapPost("/v1/chat/completions", (HttpContext http) => HandleAsync(http));

    private static async Task HandleAsync(HttpContext http)
    {
        EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
        if (host.Chat is not { } chat)
        {
            await ApiError.Loading.WriteAsync(http);
            return;
        }

        ChatRequest request = await RequestBody.ReadAsync(http, body => ChatRequestReader.Read(body, chat.Model.VocabularySize));
        int[] prompt = chat.Prompts.Build(request.Turns)
            ?? throw RequestException.Invalid("messages", "The model's chat template cannot express this sequence of roles.");
        var generation = new GenerationRequest
        {
            Prompt = prompt,
            Sampling = request.Sampling,
            MaxTokens = request.MaxTokens ?? host.DefaultMaxTokens,
            Stops = [.. request.Stops, .. chat.Prompts.PlainMarkers],
        };
        using GenerationStream? stream = chat.Engine.Submit(generation, out Refusal refusal, http.RequestAborted);
        if (stream is null)
        {
            await Explain(refusal, prompt.Length, chat.Engine).WriteAsync(http);
            return;
        }

        string id = "chatcmpl-" + Guid.NewGuid().ToString("N");
        if (request.Stream)
        {
            await StreamAsync(http, host, request, stream, id);
        }
        else
        {
            await AnswerAsync(http, host, stream, id);
        }
    }

    private static ApiError Explain(Refusal refusal, int promptTokens, GenerationEngine engine) => refusal switch
    {
        Refusal.Busy => ApiError.Busy(engine.ExpectedWaitSeconds),
        Refusal.PromptTooLong => ApiError.Invalid(
            "messages",
            $"This model's maximum context length is {engine.ContextTokens} tokens. However, your messages resulted in {promptTokens} tokens, " +
            "and at least one more is needed for the answer. Please reduce the length of the messages.",
            "context_length_exceeded"),
        _ => ApiError.Stopping,
    };

    private static async Task AnswerAsync(HttpContext http, EngineHost host, GenerationStream stream, string id)
    {
        var text = new StringBuilder();
        GenerationUpdate last = default;
        try
        {
            await foreach (GenerationUpdate update in stream.ReadAllAsync(http.RequestAborted))
            {
                text.Append(update.Text);
                last = update;
            }
        }
        catch (GenerationFailedException e)
        {
            await Failed(e).WriteAsync(http);
            return;
        }

        var answer = new ChatCompletion(
            id, "chat.completion", host.Now, host.ModelName,
            [new ChatChoice(0, new ChatAnswer("assistant", text.ToString(), null), null, WireName(last.Finish))],
            new Usage(stream.PromptTokens, last.CompletionTokens));
        await http.Response.WriteAsJsonAsync(answer, WireJson.Default.ChatCompletion);
    }

    private static async Task StreamAsync(HttpContext http, EngineHost host, ChatRequest request, GenerationStream stream, string id)
    {
        using var events = new SseWriter(http.Response);
        long created = host.Now;

        async ValueTask SendAsync(ChunkDelta delta, string? finish)
        {
            ChunkChoice[] choices = [new ChunkChoice(0, delta, null, finish)];
            if (request.IncludeUsage)
            {
                events.Write(new MeteredChatChunk(id, "chat.completion.chunk", created, host.ModelName, choices, null), WireJson.Default.MeteredChatChunk);
            }
            else
            {
                events.Write(new ChatChunk(id, "chat.completion.chunk", created, host.ModelName, choices), WireJson.Default.ChatChunk);
            }

            await events.FlushAsync(http.RequestAborted);
        }

        await SendAsync(new ChunkDelta("assistant", ""), null);
        GenerationUpdate last = default;
        try
        {
            await foreach (GenerationUpdate update in stream.ReadAllAsync(http.RequestAborted))
            {
                last = update;
                if (update.Text.Length > 0)
                {
                    await SendAsync(new ChunkDelta(null, update.Text), null);
                }
            }
        }
        catch (GenerationFailedException e)
        {
            // The status is out already. An error event and no [DONE] tells clients that the answer is not whole.
            events.Write(Failed(e).Body, WireJson.Default.ErrorBody);
            await events.FlushAsync(http.RequestAborted);
            return;
        }

        await SendAsync(new ChunkDelta(null, null), WireName(last.Finish));
        if (request.IncludeUsage)
        {
            events.Write(
                new MeteredChatChunk(id, "chat.completion.chunk", created, host.ModelName, [], new Usage(stream.PromptTokens, last.CompletionTokens)),
                WireJson.Default.MeteredChatChunk);
        }

        events.WriteDone();
        await events.FlushAsync(http.RequestAborted);
    }

    private static ApiError Failed(GenerationFailedException e) => ApiError.Internal with { Message = $"The answer was broken off: {e.Message}." };

    private static string WireName(FinishReason? reason) => reason == FinishReason.Length ? "length" : "stop";
}
