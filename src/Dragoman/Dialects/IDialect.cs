using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects;

/// <summary>
/// An API that clients already speak. One slice a dialect: it maps its endpoints and words every error on its paths, also those that arise before
/// an endpoint is reached (a bad key, an unknown path, a wrong method).
/// </summary>
public interface IDialect
{
    /// <summary>Lower case, e.g. <c>agentai</c>; in settings, metrics and the ledger.</summary>
    string Name { get; }

    /// <summary>Opened by admin keys alone, which open nothing else.</summary>
    bool IsForAdministrators => false;

    /// <summary>Whether a path is this dialect's, known endpoint or not.</summary>
    bool Owns(PathString path);

    void Map(IEndpointRouteBuilder endpoints);

    /// <summary>Answers with an error in the dialect's own shape; nothing has been sent before.</summary>
    Task WriteErrorAsync(HttpContext context, GatewayError error);
}
