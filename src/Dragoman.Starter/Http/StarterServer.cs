using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Console;

namespace Dragoman.Starter.Http;

/// <summary>Builds the HTTP server: Kestrel, the key check, errors in OpenAI's shape, the endpoints.</summary>
internal static partial class StarterServer
{
    public const long MaxBodyBytes = 4 * 1024 * 1024;

    /// <summary>A server that listens nowhere yet. Nothing is read from files or the environment: the process has options of its own.</summary>
    /// <param name="options">Addresses and log level.</param>
    /// <param name="host">Shared with whoever loads the models.</param>
    /// <param name="key">Callers must send it; null lets everybody in.</param>
    public static WebApplication Build(StarterOptions options, EngineHost host, string? key)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls).ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        // Standard output is for the ready line alone.
        builder.Logging.SetMinimumLevel(options.LogLevel).AddFilter("Microsoft", Max(options.LogLevel, LogLevel.Warning)).AddSimpleConsole(c => c.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(c => c.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(host);

        WebApplication app = builder.Build();
        app.Use(HandleErrors);
        if (!string.IsNullOrEmpty(key))
        {
            byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(key));
            app.Use((http, next) => http.Request.Path == "/health" || HasKey(http, expected) ? next(http) : ApiError.Unauthorized.WriteAsync(http));
        }

        app.UseRouting();
        HealthEndpoints.Map(app);
        ModelEndpoints.Map(app);
        if (options.Model is not null)
        {
            ChatEndpoints.Map(app);
        }

        if (options.ServesEmbedder)
        {
            EmbeddingEndpoints.Map(app);
        }

        if (options.Vips is not null)
        {
            PictureEndpoints.Map(app);
        }

        if (options.ServesComposer)
        {
            ImageEndpoints.Map(app);
        }

        return app;
    }

    /// <summary>The address that a started server listens on, with its real port.</summary>
    public static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    // Endpoints may take more than the server's own limit.
    private static long MaxBody(HttpContext http) => http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? MaxBodyBytes;

    private static LogLevel Max(LogLevel a, LogLevel b) => a > b ? a : b;

    // Hashes have one length, so that the comparison tells nothing about the key's.
    private static bool HasKey(HttpContext http, byte[] expected)
    {
        const string Scheme = "Bearer ";
        string header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), expected);
    }

    private static async Task HandleErrors(HttpContext http, RequestDelegate next)
    {
        ApiError? error = null;
        try
        {
            await next(http);
            error = http.Response.HasStarted ? null : http.Response.StatusCode switch
            {
                404 => ApiError.NotFound(http.Request.Method, http.Request.Path),
                405 => ApiError.MethodNotAllowed(http.Request.Method, http.Request.Path),
                _ => null,
            };
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (RequestException e)
        {
            error = e.Error;
        }
        catch (BadHttpRequestException e)
        {
            error = e.StatusCode == 413 ? ApiError.TooLarge(MaxBody(http)) : ApiError.Invalid(null, "The request could not be read.");
        }
        catch (Exception e)
        {
            LogFailed(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StarterServer)), e, http.Request.Path);
            error = ApiError.Internal;
        }

        if (error is not null && !http.Response.HasStarted)
        {
            await error.WriteAsync(http);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string path);
}
