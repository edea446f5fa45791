using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Routing;
using Dragoman.Wire.OpenAI;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.EdenAI;

/// <summary>The dialect's endpoints that call models: each within a project, over its documents where it has any.</summary>
internal sealed class ModelEndpoints(DialectServices services, KnowledgeServices knowledge)
{
    private static readonly GatewayError NotFound = new(ErrorKind.NotFound, "There is no such project or conversation.");

    /// <summary>With or without a slash at the end, which the router does not mind.</summary>
    public void Map(IEndpointRouteBuilder endpoints, EdenAIDialect dialect)
    {
        endpoints.MapPost(EdenAIDialect.ProjectPrefix + "/generate", new ChatEndpoint(dialect, services, PrepareGenerateAsync).HandleAsync)
            .WithDisplayName($"{dialect.Name} generate");
        endpoints.MapPost(EdenAIDialect.ProjectPrefix + "/ask_llm", new ChatEndpoint(dialect, services, PrepareAskLlmAsync).HandleAsync)
            .WithDisplayName($"{dialect.Name} ask_llm");
    }

    private async ValueTask<ChatPrepared> PrepareGenerateAsync(HttpContext context, Caller caller, GatewaySnapshot settings, ReadOnlyMemory<byte> body)
    {
        if (await knowledge.FindProjectAsync(context, caller) is not { } project)
        {
            return NotFound;
        }

        var (asked, error) = GenerateReader.Read(body.Span);
        if (asked is null)
        {
            return error!;
        }

        var (memory, isThere) = await RecallAsync(project, asked.Conversation, context.RequestAborted);
        if (!isThere)
        {
            return NotFound;
        }

        // What the documents are searched for: what the user said last. A message of pictures alone asks nothing of them.
        var question = Grounding.QuestionOf(asked.Request).Trim();
        var request = memory is null ? asked.Request : asked.Request with { Messages = memory.PutBefore(asked.Request.Messages) };
        var search = question.Length == 0
            ? null
            : new ProjectSearch(knowledge, project, settings, new RetrievalQuery(question, asked.K, asked.MinScore, asked.Filter));

        var head = new CompletionHead($"chatcmpl-{Guid.NewGuid():N}", services.Time.GetUtcNow().ToUnixTimeSeconds(), request.Model);
        var form = CompletionForm.NullCalls | (asked.UsesFunctions ? CompletionForm.FunctionCall : CompletionForm.None);
        var framing = EdenAIDialect.FramingOf(settings);
        return new ChatExchange(request)
        {
            Ignored = asked.Ignored,
            Gather = search is null ? null : cancellationToken => search.GatherAsync(request, cancellationToken),
            Write = (output, call, answer) => GenerateWriter.Write(output, call, answer, head, form, search),
            Stream = asked.IsStreamed ? call => new GenerateStreamWriter(call, head, form, framing, asked.IncludesUsage, search) : null,
            IsTextOnly = false,
            Answered = memory is null ? null : answer => memory.KeepAsync(question, answer),
        };
    }

    private async ValueTask<ChatPrepared> PrepareAskLlmAsync(HttpContext context, Caller caller, GatewaySnapshot settings, ReadOnlyMemory<byte> body)
    {
        if (await knowledge.FindProjectAsync(context, caller) is not { } project)
        {
            return NotFound;
        }

        var (asked, error) = AskLlmReader.Read(body.Span);
        if (asked is null)
        {
            return error!;
        }

        var (memory, isThere) = await RecallAsync(project, asked.Conversation, context.RequestAborted);
        if (!isThere)
        {
            return NotFound;
        }

        var request = AskLlmPrompt.Make(asked, project, await knowledge.Projects.FindBotPromptAsync(project.Id, context.RequestAborted));
        request = memory is null ? request : request with { Messages = memory.PutBefore(request.Messages) };
        var query = new RetrievalQuery(asked.Query, asked.K, asked.MinScore, asked.Filter, asked.UsesReranking, asked.TopN);
        var search = new ProjectSearch(knowledge, project, settings, query);
        return new ChatExchange(request)
        {
            Ignored = asked.Ignored,
            Gather = cancellationToken => search.GatherAsync(request, cancellationToken),
            Write = (output, call, answer) => AskLlmWriter.Write(output, call, answer, search),
            Answered = memory is null ? null : answer => memory.KeepAsync(asked.Query, answer),
        };
    }

    /// <summary>The conversation that is gone on with, if one is; not there where the project has none of that id.</summary>
    private async ValueTask<(ConversationMemory? Memory, bool IsThere)> RecallAsync(Project project, Guid? conversation, CancellationToken cancellationToken)
    {
        if (conversation is not { } id)
        {
            return (null, true);
        }

        var former = await knowledge.Projects.FindConversationAsync(project.Id, id, cancellationToken);
        return former is null ? (null, false) : (new ConversationMemory(knowledge.Projects, project.Id, former), true);
    }
}
