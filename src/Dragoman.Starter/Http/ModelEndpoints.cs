namespace Dragoman.Starter.Http;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>: the one model there is.</summary>
internal static class ModelEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/v1/models", (HttpContext http) =>
        {
            EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
            return http.Response.WriteAsJsonAsync(new ModelList("list", [Entry(host)]), WireJson.Default.ModelList);
        });
        app.MapGet("/v1/models/{**id}", (HttpContext http) =>
        {
            EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
            return host.ModelName.Equals((string?)http.Request.RouteValues["id"], StringComparison.Ordinal)
                ? http.Response.WriteAsJsonAsync(Entry(host), WireJson.Default.ModelEntry)
                : new ApiError(404, "This engine serves another model.", ApiError.InvalidRequest, "model", "model_not_found").WriteAsync(http);
        });
    }

    private static ModelEntry Entry(EngineHost host) => new(host.ModelName, "model", host.Started, "dragoman-starter");
}

/// <summary><c>GET /health</c>: 200 once the model is loaded, 503 before. Needs no key.</summary>
internal static class HealthEndpoints
{
    public static void Map(WebApplication app) => app.MapGet("/health", (HttpContext http) =>
    {
        EngineHost host = http.RequestServices.GetRequiredService<EngineHost>();
        var engine = host.Chat?.Engine;
        http.Response.StatusCode = engine is null ? 503 : 200;
        Health health = engine is null
            ? new Health("loading", host.ModelName, 0, 0, 0, 0)
            : new Health("ok", host.ModelName, engine.Slots, engine.ActiveCount, engine.WaitingCount, engine.ContextTokens);
        return http.Response.WriteAsJsonAsync(health, WireJson.Default.Health);
    });
}
