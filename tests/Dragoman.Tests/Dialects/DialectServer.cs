using System.Net.Http.Headers;
using System.Text;
using Dragoman.Dialects;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Policies.RateLimiting;
using Dragoman.Routing;
using Dragoman.Tests.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Dragoman.Tests.Dialects;

/// <summary>
/// A dialect alone on Kestrel: the gateway behind it is a fake, and the key check in front of it lets all in but <c>Authorization: Bearer nobody</c>, as
/// a live key or, with <c>Bearer test</c>, as a test key.
/// </summary>
internal sealed class DialectServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _path;

    private DialectServer(WebApplication app, FakeChatGateway gateway, FakeImages images, string path)
    {
        _app = app;
        Images = images;
        _path = path;
        Gateway = gateway;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public FakeChatGateway Gateway { get; }

    public FakeImages Images { get; }

    public HttpClient Client { get; }

    /// <param name="path">Of the endpoint that <see cref="PostAsync(string, string?)"/> calls.</param>
    /// <param name="settings">What the operator set, as JSON.</param>
    public static async Task<DialectServer> StartAsync(
        Func<DialectServices, IDialect> create, DialectDefinition definition, string path, string settings = "{}", IRateLimits? rateLimits = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var gateway = new FakeChatGateway();
        var images = new FakeImages();
        var snapshot = Settings.CompileFor(definition, settings);
        var dialect = create(new DialectServices(
            gateway, () => snapshot, rateLimits ?? new RateLimitPolicy(TimeProvider.System), TimeProvider.System)
        {
            Images = new ImageServices(images, new ImagePublication(images, images, () => snapshot, TimeProvider.System)),
        });
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers.Authorization != "Bearer nobody")
            {
                context.Features.Set(new Caller("k1", "test", context.Request.Headers.Authorization == "Bearer test" ? KeyMode.Test : KeyMode.Live));
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
        return new DialectServer(app, gateway, images, path);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string? contentType = "application/json") =>
        PostAsync(Encoding.UTF8.GetBytes(body), contentType);

    public async Task<HttpResponseMessage> PostAsync(byte[] body, string? contentType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return await Client.PostAsync(_path, content);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
