using Dragoman.Testing.Wires;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Dragoman.Testing.Serving;

/// <summary>
/// The cheapest answer that is still HTTP: drains the body, writes bytes that were made before. Works on Kestrel's features directly,
/// without an HttpContext.
/// </summary>
internal sealed class FixedApplication(IReadOnlyList<ReadOnlyMemory<byte>> pieces, string contentType) : IHttpApplication<IFeatureCollection>
{
    readonly ReadOnlyMemory<byte>[] _pieces = [.. pieces];

    public static FixedApplication Plain() => new(
        [
            """
            {"id":"chatcmpl-fixed","object":"chat.completion","created":1760000000,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant",
            "content":"The capital of France is Paris.","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],
            "usage":{"prompt_tokens":14,"completion_tokens":6,"total_tokens":20,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},
            "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}},"service_tier":"default","system_fingerprint":"fp_test"}
            """u8.ToArray(),
        ],
        "application/json");

    public static FixedApplication Stream(int chunks)
    {
        var ask = new Ask(WireKind.OpenAI, "gpt-4o") { Stream = true, IncludeUsage = true };
        var reply = Reply.Deltas([.. Enumerable.Repeat(" word", chunks)]);
        var turn = new Turn(ask, reply, "fixed", 1760000000) { Choices = reply.Choices, Usage = new(14, chunks) };
        var stream = new OpenAIWire().Stream(turn);
        return new([.. stream.Frames.Select(f => (ReadOnlyMemory<byte>)f.Bytes)], stream.ContentType!);
    }

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        var reader = context.Get<IRequestBodyPipeFeature>()!.Reader;
        while (true)
        {
            var read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        var headers = context.Get<IHttpResponseFeature>()!.Headers;
        headers.ContentType = contentType;
        var writer = context.Get<IHttpResponseBodyFeature>()!.Writer;
        if (_pieces.Length == 1)
        {
            headers.ContentLength = _pieces[0].Length;
            await writer.WriteAsync(_pieces[0]);
            return;
        }

        foreach (var piece in _pieces)
        {
            await writer.WriteAsync(piece);
        }
    }
}
