using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>The spine for pictures: admit → route → attempt → settle, as for chats.</summary>
public interface IImageGateway
{
    /// <summary>
    /// Has a picture made, and checks it. Refusals and failures are values; an exception is a program error.
    /// <see cref="Call.ServedBy"/> and <see cref="Call.Dropped"/> are set when this returns.
    /// </summary>
    /// <param name="cancellationToken">The client went away.</param>
    ValueTask<ImageResult> GenerateAsync(ImageCall call, CancellationToken cancellationToken);
}

/// <summary>One of the two.</summary>
public readonly record struct ImageResult(ImageResponse? Response, GatewayError? Error)
{
    public static implicit operator ImageResult(ImageResponse response) => new(response, null);

    public static implicit operator ImageResult(GatewayError error) => new(null, error);
}

/// <summary>
/// Looks at the pictures of strangers: decodes them, cuts them to a shape, encodes them anew. Done in a process of its own, because decoders of pictures are
/// what attacks are made for.
/// </summary>
public interface IDarkroom
{
    /// <summary>The picture without anything that came along with it, or why it is none. The error is a sentence about "the picture"; whose it is, the caller says.</summary>
    /// <param name="picture">Any bytes.</param>
    /// <param name="ratio">The shape to cut to where the picture is off by more than 1 %; absent for its own.</param>
    /// <param name="source"><c>provider/model</c> of who made it, for the label in the file.</param>
    ValueTask<(GeneratedImage? Image, GatewayError? Error)> DevelopAsync(
        ReadOnlyMemory<byte> picture, AspectRatio? ratio, string source, CancellationToken cancellationToken);
}
