using System.Buffers;
using Dragoman.Http;
using Dragoman.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.Gainly;

/// <summary>The dialect's paths, and the one endpoint that calls no model.</summary>
internal static class GainlyEndpoints
{
    public const string Version = "v20241104";
    public const string VersionPrefix = "/" + Version;
    public const string InvokeLlm = VersionPrefix + "/invoke-llm";
    public const string Document = VersionPrefix + "/openapi.json";
    public const string Versions = "/versions";

    private static readonly string[] Readable = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder endpoints, GainlyDialect dialect, ChatEndpoint invokeLlm)
    {
        endpoints.MapPost(InvokeLlm, invokeLlm.HandleAsync).WithDisplayName($"{dialect.Name} invoke-llm");
        endpoints.MapMethods(Versions, Readable, context => ListVersionsAsync(context, dialect)).WithDisplayName($"{dialect.Name} versions");
        OpenApiDocument.Load(typeof(GainlyEndpoints), $"{Version}_openapi.json").Map(endpoints, Document, $"{dialect.Name} OpenAPI {Version}");
    }

    private static async Task ListVersionsAsync(HttpContext context, GainlyDialect dialect)
    {
        dialect.SetRateLimits(context);
        using var body = new PooledBuffer(256);
        WriteVersions(body, isLive: context.Features.Get<Caller>() is { IsLive: true });
        await JsonBody.SendAsync(context, body);
    }

    /// <summary>
    /// <c>{"object":"versions_result","url":"/versions","data":[{"version":"v20241104"}],"livemode":false}</c>. Inferred: the documentation names the
    /// endpoint and shows no answer of it; this is the envelope that the other endpoints have.
    /// </summary>
    internal static void WriteVersions(IBufferWriter<byte> output, bool isLive)
    {
        var writer = JsonWriterCache.Rent(output);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "versions_result"u8);
        writer.WriteString("url"u8, Versions);
        writer.WriteStartArray("data"u8);
        writer.WriteStartObject();
        writer.WriteString("version"u8, Version);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteBoolean("livemode"u8, isLive);
        writer.WriteEndObject();
        JsonWriterCache.Return(writer);
    }
}
