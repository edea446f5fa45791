using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>HTTP as it is written on the wire: what no client library would send, with nothing tidied up on the way. Of version 1.0, whose answers come in one piece.</summary>
internal static class RawHttp
{
    /// <param name="target">The request's target, exactly as it shall arrive.</param>
    public static Task<RawAnswer> SendAsync(Uri server, string method, string target, string? key)
    {
        var authorization = key is null ? "" : $"Authorization: Bearer {key}\r\n";
        return SendAsync(server, $"{method} {target} HTTP/1.0\r\nHost: {server.Authority}\r\n{authorization}Content-Length: 0\r\n\r\n");
    }

    /// <summary>A body in chunks, which only version 1.1 has.</summary>
    /// <param name="chunks">With their lengths, exactly as they shall arrive.</param>
    public static Task<RawAnswer> PostChunksAsync(Uri server, string target, string key, string chunks) => SendAsync(
        server,
        $"POST {target} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        + $"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");

    private static async Task<RawAnswer> SendAsync(Uri server, string request)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.Host, server.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var answer = await new StreamReader(stream).ReadToEndAsync();
        var body = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        return new RawAnswer(int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture), answer[body..]);
    }
}

internal sealed record RawAnswer(int Status, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
