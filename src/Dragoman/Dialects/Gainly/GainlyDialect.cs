using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.Gainly;

/// <summary>Gainly's API, version <c>v20241104</c>: <c>POST /v20241104/invoke-llm</c> and <c>GET /versions</c>.</summary>
internal sealed class GainlyDialect(DialectServices services) : IChatDialect
{
    public const string DialectName = "gainly";

    /// <summary>
    /// The name under which every request is routed: Gainly's callers cannot choose a model. <c>Dialects:gainly:Models:model_3</c> leads it elsewhere.
    /// </summary>
    public const string Model = "model_3";

    /// <summary>The option that says what the model is called in answers; it changes nothing else.</summary>
    public const string ModelNameOption = "ModelName";

    /// <summary>12 requests a minute for a test key and 1,200 for a live key: the paid plan, as the documentation on rate limits has it.</summary>
    public static DialectDefinition Definition { get; } = new(DialectName)
    {
        Models = new Dictionary<string, ImmutableArray<string>> { [Model] = GeneralModels.Targets }
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
        CallersNameModels = false,
        LiveLimits = new CallLimits { RequestsPerMinute = 1200 },
        TestLimits = new CallLimits { RequestsPerMinute = 12 },
        Options = [new DialectOption(ModelNameOption, Model)],
    };

    public string Name => DialectName;

    public bool Owns(PathString path) =>
        path.StartsWithSegments(GainlyEndpoints.VersionPrefix) || path.StartsWithSegments(GainlyEndpoints.Versions);

    public void Map(IEndpointRouteBuilder endpoints) =>
        GainlyEndpoints.Map(endpoints, this, new ChatEndpoint(this, services, InvokeLlmReader.Read, InvokeLlmWriter.WriteAnswer));

    /// <summary>
    /// The window that the documentation tells of, the minute's; the day's where a key has none; and on a refusal the one that was breached. The
    /// documentation shows these headers with a 429; that they come with every answer is inferred, and harms nobody.
    /// </summary>
    public void SetRateLimits(HttpContext context)
    {
        var status = services.RateLimitsOf(context, DialectName);
        if ((status.Breached ?? status.Minute ?? status.Day) is not { } window)
        {
            return;
        }

        var headers = context.Response.Headers;
        headers["x-ratelimit-limit"] = window.Limit.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining"] = window.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset"] = WholeSeconds(window.ResetsIn);
        headers["x-ratelimit-window"] = WholeSeconds(window.Length);
    }

    public async Task WriteErrorAsync(HttpContext context, GatewayError error)
    {
        if (error.Kind == ErrorKind.Canceled)
        {
            return; // Nobody is there to read it.
        }

        var response = context.Response;
        var (status, type) = GainlyErrors.Get(error.Kind);
        response.StatusCode = status;
        SetRateLimits(context);
        switch (status)
        {
            case StatusCodes.Status401Unauthorized:
                response.Headers.WWWAuthenticate = "Bearer";
                break;
            case StatusCodes.Status429TooManyRequests: // The one status with which the documentation has it.
                GatewayHeaders.SetRetryAfter(response, error);
                break;
        }

        var message = error.Kind == ErrorKind.NotFound && context.GetEndpoint() is null
            ? $"There is nothing at this path. This server answers POST {GainlyEndpoints.InvokeLlm} and GET {GainlyEndpoints.Versions}."
            : error.Message;
        using var body = new PooledBuffer(512);
        GainlyErrors.Write(body, type, message, isLive: context.Features.Get<Caller>() is { IsLive: true });
        await JsonBody.SendAsync(context, body);
    }

    private static string WholeSeconds(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
