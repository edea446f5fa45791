using System.Net;
using Dragoman.Dialects;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>The door: which routes need a key, and which keys open it.</summary>
public sealed class KeyTests
{
    private static readonly string[] OpenRoutes =
        ["/api-reference/v1/v1.0.1_openapi.json", "/api-reference/v1/v1.1.0_openapi.json", "/v20241104/openapi.json", "/healthz", "/readyz"];

    [Fact]
    public async Task Routes_WithoutAKey_OnlyTheListedOnesAnswer()
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Client.DefaultRequestHeaders.Authorization = null;
        var endpoints = gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        endpoints.ShouldNotBeEmpty();

        foreach (var endpoint in endpoints)
        {
            var path = endpoint.RoutePattern.RawText!;
            path = path.StartsWith('/') ? path : "/" + path;
            var isOpen = endpoint.Metadata.GetMetadata<OpenRoute>() is not null;
            isOpen.ShouldBe(OpenRoutes.Contains(path), path);
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                using var response = await gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
                (response.StatusCode == HttpStatusCode.Unauthorized).ShouldBe(!isOpen, $"{method} {path}");
            }
        }
    }

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
}
