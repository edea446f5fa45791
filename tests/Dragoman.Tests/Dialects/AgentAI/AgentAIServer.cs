using System.Collections.Frozen;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dragoman.Dialects;
using Dragoman.Dialects.AgentAI;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Policies.RateLimiting;
using Dragoman.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Dragoman.Tests.Dialects.AgentAI;

/// <summary>The dialect alone on Kestrel: the gateway behind it is a fake, and the key check in front of it lets all in but <c>nobody</c>.</summary>
internal sealed class AgentAIServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AgentAIServer(WebApplication app, FakeChatGateway gateway)
    {
        _app = app;
        Gateway = gateway;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public FakeChatGateway Gateway { get; }

    public HttpClient Client { get; }

    public static async Task<AgentAIServer> StartAsync(int maxRequestBodyBytes = 32 * 1024 * 1024)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var gateway = new FakeChatGateway();
        var settings = new GatewaySnapshot
        {
            Providers = FrozenDictionary<string, ProviderSnapshot>.Empty,
            Upstream = new UpstreamLimits(),
            MaxRequestBodyBytes = maxRequestBodyBytes,
        };
        var dialect = new AgentAIDialect(new DialectServices(gateway, () => settings, new RateLimitPolicy(TimeProvider.System), TimeProvider.System));
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers.Authorization != "Bearer nobody")
            {
                context.Features.Set(new Caller("k1", "test", KeyMode.Live));
            }

            try
            {
                await next(context);
                gateway.Handled.TrySetResult();
            }
            catch (Exception exception)
            {
                gateway.Handled.TrySetException(exception);
                throw;
            }

            if (context.Response is { HasStarted: false, StatusCode: 404 or 405 } response && dialect.Owns(context.Request.Path))
            {
                var kind = response.StatusCode == 404 ? ErrorKind.NotFound : ErrorKind.MethodNotAllowed;
                await dialect.WriteErrorAsync(context, new GatewayError(kind, "A word of the host's."));
            }
        });
        app.UseRouting();
        dialect.Map(app);
        await app.StartAsync();
        return new AgentAIServer(app, gateway);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string? contentType = "application/json") =>
        PostAsync(Encoding.UTF8.GetBytes(body), contentType);

    public async Task<HttpResponseMessage> PostAsync(byte[] body, string? contentType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return await Client.PostAsync("/v1/action/invoke_llm", content);
    }

    /// <summary>Asserts the error envelope and gives its text.</summary>
    public static async Task<string> ErrorOfAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        using var json = JsonDocument.Parse(text);
        json.RootElement.EnumerateObject().Select(member => member.Name).ShouldBe(["status", "response", "error"]);
        json.RootElement.GetProperty("status").GetInt32().ShouldBe(status);
        json.RootElement.GetProperty("response").ValueKind.ShouldBe(JsonValueKind.Null);
        var error = json.RootElement.GetProperty("error").GetString();
        error.ShouldNotBeNullOrEmpty();
        return error;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Answers with what it was told to; by default with the instructions themselves.</summary>
internal sealed class FakeChatGateway : IChatGateway
{
    public Func<Call, CancellationToken, ValueTask<ChatResult>> Answer { get; set; } = static (call, _) =>
    {
        call.ServedBy = "openai/gpt-4o";
        return new(Text(call.Request.Messages[0].Text));
    };

    /// <summary>The first request is done with, or what the endpoint threw.</summary>
    public TaskCompletionSource Handled { get; } = new();

    public Call? LastCall { get; private set; }

    public static ChatResponse Text(string text, FinishReason reason = FinishReason.Stop) =>
        new() { Choices = [new ChatChoice(0, ChatMessage.OfText(ChatRole.Assistant, text), reason)] };

    public ValueTask<ChatResult> CompleteAsync(Call call, CancellationToken cancellationToken)
    {
        LastCall = call;
        return Answer(call, cancellationToken);
    }

    public ValueTask<ChatStreamResult> StreamAsync(Call call, CancellationToken cancellationToken) => throw new NotSupportedException();
}
