using Dragoman.Dialects;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Hosting;

public static class DragomanEndpoints
{
    /// <summary>The order in which a request passes: routing, the door (key check, words for errors), endpoint.</summary>
    public static WebApplication MapDragoman(this WebApplication app)
    {
        app.UseMiddleware<RequestGate>();
        foreach (var dialect in app.Services.GetServices<IDialect>())
        {
            dialect.Map(app);
        }

        return app;
    }
}
