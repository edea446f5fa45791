using System.Globalization;
using Dragoman.Testing.Wires;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Dragoman.Testing.Serving;

/// <summary>One request: record, judge as the vendor would (key, body, model), take a reply from the script, deliver it.</summary>
internal sealed class UpstreamApplication(TestUpstreamOptions options) : IHttpApplication<HttpContext>
{
    static readonly OpenAIWire s_openAI = new();
    static readonly AnthropicWire s_anthropic = new();
    static readonly GeminiWire s_gemini = new();
    static readonly RerankWire s_rerank = new();
    static readonly TranscriptionWire s_transcription = new();

    readonly Gallery _gallery = new();
    readonly OpenAIEmbeddingsWire _embeddings = new(options.Dimensions);
    readonly CohereEmbeddingsWire _cohereEmbeddings = new(options.Dimensions);
    readonly GeminiEmbeddingsWire _geminiEmbeddings = new(options.Dimensions);
    static readonly (string Path, WireKind Kind)[] s_ends =
    [
        ("/embeddings", WireKind.Embeddings), ("/v2/embed", WireKind.CohereEmbeddings), ("/rerank", WireKind.Reranking),
        ("/audio/transcriptions", WireKind.Transcription), ("/images/generations", WireKind.Images),
    ];

    readonly Control _control = new();
    volatile bool _stopping;
    long _sequence;

    public RequestLog Log { get; } = new(options.Remembered);

    public Script Script { get; } = new();

    public void Stop() => _stopping = true;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        byte[] body;
        try
        {
            body = await ReadBodyAsync(context);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or BadHttpRequestException)
        {
            return;
        }

        if (options.ControlEndpoints && context.Request.Path.Value is ['/', '_', ..])
        {
            await _control.AnswerAsync(context, body, Script, Log);
            return;
        }

