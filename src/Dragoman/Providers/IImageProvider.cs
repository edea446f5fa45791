using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>A wire on which upstreams make pictures. Pure: a request in, what is sent out; bytes in, an answer out.</summary>
public interface IImageProvider : IAnswerReader<ImageAnswer>
{
    ImageFormat Format { get; }

    UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey);

    /// <summary>What is sent: style and ratio as the model's own parameters where it has them, else as words in the prompt.</summary>
    ImageBody Write(ImageRequest request, UpstreamTarget target);
}

/// <summary>A call as it is sent.</summary>
/// <param name="Members">Of a JSON object or a form, in order.</param>
/// <param name="Dropped">What of the request the model cannot be told, by the names of OpenAI's wire.</param>
public sealed record ImageBody(IReadOnlyList<KeyValuePair<string, object>> Members, bool IsForm, IReadOnlyList<string> Dropped);

/// <summary>What an upstream answered: pictures, a place to ask again, or an error told under status 200.</summary>
public readonly record struct ImageAnswer : IUpstreamAnswer
{
    public IReadOnlyList<UpstreamImage>? Images { get; init; }

    /// <summary>The picture is under way: to be asked for here after a while.</summary>
    public Uri? AskAgain { get; init; }

    public Usage? Usage { get; init; }

    public GatewayError? Error { get; init; }
}

/// <summary>A picture as bytes, or the address where it lies.</summary>
public sealed record UpstreamImage(ReadOnlyMemory<byte> Data, string? Url = null)
{
    public string? RevisedPrompt { get; init; }
}
