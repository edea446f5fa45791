using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.AgentAI;

/// <summary><c>POST /v1/action/invoke_llm</c>: one instruction in, one text out; agent.ai streams nothing.</summary>
internal sealed class InvokeLlmEndpoint(AgentAIDialect dialect, DialectServices services)
{
    public async Task HandleAsync(HttpContext context)
    {
        var startedAt = services.Time.GetTimestamp();
        var settings = services.Settings();
        if (context.Features.Get<Caller>() is not { } caller)
        {
            await dialect.WriteErrorAsync(context, new GatewayError(ErrorKind.Unauthenticated, "An API key is required."));
            return;
        }

        // 1. The body, whole, and what it asks for. The pooled bytes go back before the model is called.
        var (body, bodyError) = await JsonBody.ReadAsync(context, settings.MaxRequestBodyBytes);
        if (body is null)
        {
            await dialect.WriteErrorAsync(context, bodyError!);
            return;
        }

        InvokeLlmRead read;
        using (body)
        {
            read = InvokeLlmReader.Read(body.WrittenSpan);
        }

        if (read.Request is null)
        {
            await dialect.WriteErrorAsync(context, read.Error!);
            return;
        }

        // 2. The call.
        var call = new Call(settings, AgentAIDialect.DialectName, caller, read.Request, startedAt);
        ChatResult result;
        try
        {
            result = await services.Gateway.CompleteAsync(call, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        // 3. The answer.
        GatewayHeaders.SetServedBy(context.Response, call);
        if (result.Response is not { } answer)
        {
            GatewayHeaders.SetDropped(context.Response, call.Dropped, read.Ignored, read.IgnoredUnnamed);
            await dialect.WriteErrorAsync(context, result.Error!);
            return;
        }

        GatewayHeaders.SetDropped(context.Response, call.Dropped, WithLostParts(answer, read.Ignored), read.IgnoredUnnamed);
        if (IsWithheld(answer))
        {
            await dialect.WriteErrorAsync(context, new GatewayError(ErrorKind.ContentFiltered, "The provider withheld the answer."));
            return;
        }

        using var output = new PooledBuffer();
        InvokeLlmWriter.WriteAnswer(output, answer);
        await AgentAIDialect.SendAsync(context, output);
    }

    /// <summary>An empty text under status 200 would look like an answer.</summary>
    private static bool IsWithheld(ChatResponse answer) =>
        answer.Choices is [{ FinishReason: FinishReason.ContentFilter }, ..] && InvokeLlmWriter.TextOf(answer).Length == 0;

    /// <summary>The envelope holds a text; a picture or a sound in the answer has no place in it and is told as dropped.</summary>
    private static IReadOnlyList<string> WithLostParts(ChatResponse answer, IReadOnlyList<string> ignored)
    {
        if (answer.Choices.Count == 0)
        {
            return ignored;
        }

        var parts = answer.Choices[0].Message.Parts;
        List<string>? names = null;
        for (var i = 0; i < parts.Count; i++)
        {
            var name = parts[i] switch
            {
                ImagePart => "image output",
                AudioPart => "audio output",
                FilePart => "file output",
                _ => null,
            };
            if (name is not null && (names is null || !names.Contains(name)))
            {
                (names ??= [.. ignored]).Add(name);
            }
        }

        return names ?? ignored;
    }
}
