using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>How every endpoint that calls a model begins: who calls, by which settings, with what body.</summary>
/// <param name="Body">Whole; to be disposed of before the model is called.</param>
/// <param name="StartedAt">A <see cref="TimeProvider"/> timestamp.</param>
internal readonly record struct EndpointRequest(Caller Caller, GatewaySnapshot Settings, PooledBuffer Body, long StartedAt)
{
    /// <summary>The request, or <c>null</c> where it was refused and the client has been told.</summary>
    public static async ValueTask<EndpointRequest?> OpenAsync(HttpContext context, IDialect dialect, DialectServices services)
    {
        var startedAt = services.Time.GetTimestamp();
        var settings = services.Settings();
        if (context.Features.Get<Caller>() is not { } caller)
        {
            await dialect.WriteErrorAsync(context, new GatewayError(ErrorKind.Unauthenticated, "An API key is required."));
            return null;
        }

        var (body, error) = await JsonBody.ReadAsync(context, settings.MaxRequestBodyBytes);
        if (body is null)
        {
            await dialect.WriteErrorAsync(context, error!);
            return null;
        }

        return new EndpointRequest(caller, settings, body, startedAt);
    }
}
