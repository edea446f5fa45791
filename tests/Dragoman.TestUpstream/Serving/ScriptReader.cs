using System.Text.Json;
using Dragoman.Testing.Wires;

namespace Dragoman.Testing.Serving;

internal sealed record ScriptLine(Func<RecordedRequest, bool>? Accepts, Reply Reply, int Times, bool Always);

/// <summary>
/// Replies as JSON; the README shows them. An unknown member is refused with its name, so that a slip in a script does not pass for a reply.
/// </summary>
internal sealed class ScriptReader(Func<string, Gate> gates)
{
    public IReadOnlyList<ScriptLine> Read(JsonElement root) =>
        root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(Line)] : [Line(root)];

    ScriptLine Line(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("A reply is a JSON object.");
        }

        var reply = Base(element);
        Func<RecordedRequest, bool>? accepts = null;
        var (times, always) = (1, false);
        foreach (var member in element.EnumerateObject())
        {
            var value = member.Value;
            switch (member.Name)
            {
                case "match":
                    accepts = Match(value);
                    break;
                case "times":
                    times = value.GetInt32();
                    break;
                case "always":
                    (times, always) = value.GetBoolean() ? (0, true) : (times, always);
                    break;
                default:
                    reply = Apply(reply, member.Name, value);
                    break;
            }
        }

        return new(accepts, reply, times, always);
    }

    /// <summary>What the reply is, before anything is hung on it.</summary>
    static Reply Base(JsonElement element) => element switch
    {
        _ when element.Get("error") is { } error => Reply.Error(ErrorOf(error)),
        _ when element.Get("raw") is { } raw => RawOf(raw),
        _ when element.Get("preset").Text() is { } preset => Preset(preset),
        _ when element.Get("blocked").Text() is { } reason => Reply.Blocked(reason),
        _ when element.Get("choices") is { ValueKind: JsonValueKind.Array } choices =>
            Reply.Several([.. choices.EnumerateArray().Select(c => c.GetString()!)]),
        _ when element.Get("deltas") is { ValueKind: JsonValueKind.Array } deltas =>
            Reply.Deltas([.. deltas.EnumerateArray().Select(d => d.GetString()!)]),
        _ when element.Get("refusal").Text() is { } refusal => Reply.Refusal(refusal),
        _ when element.Get("text").Text() is { } text => Reply.Text(text),
        _ when element.Get("picture").Text() is { } picture => Reply.Picture(Convert.FromBase64String(picture)),
        _ when element.Get("tools") is not null || element.Get("reasoning") is not null => new Reply(),
        _ => Reply.Default(),
    };

    Reply Apply(Reply reply, string name, JsonElement value) => name switch
    {
        "error" or "raw" or "preset" or "blocked" or "choices" or "deltas" or "refusal" or "text" or "picture" => reply,
        "atAddress" => value.GetBoolean() ? reply.AtAddress() : reply,
        "polls" => reply.AfterPolls(value.GetInt32()),
        "tools" => value.EnumerateArray().Aggregate(reply, (r, t) => r.WithTool(
            t.GetProperty("name").GetString()!, Arguments(t.GetProperty("arguments")), t.Get("id").Text())),
        "reasoning" => reply.WithReasoning(value.GetString()!, reply.Choices.IsEmpty ? null : reply.Choices[0].Signature),
        "finish" => reply.WithFinish(Enum.Parse<Finish>(value.GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)),
        "wireFinish" => reply.WithWireFinish(value.GetString()!),
        "usage" => reply.WithUsage(
            Number(value, "input"), Number(value, "output"), Number(value, "cached"), Number(value, "reasoning"), Number(value, "cacheWrite")),
        "model" => reply.WithModel(value.GetString()!),
        "headers" => value.EnumerateObject().Aggregate(reply, (r, h) => r.WithHeader(h.Name, h.Value.GetString()!)),
        "fault" => value.EnumerateObject().Aggregate(reply, (r, f) => Fault(r, f.Name, f.Value)),
        _ => throw new FormatException($"A reply has no member \"{name}\"."),
    };

    Reply Fault(Reply reply, string name, JsonElement value) => name switch
    {
        "reset" => value.GetBoolean() ? reply.Reset() : reply,
        "hold" => reply.HeldBy(gates(value.GetString()!)),
        "drip" => reply.DrippedBy(gates(value.GetString()!)),
        "stallAfter" => reply.StallAfter(value.GetInt32()),
        "truncateAfter" => reply.TruncateAfter(value.GetInt32()),
        "truncateMidChunk" => reply.TruncateMidChunk(value.GetInt32()),
        "resetAfter" => reply.ResetAfter(value.GetInt32()),
        "errorAfter" => value.ValueKind == JsonValueKind.Number
            ? reply.ErrorAfter(value.GetInt32())
            : reply.ErrorAfter(Number(value, "chunks"), value.Get("error") is { } error ? ErrorOf(error) : null),
        "withoutFinish" => value.GetBoolean() ? reply.WithoutFinish() : reply,
        "emptyFirst" => value.GetBoolean() ? reply.EmptyFirst() : reply,
        "pieces" => reply.InPieces(value.GetInt32()),
        _ => throw new FormatException($"There is no fault \"{name}\"."),
    };

    static Reply Preset(string name) => name switch
    {
        "malformed_json" => Reply.MalformedJson(),
        "html" => Reply.HtmlPage(),
        "garbage" => Reply.Garbage(),
        "empty" => Reply.EmptyBody(),
        "redirect" => Reply.Redirect(),
        "huge_json" => Reply.HugeJson(),
        "gzip_bomb" => Reply.GzipBomb(),
        "unauthorized" => Reply.Unauthorized(),
        "model_not_found" => Reply.ModelNotFound(),
        "rate_limited" => Reply.RateLimited("20"),
        "quota_exceeded" => Reply.QuotaExceeded(),
        "overloaded" => Reply.Overloaded(),
        "context_too_long" => Reply.ContextTooLong(),
        _ => throw new FormatException($"There is no preset \"{name}\"."),
    };

    static UpstreamError ErrorOf(JsonElement error) => new()
    {
        Status = error.Get("status").Int(),
        Type = error.Get("type").Text(),
        Code = error.Get("code").Text(),
        Param = error.Get("param").Text(),
        Message = error.Get("message").Text(),
        RetryAfter = error.Get("retryAfter") is { ValueKind: JsonValueKind.Number } seconds ? seconds.GetRawText() : error.Get("retryAfter").Text(),
    };

    static Reply RawOf(JsonElement raw)
    {
        var status = raw.Get("status").Int() ?? 200;
        var type = raw.Get("contentType").Text() ?? "application/json";
        var reply = raw.Get("bodyBase64").Text() is { } base64
            ? Reply.Raw(status, Convert.FromBase64String(base64), type)
            : Reply.Raw(status, raw.Get("body") is { ValueKind: JsonValueKind.Object } json ? json.GetRawText() : raw.Get("body").Text() ?? "", type);
        return raw.Get("headers").Members().Aggregate(reply, (r, h) => r.WithHeader(h.Name, h.Value.GetString()!));
    }

    static Func<RecordedRequest, bool> Match(JsonElement match)
    {
        var (model, path) = (match.Get("model").Text(), match.Get("path").Text());
        return request => (model is null || request.Model == model) && (path is null || request.Path == path);
    }

    static string Arguments(JsonElement arguments) =>
        arguments.ValueKind == JsonValueKind.String ? arguments.GetString()! : arguments.GetRawText();

    static int Number(JsonElement element, string name) => element.Get(name).Int() ?? 0;
}
