using Dragoman.Http;
using Dragoman.Knowledge;
using Dragoman.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>
/// Maps the endpoints that call no model, and does around each of them what is the same for all: the limit on requests before anything is read, the
/// project that the path names, and the answer. Paths are written with the trailing slash that they are documented with; they are answered without it, too.
/// </summary>
internal sealed class ProjectRoutes(IEndpointRouteBuilder endpoints, IDialect dialect, DialectServices services, KnowledgeServices knowledge)
{
    private static readonly string[] Readable = [HttpMethods.Get, HttpMethods.Head];

    /// <param name="path">After <see cref="EdenAIDialect.Prefix"/>.</param>
    public void Map(string method, string path, string name, Func<ProjectRequest, ValueTask<Reply>> handle) =>
        endpoints.MapMethods(EdenAIDialect.Prefix + path, MethodsOf(method), context => AnswerAsync(context, handle)).WithDisplayName($"{dialect.Name} {name}");

    /// <summary>The same for what is done to a project; one that is not there, or is another's, is answered here.</summary>
    public void MapIn(string method, string path, string name, Func<ProjectRequest, Project, ValueTask<Reply>> handle) =>
        endpoints.MapMethods(path, MethodsOf(method), context => AnswerAsync(context, async request =>
            await knowledge.FindProjectAsync(context, request.Caller) is { } project ? await handle(request, project) : Reply.NotFound))
            .WithDisplayName($"{dialect.Name} {name}");

    private static string[] MethodsOf(string method) => method == HttpMethods.Get ? Readable : [method];

    private async Task AnswerAsync(HttpContext context, Func<ProjectRequest, ValueTask<Reply>> handle)
    {
        var settings = services.Settings();
        if (context.Features.Get<Caller>() is not { } caller)
        {
            await dialect.WriteErrorAsync(context, new GatewayError(ErrorKind.Unauthenticated, "An API key is required."));
            return;
        }

        if (services.RateLimits.Count(caller, dialect.Name, settings) is { } refusal)
        {
            await dialect.WriteErrorAsync(context, refusal);
            return;
        }

        await using var request = new ProjectRequest(context, settings, caller, knowledge);
        Reply reply;
        try
        {
            reply = await handle(request);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        GatewayHeaders.SetDropped(context.Response, [], request.Ignored.Names, request.Ignored.Unnamed);
        await SendAsync(context, reply);
    }

    private async Task SendAsync(HttpContext context, Reply reply)
    {
        if (reply.Error is { } error)
        {
            await dialect.WriteErrorAsync(context, error);
            return;
        }

        var response = context.Response;
        response.StatusCode = reply.Status;
        response.Headers.Location = reply.Location;
        if (reply.Body is not { } write)
        {
            response.ContentLength = reply.Status == StatusCodes.Status204NoContent ? null : 0;
            return;
        }

        using var body = new PooledBuffer();
        var json = JsonWriterCache.Rent(body);
        write(json);
        JsonWriterCache.Return(json);
        await JsonBody.SendAsync(context, body);
    }
}
