using Dragoman.Http;
using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>Puts pictures where the client can see them.</summary>
/// <param name="settings">Gives the settings in force.</param>
internal sealed class ImagePublication(IDarkroom darkroom, IImagePublisher publisher, Func<GatewaySnapshot> settings, TimeProvider time)
{
    private static readonly TimeSpan LongestShow = TimeSpan.FromSeconds(60);

    private static readonly GatewayError NotShown = new(ErrorKind.UpstreamInvalidResponse, "The provider's picture is of a kind that cannot be shown.");

    /// <inheritdoc cref="IImagePublisher.FindObstacle"/>
    public GatewayError? FindObstacle() => publisher.FindObstacle();

    /// <summary>The absolute address of a picture, once it is stored.</summary>
    public async ValueTask<(string? Url, GatewayError? Error)> PublishAsync(HttpContext context, GeneratedImage image)
    {
        var (address, error) = await publisher.PublishAsync(image, context.RequestAborted);
        return address is null ? (null, error) : (PublicAddress.Of(context, address, settings().Public).AbsoluteUri, null);
    }

    /// <summary>
    /// What makes an answer of a chat one with addresses in place of its pictures. One that cannot be shown has neither address nor bytes then; where the answer
    /// holds nothing else, that is the error.
    /// </summary>
    public Func<ChatCall, ChatResponse, CancellationToken, ValueTask<ChatResult>> For(HttpContext context) => (call, answer, cancellationToken) =>
        answer.Choices is [var choice, ..] && HasImage(choice.Message.Parts) ? ShowAsync(context, call, answer, choice, cancellationToken) : new(answer);

    private async ValueTask<ChatResult> ShowAsync(HttpContext context, ChatCall call, ChatResponse answer, ChatChoice choice, CancellationToken callerGone)
    {
        using var deadline = new Deadline(LongestShow, time, callerGone);
        ContentPart[] parts = [.. choice.Message.Parts];
        GatewayError? failure = null;
        var shown = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] is ImagePart image)
            {
                // An address of the provider's own is not passed on: what lies there is neither looked at nor kept.
                var (url, error) = image.Data.IsEmpty || shown == ImageResponse.MostImages ? (null, NotShown) : await ShowAsync(context, image.Data, call.ServedBy ?? "", deadline.Token);
                callerGone.ThrowIfCancellationRequested();
                failure ??= error;
                shown += url is null ? 0 : 1;
                parts[i] = new ImagePart { Url = url };
            }
        }

        return failure is not null && shown == 0 && !parts.Any(part => part is TextPart { Text.Length: > 0 })
            ? failure
            : answer with { Choices = [choice with { Message = choice.Message with { Parts = parts } }, .. answer.Choices.Skip(1)] };
    }

    private async ValueTask<(string? Url, GatewayError? Error)> ShowAsync(HttpContext context, ReadOnlyMemory<byte> data, string source, CancellationToken cancellationToken)
    {
        var (image, error) = await darkroom.DevelopAsync(data, ratio: null, source, cancellationToken);
        return image is not null ? await PublishAsync(context, image)
            : (null, error!.Kind is ErrorKind.UpstreamInvalidResponse ? error with { Message = $"The provider's picture cannot be used. {error.Message}" } : error);
    }

    private static bool HasImage(IReadOnlyList<ContentPart> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is ImagePart)
            {
                return true;
            }
        }

        return false;
    }
}
