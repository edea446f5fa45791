using System.Net.Http.Headers;
using Dragoman.Model;
using Dragoman.Server.Keys;
using Dragoman.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Which keys open the door. Which doors there are: <see cref="RouteTests"/>.</summary>
public sealed class KeyTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("Authorization", "Bearer wrong")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "Basic dXNlcjpwYXNz")]
    [InlineData("Authorization", RunningGateway.Key)]
    [InlineData("X-API-Key", "wrong")]
    [InlineData("X-API-Key", "Bearer " + RunningGateway.Key)]
    public async Task InvokeLlm_BadKey_Is401InTheDialect(string? header, string? value)
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        if (header is not null)
        {
            gateway.Client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        }

        var answer = await gateway.InvokeAsync("Hello");

        answer.HttpStatus.ShouldBe(401);
        answer.Status.ShouldBe(401);
        answer.Response.ShouldBeNull();
        answer.Error.ShouldContain("key");
        answer.Headers["www-authenticate"].ShouldBe("Bearer");
    }

    [Theory]
    [InlineData("Authorization", "Bearer " + RunningGateway.Key)]
    [InlineData("Authorization", "bearer " + RunningGateway.Key)]
    [InlineData("X-API-Key", RunningGateway.Key)]
    public async Task InvokeLlm_GoodKey_IsLetIn(string header, string value)
    {
        // With the starter off there is no model, which only a caller who was let in is told.
        await using var gateway = await RunningGateway.StartAsync(settings: """{ "Starter": { "Enabled": false } }""");
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        gateway.Client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);

        (await gateway.InvokeAsync("Hello")).HttpStatus.ShouldBe(404);
    }

    [Fact]
    public async Task KeyWithAListOfModels_EachDialect_GetsThoseAndNothingElse()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI", "ANTHROPIC");
        var made = await gateway.Services.GetRequiredService<KeyStore>().CreateAsync(
            new KeyDraft("listed", KeyMode.Live) { Models = ["gpt4o", "anthropic/*"] }, TestContext.Current.CancellationToken);
        gateway.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Secret);

        (await gateway.InvokeAsync("Hello", "gpt4o")).ServedBy.ShouldBe("openai/gpt-4o");
        var refused = await gateway.InvokeAsync("Hello", "gpt-4o-mini");
        refused.HttpStatus.ShouldBe(403);
        refused.Error.ShouldBe("This API key may not use model gpt-4o-mini.");

        // "auto" is no listed name; of the models that it leads to Anthropic's is.
        (await gateway.InvokeAsync("Hello", "auto")).ServedBy.ShouldStartWith("anthropic/");
        var gainly = await gateway.PostAsync("""{"instruction":"Hello"}""", "/v20241104/invoke-llm");
        gainly.HttpStatus.ShouldBe(200, gainly.Body);
        gainly.ServedBy.ShouldStartWith("anthropic/");

        // Where that one fails, those that are not listed are not tried.
        var calls = upstream.Requests.Count;
        upstream.Enqueue(Reply.Error(503));
        (await gateway.InvokeAsync("Hello", "auto")).HttpStatus.ShouldBeGreaterThanOrEqualTo(500);
        upstream.Requests.Count.ShouldBe(calls + 1);
    }
}
