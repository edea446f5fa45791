namespace Dragoman.Starter.Http;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>: the models that are served.</summary>
internal static class ModelEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/v1/models", (HttpContext http) =>
        {
            EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
            return http.Response.WriteAsJsonAsync(new ModelList("list", [.. host.Names.Select(name => Entry(host, name))]), WireJson.Default.ModelList);
        });
        app.MapGet("/v1/models/{**id}", (HttpContext http) =>
        {
            EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
            return http.Request.RouteValues["id"] is string name && host.Names.Contains(name, StringComparer.Ordinal)
                ? http.Response.WriteAsJsonAsync(Entry(host, name), WireJson.Default.ModelEntry)
                : new ApiError(404, "This engine serves another model.", ApiError.InvalidRequest, "model", "model_not_found").WriteAsync(http);
        });
    }

    private static ModelEntry Entry(EngineHost host, string name) => new(name, "model", host.Started, "dragoman-starter");
}

/// <summary><c>GET /health</c>: 200 once all that is served is loaded, 503 before. Needs no key.</summary>
internal static class HealthEndpoints
{
    public static void Map(WebApplication app) => app.MapGet("/health", (HttpContext http) =>
    {
        EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
        http.Response.StatusCode = host.IsLoaded ? 200 : 503;
        return http.Response.WriteAsJsonAsync(new Health(host.IsLoaded ? "ok" : "loading", Chat(host), Embedder(host), Pictures(host)), WireJson.Default.Health);
    });

    private static EngineHealth? Chat(EngineHost host) => host.Chat?.Engine is { } engine
        ? new EngineHealth(host.ModelName, engine.Slots, engine.ActiveCount, engine.WaitingCount, engine.ContextTokens)
        : null;

    private static EngineHealth? Embedder(EngineHost host) => host.Embedder is { } embedder
        ? new EngineHealth(host.EmbedderName, embedder.Engine.Threads, embedder.Engine.ActiveCount, embedder.Engine.WaitingCount, embedder.Model.Positions)
        : null;

    private static PictureHealth? Pictures(EngineHost host) => host.Pictures is { } engine
        ? new PictureHealth(
            engine.DevelopmentSlots.Count,
            engine.DevelopmentSlots.ActiveCount + engine.CompositionSlots.ActiveCount,
            engine.DevelopmentSlots.WaitingCount + engine.CompositionSlots.WaitingCount)
        : null;
}
