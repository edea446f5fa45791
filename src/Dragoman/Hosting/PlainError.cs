using System.Text.Json;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Hosting;

/// <summary>An error on a path that belongs to no dialect.</summary>
internal sealed record PlainError(PlainErrorBody Error)
{
    public static Task WriteAsync(HttpContext context, GatewayError error)
    {
        context.Response.StatusCode = error.HttpStatus;
        var body = new PlainErrorBody(JsonNamingPolicy.SnakeCaseLower.ConvertName(error.Kind.ToString()), error.Message);
        return context.Response.WriteAsJsonAsync(new PlainError(body), HostingJson.Default.PlainError, cancellationToken: context.RequestAborted);
    }
}

internal sealed record PlainErrorBody(string Type, string Message);
