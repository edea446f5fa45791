using System.Collections.Frozen;
using System.Collections.Immutable;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Eden AI's chatbot over one's own documents, version 2 of its API: <c>/v2/aiproducts</c> and <c>/v2/aiproducts/askyoda/v2</c>. The hosted API is built on
/// Django REST framework, whose words its errors are.
/// </summary>
internal sealed class EdenAIDialect(DialectServices services, KnowledgeServices knowledge) : IChatDialect
{
    public const string DialectName = "edenai";

    /// <summary>Every path of the product begins with it.</summary>
    public const string Prefix = "/v2/aiproducts";

    /// <summary>The paths of one project, but for its own deletion and retrieval.</summary>
    public const string ProjectPrefix = Prefix + "/askyoda/v2/{project_id}";

    /// <summary>The option for how the pieces of a stream are told apart: one of <see cref="StreamFraming"/>.</summary>
    public const string FramingOption = "StreamFraming";

    /// <summary>
    /// 60 requests a minute (the Personal plan, as the documentation on rate limits has it), for a test key as for a live one: the 5 of the free plan would not
    /// do for a test that makes a project, fills it and asks it. How far a caller is from its limit no header of the documentation tells.
    /// </summary>
    public static DialectDefinition Definition { get; } = new(DialectName)
    {
        Models = new Dictionary<string, ImmutableArray<string>> { [EdenAIModels.AnyModel] = GeneralModels.Targets }
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
        LiveLimits = new CallLimits { RequestsPerMinute = 60 },
        TestLimits = new CallLimits { RequestsPerMinute = 60 },
        Options = [new DialectOption(FramingOption, nameof(StreamFraming.Events), nameof(StreamFraming.Events), nameof(StreamFraming.Lines))],
    };

    public string Name => DialectName;

    public bool Owns(PathString path) => path.StartsWithSegments(Prefix);

    public static StreamFraming FramingOf(GatewaySnapshot settings) =>
        Enum.Parse<StreamFraming>(settings.Dialects[DialectName].Options[FramingOption]);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        new ModelEndpoints(services, knowledge).Map(endpoints, this);
        KnowledgeEndpoints.Map(endpoints, this, services, knowledge);
    }

    public async Task WriteErrorAsync(HttpContext context, GatewayError error)
    {
        if (error.Kind == ErrorKind.Canceled)
        {
            return; // Nobody is there to read it.
        }

        var response = context.Response;
        response.StatusCode = EdenAIErrors.Get(error.Kind).Status;
        GatewayHeaders.SetRetryAfter(response, error);
        if (error.Kind == ErrorKind.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        using var body = new PooledBuffer(512);
        EdenAIErrors.Write(body, error);
        await JsonBody.SendAsync(context, body);
    }
}
