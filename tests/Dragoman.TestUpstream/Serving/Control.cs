using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dragoman.Testing.Wires;

namespace Dragoman.Testing.Serving;

/// <summary>
/// Scripting from other programs:
/// <c>POST /_script</c> (a JSON list of replies, see <see cref="ScriptReader"/>), <c>DELETE /_script</c>,
/// <c>GET /_requests</c>, <c>DELETE /_requests</c>, <c>POST /_gates/{name}?steps=1</c> or <c>?open=true</c>.
/// </summary>
internal sealed class Control
{
    readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    public async Task AnswerAsync(HttpContext context, byte[] body, Script script, RequestLog log)
    {
        var request = context.Request;
        switch (request.Method, request.Path.Value)
        {
            case ("POST", "/_script"):
                await PostScriptAsync(context, body, script);
                break;
            case ("DELETE", "/_script"):
                script.Clear();
                context.Response.StatusCode = 204;
                break;
            case ("GET", "/_requests"):
                await WriteAsync(context, 200, new JsonArray([.. log.Snapshot().Select(Describe)]));
                break;
            case ("DELETE", "/_requests"):
                log.Clear();
                context.Response.StatusCode = 204;
                break;
            case ("POST", { } path) when path.StartsWith("/_gates/", StringComparison.Ordinal):
                PassGate(request, GateOf(path["/_gates/".Length..]));
                context.Response.StatusCode = 204;
                break;
            default:
                await WriteAsync(context, 404, new JsonObject { ["error"] = $"There is no {request.Method} {request.Path}." });
                break;
        }
    }

    Gate GateOf(string name) => _gates.GetOrAdd(name, _ => new());

    static void PassGate(HttpRequest request, Gate gate)
    {
        if (request.Query["open"] == "true")
        {
            gate.Open();
        }
        else
        {
            gate.Release(int.TryParse(request.Query["steps"], NumberStyles.None, CultureInfo.InvariantCulture, out var steps) ? steps : 1);
        }
    }

    async Task PostScriptAsync(HttpContext context, byte[] body, Script script)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var lines = new ScriptReader(GateOf).Read(document.RootElement);
            foreach (var line in lines)
            {
                for (var i = 0; i < line.Times; i++)
                {
                    script.Once(line.Accepts, line.Reply);
                }

                if (line.Always)
                {
                    script.Always(line.Accepts, line.Reply);
                }
            }

            await WriteAsync(context, 200, new JsonObject { ["pending"] = script.Pending });
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            await WriteAsync(context, 400, new JsonObject { ["error"] = e.Message });
        }
    }

    static JsonNode Describe(RecordedRequest request) => new JsonObject
    {
        ["at"] = request.At.ToString("O", CultureInfo.InvariantCulture),
        ["wire"] = request.Wire.ToString(),
        ["method"] = request.Method,
        ["path"] = request.Path,
        ["query"] = request.QueryString,
        ["model"] = request.Model,
        ["outcome"] = request.Outcome.ToString(),
        ["status"] = request.Status,
        ["headers"] = new JsonObject(request.Headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value))),
        ["body"] = request.Json is { } json ? JsonNode.Parse(json.GetRawText()) : System.Text.Encoding.UTF8.GetString(request.Body.Span),
        ["violations"] = new JsonArray([.. request.Violations.Select(v => new JsonObject { ["where"] = v.Where, ["what"] = v.What })]),
    };

    static async Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Wire.Bytes(body, indented: true));
    }
}
