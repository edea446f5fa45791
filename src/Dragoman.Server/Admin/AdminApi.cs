using Dragoman.Dialects;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Server.Admin;

/// <summary>
/// The operator's own API, under <c>/admin/v1</c>: what the commands do, for programs. Opened by admin keys alone; described by
/// <c>/admin/v1/openapi.json</c>, the one open route.
/// </summary>
internal sealed class AdminApi(KeyEndpoints keys) : IDialect
{
    public const string Root = "/admin/v1";

    private const string Prefix = "/admin";
    private const string Document = Root + "/openapi.json";

    public string Name => "admin";

    public bool IsForAdministrators => true;

    public bool Owns(PathString path) => path.StartsWithSegments(Prefix);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        keys.Map(endpoints);
        OpenApiDocument.Load(typeof(AdminApi), "openapi.json").Map(endpoints, Document, "admin OpenAPI");
    }

    public Task WriteErrorAsync(HttpContext context, GatewayError error) =>
        error.Kind == ErrorKind.Canceled ? Task.CompletedTask : WriteErrorAsync(context, AdminErrors.Of(error));

    internal static async Task WriteErrorAsync(HttpContext context, AdminError error)
    {
        var response = context.Response;
        response.StatusCode = AdminErrors.Get(error.Type).Status;
        response.Headers.CacheControl = "no-store";
        if (error.Type == AdminErrorType.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        using var body = new PooledBuffer(512);
        AdminErrors.Write(body, error);
        await JsonBody.SendAsync(context, body);
    }
}
