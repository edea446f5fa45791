using System.Text.Json;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>What an endpoint answers: a body, none, or an error.</summary>
internal readonly record struct Reply(int Status, Action<Utf8JsonWriter>? Body, GatewayError? Error)
{
    /// <summary>Where what was made can be looked at.</summary>
    public string? Location { get; init; }

    public static Reply Json(Action<Utf8JsonWriter> body, int status = StatusCodes.Status200OK) => new(status, body, null);

    public static Reply Empty(int status) => new(status, null, null);

    public static Reply NotFound { get; } = new GatewayError(ErrorKind.NotFound, "There is nothing of this id.");

    public static implicit operator Reply(GatewayError error) => new(error.HttpStatus, null, error);
}
