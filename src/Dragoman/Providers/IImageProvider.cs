using System.Text.Json.Nodes;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>A wire on which upstreams make pictures. Pure: a request in, what is sent out; bytes in, an answer out.</summary>
public interface IImageProvider : IAnswerReader<ImageAnswer>
{
    ImageFormat Format { get; }

    UpstreamTarget Locate(Vendor vendor, string providerName, Uri baseUri, string model, string? apiKey);

    /// <summary>What is sent: style and shape as the model's own parameters where it has them, else as words in the prompt.</summary>
    ImageBody Write(ImageRequest request, UpstreamTarget target);

    /// <summary>Where a picture that is under way is asked for, with the credential of <paramref name="target"/>. Wires that answer at once have no such place.</summary>
    Uri PlaceOf(PendingImage pending, UpstreamTarget target) => throw new NotSupportedException("This wire answers at once.");
}

/// <summary>A call as it is sent.</summary>
/// <param name="Members">Of a JSON object, or of a form where each is plain text.</param>
/// <param name="Dropped">What of the request the model cannot be told, by the names of OpenAI's wire.</param>
public sealed record ImageBody(JsonObject Members, IReadOnlyList<string> Dropped)
{
    public bool IsForm { get; init; }

    /// <summary>The size that is asked for, where one is.</summary>
    public ImageSize? Size { get; init; }
}

/// <summary>What an upstream answered: pictures, that one is under way, or an error told under status 200.</summary>
public readonly record struct ImageAnswer : IUpstreamAnswer
{
    /// <summary>At least one, unless one of the others is there.</summary>
    public IReadOnlyList<UpstreamImage>? Images { get; init; }

    public PendingImage? Pending { get; init; }

    public Usage? Usage { get; init; }

    public GatewayError? Error { get; init; }

    public static implicit operator ImageAnswer(GatewayError error) => new() { Error = error };
}

/// <summary>A picture that is to be asked for again after a while.</summary>
/// <param name="Address">Where, as the upstream says; it may say anything.</param>
public sealed record PendingImage(string Id, string? Address);

/// <summary>A picture as bytes, or the address where it lies.</summary>
public sealed record UpstreamImage(ReadOnlyMemory<byte> Data, string? Url = null)
{
    /// <summary>The prompt as the model rewrote it for itself, where it tells.</summary>
    public string? RevisedPrompt { get; init; }

    /// <summary>At an address; a <c>data:</c> one holds the picture itself.</summary>
    public static UpstreamImage At(string url) =>
        DataUri.TryRead(url, out _, out var data) ? new UpstreamImage(data) : new UpstreamImage(default, url);
}
