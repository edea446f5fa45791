using Dragoman.Model;
using Dragoman.Server.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Bodies that the server itself cannot make out, on the paths of every dialect.</summary>
public sealed class BodyTests
{
    [Theory]
    [InlineData("/v1/action/invoke_llm")]
    [InlineData("/v20241104/invoke-llm")]
    [InlineData("/admin/v1/keys")]
    public async Task Post_ChunksThatAreNone_Is400InTheDialect(string path)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var admin = await gateway.Services.GetRequiredService<KeyStore>().CreateAsync(new KeyDraft("admin", KeyMode.Admin), default);
        var key = path.StartsWith("/admin", StringComparison.Ordinal) ? admin.Secret : RunningGateway.Key;
        foreach (var chunks in (string[])["zz\r\n", "FFFFFFFFFFFFFFFF\r\n{}\r\n", "-1\r\n", "2\r\n{}{}\r\n"])
        {
            var answer = await RawHttp.PostChunksAsync(gateway.Client.BaseAddress!, path, key, chunks);
            answer.Status.ShouldBe(400, chunks);
            answer.Json.TryGetProperty("error", out _).ShouldBeTrue(answer.Body);
        }
    }
}
