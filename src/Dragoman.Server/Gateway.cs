using Dragoman.Configuration;
using Dragoman.Dialects;
using Dragoman.Hosting;
using Dragoman.Keys;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Dragoman.Server.Admin;
using Dragoman.Server.Extraction;
using Dragoman.Server.Images;
using Dragoman.Server.Keys;
using Dragoman.Server.Knowledge;
using Dragoman.Server.Starter;
using Dragoman.Server.Storage;
using Microsoft.Extensions.Logging.Console;

namespace Dragoman.Server;

/// <summary>Builds the web application that <c>dragoman serve</c> runs and that tests run in the same way.</summary>
internal static class Gateway
{
    /// <param name="environment">Reads a variable of the environment.</param>
    /// <param name="configure">The last word on the builder; for tests.</param>
    /// <exception cref="InvalidDataException">Settings or state cannot be used; the message says why.</exception>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The database cannot be read or written; <see cref="Database.Describe"/> says why.</exception>
    public static WebApplication Build(
        string urls, string dataDirectory, Func<string, string?> environment, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var files = new SettingsFiles(DataDirectory.Open(dataDirectory));
        builder.Configuration.AddConfiguration(files.Read());
        AddLogging(builder);

        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseUrls(urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Configure(builder.Configuration.GetSection("Kestrel"));

            // Dialects bound their bodies themselves, after the key check and in their own words.
            kestrel.Limits.MaxRequestBodySize = null;
        });

        var keys = KeyDirectory.Open(files.DataDirectory);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(files);
        AddKeys(builder.Services, keys, environment);
        builder.Services.AddHostedService<DayCountKeeper>();
        builder.Services.AddSingleton<Welcome>();
        builder.Services.AddSingleton(StarterParts.Of(environment));
        builder.Services.AddSingleton(StarterOptions.Read(builder.Configuration.GetSection("Starter")));
        builder.Services.AddSingleton<StarterSupervisor>();
        builder.Services.AddSingleton<ILocalEngine>(services => services.GetRequiredService<StarterSupervisor>());
        builder.Services.AddHostedService(services => services.GetRequiredService<StarterSupervisor>());
        builder.Services.AddSingleton<EmbedderSupervisor>();
        builder.Services.AddSingleton<IEmbeddingEngine>(services => services.GetRequiredService<EmbedderSupervisor>());
        builder.Services.AddHostedService(services => services.GetRequiredService<EmbedderSupervisor>());
        builder.Services.AddSingleton<PictureSupervisor>();
        builder.Services.AddSingleton<IPictureEngine>(services => services.GetRequiredService<PictureSupervisor>());
        builder.Services.AddHostedService(services => services.GetRequiredService<PictureSupervisor>());
        builder.Services.AddSingleton<IDarkroom, Darkroom>();
        builder.Services.AddDragoman(environment);
        builder.Services.AddDragomanDocuments();
        builder.Services.AddKnowledge(files.DataDirectory);
        builder.Services.AddExtraction();
        builder.Services.AddImages(files.DataDirectory);
        builder.Services.AddSingleton<KeyEndpoints>();
        builder.Services.AddSingleton<IDialect, AdminApi>();

        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseTrustedProxies(app.Services.GetRequiredService<SnapshotSource>().Current.Public.TrustedProxies);
        app.MapDragoman();
        app.Services.GetRequiredService<PublishedImageEndpoint>().Map(app);
        app.MapMethods("/healthz", ["GET", "HEAD"], () => Results.Text("ok")).WithMetadata(OpenRoute.Instance);
        app.MapMethods("/readyz", ["GET", "HEAD"], () => Results.Text("ready")).WithMetadata(OpenRoute.Instance);

        // Read now, so that a mistake in the settings or a damaged database ends the start and not the first call.
        _ = app.Services.GetRequiredService<SnapshotSource>();
        _ = app.Services.GetRequiredService<StartKeys>();
        return app;
    }

    private static void AddKeys(IServiceCollection services, KeyDirectory keys, Func<string, string?> environment)
    {
        services.AddSingleton(_ => keys.Database); // By a factory: what comes from one is disposed of at the end.
        services.AddSingleton(keys.Ring);
        services.AddSingleton<KeyFeed>();
        services.AddSingleton(provider => new KeyRules(provider.GetServices<DialectDefinition>().Select(dialect => dialect.Name)));
        services.AddSingleton<KeyStore>();
        services.AddSingleton(provider => new StartKeys(
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<KeyFeed>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StartKeys>>(),
            environment));
        services.AddHostedService(provider => provider.GetRequiredService<StartKeys>());
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // A start that fails is told by the command, in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        // Standard output is for what a person or a script asked for.
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
