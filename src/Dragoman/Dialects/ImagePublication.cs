using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>Puts pictures where the client can see them.</summary>
/// <param name="settings">Gives the settings in force.</param>
internal sealed class ImagePublication(IDarkroom darkroom, IImagePublisher publisher, Func<GatewaySnapshot> settings)
{
    private static readonly GatewayError NotShown = new(ErrorKind.UpstreamInvalidResponse, "The provider's picture is of a kind that cannot be shown.");

    /// <summary>The absolute address of a picture, once it is stored.</summary>
    public async ValueTask<(string? Url, GatewayError? Error)> PublishAsync(HttpContext context, GeneratedImage image)
    {
        var (address, error) = await publisher.PublishAsync(image, context.RequestAborted);
        return address is null ? (null, error) : (PublicAddress.Of(context, address, settings().Public).AbsoluteUri, null);
    }

    /// <summary>
    /// The same answer with addresses in place of its pictures. One that cannot be shown is taken out and counted as lost; where the answer holds nothing
    /// else, that is the error.
    /// </summary>
    /// <param name="answer">Has pictures in its first choice.</param>
    /// <param name="source"><c>provider/model</c> of who made the answer.</param>
    public async ValueTask<ShownAnswer> ShowAsync(HttpContext context, ChatResponse answer, string source)
    {
        var choice = answer.Choices[0];
        var parts = new List<ContentPart>();
        GatewayError? failure = null;
        foreach (var part in choice.Message.Parts)
        {
            if (part is not ImagePart image)
            {
                parts.Add(part);
                continue;
            }

            // An address of the provider's own is not passed on: what lies there is neither looked at nor kept.
            var (url, error) = image.Data.IsEmpty ? (null, NotShown) : await ShowAsync(context, image.Data, source);
            if (url is null)
            {
                failure ??= error;
            }
            else
            {
                parts.Add(new ImagePart { Url = url });
            }
        }

        if (failure is not null && !parts.Any(part => part is TextPart { Text.Length: > 0 } or ImagePart))
        {
            return new ShownAnswer(null) { Error = failure };
        }

        return new ShownAnswer(answer with { Choices = [choice with { Message = choice.Message with { Parts = parts } }, .. answer.Choices.Skip(1)] })
        {
            IsPictureLost = failure is not null,
        };
    }

    private async ValueTask<(string? Url, GatewayError? Error)> ShowAsync(HttpContext context, ReadOnlyMemory<byte> data, string source)
    {
        var (image, error) = await darkroom.DevelopAsync(data, ratio: null, source, context.RequestAborted);
        return image is null ? (null, error) : await PublishAsync(context, image);
    }
}

/// <param name="Answer">With pictures by their addresses; absent where nothing of it could be shown.</param>
internal readonly record struct ShownAnswer(ChatResponse? Answer)
{
    /// <summary>Why there is no answer.</summary>
    public GatewayError? Error { get; init; }

    /// <summary>A picture is missing in it.</summary>
    public bool IsPictureLost { get; init; }
}
