using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.AgentAI;

/// <summary>agent.ai's actions: <c>POST /v1/action/{name}</c> with a JSON body (OpenAPI 1.0.1 and 1.1.0).</summary>
internal sealed class AgentAIDialect(DialectServices services) : IChatDialect
{
    public const string DialectName = "agentai";

    /// <summary>The option for the HTTP status under which a bad key is answered.</summary>
    private const string BadKeyStatus = "BadKeyStatus";

    private const string BadKeyIsOk = "200";

    /// <summary>Most characters of a path that an error says back.</summary>
    private const int LongestEcho = 100;

    /// <summary>20 requests a minute and 1,000 a day for every key (agent.ai's documentation on rate limits).</summary>
    public static DialectDefinition Definition { get; } = new(DialectName)
    {
        Models = AgentAIEngines.Load(),
        ImageModels = AgentAIEngines.LoadImageModels(),
        LiveLimits = new CallLimits { RequestsPerMinute = 20, RequestsPerDay = 1000 },
        TestLimits = new CallLimits { RequestsPerMinute = 20, RequestsPerDay = 1000 },
        Options =
        [
            new DialectOption(RateLimitHeaders.Option, RateLimitHeaders.Newer, RateLimitHeaders.Newer, RateLimitHeaders.Older, RateLimitHeaders.Both),
            new DialectOption(BadKeyStatus, "401", "401", BadKeyIsOk),
        ],
    };

    public string Name => DialectName;

    public bool Owns(PathString path) =>
        path.StartsWithSegments(AgentAIEndpoints.ActionPrefix) || path.StartsWithSegments(AgentAIEndpoints.DocumentPrefix);

    public void Map(IEndpointRouteBuilder endpoints) =>
        AgentAIEndpoints.Map(
            endpoints,
            this,
            new ChatEndpoint(
                this, services, InvokeLlmReader.Read, (output, call, answer) => InvokeLlmWriter.WriteAnswer(output, call.Request, answer), showsImages: true),
            new ImageEndpoint(this, services, GenerateImageReader.Read, GenerateImageWriter.WriteAnswer));

    /// <summary>
    /// <c>{"status":N,"response":null,"error":"…"}</c> under HTTP status N (the documentation's examples; that a 429 looks so too is inferred). The hosted
    /// server was seen to answer a bad key under HTTP 200 with <c>status</c> 401, and its SDK speaks of 403; no source shows a status line. HTTP and body
    /// say the same here, unless the operator wants the former.
    /// </summary>
    public async Task WriteErrorAsync(HttpContext context, GatewayError error)
    {
        if (error.Kind == ErrorKind.Canceled)
        {
            return; // Nobody is there to read it.
        }

        var response = context.Response;
        response.StatusCode = error.HttpStatus;
        GatewayHeaders.SetRetryAfter(response, error);
        SetRateLimits(context);
        switch (error.Kind)
        {
            case ErrorKind.Unauthenticated when Option(BadKeyStatus) == BadKeyIsOk:
                response.StatusCode = StatusCodes.Status200OK;
                response.Headers.WWWAuthenticate = default;
                break;
            case ErrorKind.Unauthenticated:
                response.Headers.WWWAuthenticate = "Bearer";
                break;
            case ErrorKind.MethodNotAllowed when response.Headers.Allow.Count == 0:
                response.Headers.Allow = AgentAIEndpoints.MethodsOf(context.Request.Path);
                break;
        }

        using var body = new PooledBuffer(512);
        InvokeLlmWriter.WriteError(body, error.HttpStatus, Word(context, error));
        await JsonBody.SendAsync(context, body);
    }

    /// <summary>Tells how the caller stands with the limits on requests.</summary>
    public void SetRateLimits(HttpContext context) =>
        RateLimitHeaders.Set(context.Response, Option(RateLimitHeaders.Option), services.RateLimitsOf(context, DialectName), services.Time);

    private string Option(string name) => services.Settings().Dialects[DialectName].Options[name];

    /// <summary>A path that is not there is told in the dialect's own words, which name what is.</summary>
    private static string Word(HttpContext context, GatewayError error)
    {
        if (error.Kind != ErrorKind.NotFound || context.GetEndpoint() is not null)
        {
            return error.Message;
        }

        var path = context.Request.Path;
        var missing = "nothing at this path";
        if (path.StartsWithSegments(AgentAIEndpoints.ActionPrefix, out var prefix, out var rest) && rest.Value is { Length: > 1 } slashAndName)
        {
            // With a slash too many it is no action's name, and may look like that of an action that is there (/v1/action//invoke_llm).
            var name = slashAndName[1..];
            missing = name.Contains('/') ? $"nothing at {prefix}/{Cut(name)}" : $"no action {Cut(name)}";
        }

        return $"There is {missing}. The actions of this server are: {AgentAIEndpoints.ActionNames}.";
    }

    private static string Cut(string name) => name.Length <= LongestEcho ? name : Excerpt.Of(name, LongestEcho) + "…";
}
