using Dragoman.Dialects;
using Dragoman.Keys;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dragoman.Hosting;

/// <summary>
/// The door: no request reaches an endpoint without a key that opens it, but for those marked <see cref="OpenRoute"/>; and whatever goes wrong around the
/// endpoints (an unknown path, a wrong method, a program error) is told in the words of the dialect that the path belongs to.
/// </summary>
internal sealed partial class RequestGate(
    RequestDelegate next, KeyRing keys, IEnumerable<IDialect> dialects, TimeProvider time, ILogger<RequestGate> log)
{
    private readonly IDialect[] _dialects = [.. dialects];

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OpenRoute>() is null)
        {
            var (caller, refusal) = KeyCheck.Check(context.Request, keys, time);
            if (caller is null)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await WriteErrorAsync(context, refusal!);
                return;
            }

            context.Features.Set(caller);
            if (Forbid(caller, DialectOf(context.Request.Path)) is { } forbidden)
            {
                await WriteErrorAsync(context, forbidden);
                return;
            }
        }

        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode is 404 or 405 && context.Response.ContentLength is null)
            {
                await WriteErrorAsync(context, context.Response.StatusCode == 404
                    ? new GatewayError(ErrorKind.NotFound, "There is nothing at this path.")
                    : new GatewayError(ErrorKind.MethodNotAllowed, $"This path takes {context.Response.Headers.Allow}, not {context.Request.Method}."));
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be told.
        }
        catch (BadHttpRequestException e)
        {
            await RecoverAsync(context, e.StatusCode switch
            {
                413 => new GatewayError(ErrorKind.BodyTooLarge, "The body is too long."),
                _ => new GatewayError(ErrorKind.MalformedBody, "The request's body could not be read."),
            });
        }
        catch (Exception e)
        {
            LogFault(log, context.TraceIdentifier, e);
            await RecoverAsync(context, new GatewayError(
                ErrorKind.Internal, $"The gateway itself failed. The operator finds the cause in its log under {context.TraceIdentifier}."));
        }
    }

    private async Task RecoverAsync(HttpContext context, GatewayError error)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await WriteErrorAsync(context, error);
    }

    /// <summary>Why a good key does not open this door.</summary>
    private static GatewayError? Forbid(Caller caller, IDialect? dialect)
    {
        if (dialect is { IsForAdministrators: true })
        {
            return caller.Mode == KeyMode.Admin ? null : new GatewayError(ErrorKind.Forbidden, "The admin API takes an admin key.");
        }

        if (caller.Mode == KeyMode.Admin)
        {
            return new GatewayError(ErrorKind.Forbidden, "An admin key opens the admin API and nothing else.");
        }

        return dialect is null || caller.Dialects is not { } allowed || allowed.Contains(dialect.Name)
            ? null
            : new GatewayError(ErrorKind.Forbidden, $"This API key may not be used with the {dialect.Name} API.");
    }

    private IDialect? DialectOf(PathString path)
    {
        foreach (var dialect in _dialects)
        {
            if (dialect.Owns(path))
            {
                return dialect;
            }
        }

        return null;
    }

    private Task WriteErrorAsync(HttpContext context, GatewayError error)
    {
        if (DialectOf(context.Request.Path) is { } dialect)
        {
            return dialect.WriteErrorAsync(context, error);
        }

        return PlainError.WriteAsync(context, error);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Request} met a program error")]
    private static partial void LogFault(ILogger logger, string request, Exception exception);
}