        var (kind, model) = WireOf(context.Request);
        var recorded = new RecordedRequest(kind, context.Request, body, options.Time.GetUtcNow()) { Model = model };
        var reply = Judge(recorded, out var ask);
        Log.Add(recorded);
        reply ??= Script.Take(recorded) ?? _gallery.Answer(recorded);
        await DeliverAsync(context, recorded, ask, reply);
    }

    async Task DeliverAsync(HttpContext context, RecordedRequest recorded, Ask ask, Reply? reply)
    {
        var delivery = new Delivery(context, recorded, options);

        // Kestrel also cancels when the fake itself breaks off or is stopped; only what is still pending then is the client's doing.
        await using var departure = context.RequestAborted.Register(
            () => Log.End(recorded, _stopping || delivery.BrokenOff ? RequestOutcome.BrokenOff : RequestOutcome.Aborted));
        try
        {
            var id = Interlocked.Increment(ref _sequence).ToString("x8", CultureInfo.InvariantCulture);
            await delivery.SendAsync(reply, ask, Of(recorded.Wire), id);
            Log.End(recorded, delivery.BrokenOff ? RequestOutcome.BrokenOff : RequestOutcome.Answered);
        }
        catch (TruncatedReplyException)
        {
            Log.End(recorded, RequestOutcome.BrokenOff);
            throw;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left; the registration above has told it.
        }
    }

    /// <summary>The vendor's own refusal as a reply, or null when the request is sound. Notes the model and the violations.</summary>
    Reply? Judge(RecordedRequest recorded, out Ask ask)
    {
        ask = new(recorded.Wire, recorded.Model);
        if (recorded.Wire == WireKind.None)
        {
            return null;
        }

        var wire = Of(recorded.Wire);
        var findings = new Findings(recorded.Wire, options.ExtraMembers);
        var refusal = KeyRefusal(recorded, wire, findings);
        if (recorded.Method == "POST")
        {
            if (wire.BodyOf(recorded) is { } body)
            {
                ask = wire.Read(recorded, body);
                recorded.Model = ask.Model;
                if (recorded.Json is not null && RecordedRequest.Parse(recorded.Body, allowDuplicates: false) is null)
                {
                    findings.Note("", "duplicate member");
                }

                var judged = wire.Check(recorded, body, findings);
                refusal ??= judged is { Waivable: true } && !options.RefuseUnknownOpenAIMembers ? null : judged;
            }
            else
            {
                findings.Note("", wire.ContentType == Forms.ContentType ? "not a form" : "not a JSON object");
                refusal ??= wire.NotJson;
            }

            if (recorded.Header("Content-Type")?.StartsWith(wire.ContentType, StringComparison.OrdinalIgnoreCase) != true)
            {
                findings.Note("Content-Type", $"not {wire.ContentType}");
            }

            if (options.OnlyListedModels && !options.Models.Contains(recorded.Model))
            {
                refusal ??= new() { Kind = ErrorKind.ModelNotFound };
            }
        }

        recorded.Violations = findings.All;
        return refusal is null ? null : Reply.Error(refusal);
    }

    UpstreamError? KeyRefusal(RecordedRequest recorded, Wire wire, Findings findings)
    {
        if (options.KeyOptional && wire.Key(recorded) is null)
        {
            return null;
        }

        var refusal = wire.CheckKey(recorded, key => options.Keys?.Contains(key) != false);
        if (refusal is not null)
        {
            findings.Note("key", wire.Key(recorded) is null ? "missing" : "refused");
        }

        return refusal;
    }

    /// <summary>The wire by the end of the path, so that a prefix such as <c>/openai/v1</c> is of no account.</summary>
    internal static (WireKind Kind, string Model) WireOf(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var post = HttpMethods.IsPost(request.Method);
        var models = path.LastIndexOf("/models/", StringComparison.Ordinal);
        var action = path.LastIndexOf(':');
        if (post && models >= 0 && action > models && path[action..] is ":generateContent" or ":streamGenerateContent" or ":batchEmbedContents")
        {
            return (path[action..] == ":batchEmbedContents" ? WireKind.GeminiEmbeddings : WireKind.Gemini, path[(models + 8)..action]);
        }

        if (post && s_ends.FirstOrDefault(end => path.EndsWith(end.Path, StringComparison.Ordinal)) is { Path: not null } known)
        {
            return (known.Kind, "");
        }

        if (post && path.EndsWith("/chat/completions", StringComparison.Ordinal))
        {
            const string Deployments = "/openai/deployments/";
            var at = path.IndexOf(Deployments, StringComparison.Ordinal);
            return at < 0 ? (WireKind.OpenAI, "") : (WireKind.Azure, path[(at + Deployments.Length)..^"/chat/completions".Length]);
        }

        if (post && path.EndsWith("/v1/messages", StringComparison.Ordinal))
        {
            return (WireKind.Anthropic, "");
        }

        if (post && path.Contains("/v1/flux-", StringComparison.Ordinal))
        {
            return (WireKind.Flux, path[(path.LastIndexOf('/') + 1)..]);
        }

        if (post && path.Contains("/v1/ideogram-", StringComparison.Ordinal) && path.EndsWith("/generate", StringComparison.Ordinal))
        {
            return (WireKind.Ideogram, path.Split('/')[^2]);
        }

        return HttpMethods.IsGet(request.Method) && path.EndsWith("/models", StringComparison.Ordinal)
            ? (path.Contains("/v1beta/", StringComparison.Ordinal) ? WireKind.Gemini
                : request.Headers.ContainsKey("anthropic-version") ? WireKind.Anthropic : WireKind.OpenAI, "")
            : (WireKind.None, "");
    }

    Wire Of(WireKind kind) => kind switch
    {
        WireKind.Embeddings => _embeddings,
        WireKind.CohereEmbeddings => _cohereEmbeddings,
        WireKind.GeminiEmbeddings => _geminiEmbeddings,
        WireKind.Reranking => s_rerank,
        WireKind.Transcription => s_transcription,
        WireKind.Images => new ImagesWire(_gallery),
        WireKind.Flux => new FluxWire(_gallery),
        WireKind.Ideogram => new IdeogramWire(_gallery),
        WireKind.Anthropic => s_anthropic,
        WireKind.Gemini => s_gemini,
        _ => s_openAI,
    };

    static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or 0 && !context.Request.Headers.ContainsKey("Transfer-Encoding"))
        {
            return [];
        }

        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 4096, 1 << 20));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }
}
