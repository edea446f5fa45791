using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>Puts pictures where the client can see them.</summary>
internal sealed class ImagePublication(IDarkroom darkroom, IImagePublisher publisher, PublicAddress addresses)
{
    /// <summary>The absolute address of a picture, once it is stored.</summary>
    public async ValueTask<(string? Url, GatewayError? Error)> PublishAsync(HttpContext context, GeneratedImage image)
    {
        var (address, error) = await publisher.PublishAsync(image, context.RequestAborted);
        return address is null ? (null, error) : (addresses.Of(context, address).AbsoluteUri, null);
    }

    /// <summary>
    /// The same answer with addresses in place of its pictures' bytes. One that cannot be shown stays as it is; where the answer holds nothing else, that is
    /// the error.
    /// </summary>
    /// <param name="source"><c>provider/model</c> of who made the answer.</param>
    public async ValueTask<ChatResult> ShowAsync(HttpContext context, ChatResponse answer, string source)
    {
        if (answer.Choices is not [var choice, ..] || !choice.Message.Parts.Any(part => part is ImagePart { Data.IsEmpty: false }))
        {
            return answer;
        }

        ContentPart[] parts = [.. choice.Message.Parts];
        GatewayError? failure = null;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] is ImagePart { Data: { IsEmpty: false } data } image)
            {
                var (url, error) = await ShowAsync(context, data, source);
                failure ??= error;
                parts[i] = url is null ? image : new ImagePart { Url = url };
            }
        }

        return failure is not null && !parts.Any(part => part is TextPart { Text.Length: > 0 } or ImagePart { Data.IsEmpty: true })
            ? failure
            : answer with { Choices = [choice with { Message = choice.Message with { Parts = parts } }, .. answer.Choices.Skip(1)] };
    }

    private async ValueTask<(string? Url, GatewayError? Error)> ShowAsync(HttpContext context, ReadOnlyMemory<byte> data, string source)
    {
        var (image, error) = await darkroom.DevelopAsync(data, ratio: null, source, context.RequestAborted);
        return image is null ? (null, error) : await PublishAsync(context, image);
    }
}
