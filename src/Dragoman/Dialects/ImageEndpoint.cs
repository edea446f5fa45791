using System.Buffers;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

/// <summary>An endpoint that takes one JSON body to published pictures: what is the same in every dialect.</summary>
internal sealed class ImageEndpoint(IChatDialect dialect, DialectServices services, ImageReader read, ImageWriter write)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await EndpointRequest.OpenAsync(context, dialect, services) is not var (caller, settings, body, startedAt))
        {
            return;
        }

        ImageRead asked;
        using (body)
        {
            asked = read(body.WrittenSpan);
        }

        if (asked.Request is not { } request)
        {
            await dialect.WriteErrorAsync(context, asked.Error!);
            return;
        }

        if (services.Images is not { } images)
        {
            await dialect.WriteErrorAsync(context, new GatewayError(ErrorKind.ModelNotConfigured, "This server makes no pictures."));
            return;
        }

        // A picture that could not be kept is not paid for.
        if (images.Publication.FindObstacle() is { } obstacle)
        {
            await dialect.WriteErrorAsync(context, obstacle);
            return;
        }

        var urls = new List<string>();
        var call = new ImageCall(settings, dialect.Name, caller, request, startedAt)
        {
            Finish = (made, _) => PublishAsync(context, images.Publication, made, urls),
        };
        try
        {
            await AnswerAsync(context, images, call, urls, asked.Ignored);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be told.
        }
    }

    private static async ValueTask<GatewayError?> PublishAsync(HttpContext context, ImagePublication publication, ImageResponse made, List<string> urls)
    {
        foreach (var image in made.Images)
        {
            var (url, error) = await publication.PublishAsync(context, image);
            if (url is null)
            {
                return error;
            }

            urls.Add(url);
        }

        return null;
    }

    private async Task AnswerAsync(HttpContext context, ImageServices images, ImageCall call, List<string> urls, IgnoredMembers ignored)
    {
        var (answer, error) = await images.Gateway.GenerateAsync(call, context.RequestAborted);
        GatewayHeaders.Tell(context, call, ignored);
        if (error is not null)
        {
            await dialect.WriteErrorAsync(context, error);
            return;
        }

        dialect.SetRateLimits(context);
        using var output = new PooledBuffer();
        write(output, call.Request, answer!, urls);
        await JsonBody.SendAsync(context, output);
    }
}

/// <summary>Turns a body into the picture that is asked for, or into the reason for refusal. Pure.</summary>
internal delegate ImageRead ImageReader(ReadOnlySpan<byte> body);

/// <summary>Writes the body of an answer. Pure.</summary>
internal delegate void ImageWriter(IBufferWriter<byte> output, ImageRequest request, ImageResponse answer, IReadOnlyList<string> urls);

/// <param name="Request">What was asked; absent where the body was refused.</param>
/// <param name="Error">Why it was refused.</param>
internal readonly record struct ImageRead(ImageRequest? Request, GatewayError? Error)
{
    /// <summary>Members that the endpoint has no use for.</summary>
    public IgnoredMembers Ignored { get; init; }

    public static implicit operator ImageRead(ImageRequest request) => new(request, null);

    public static implicit operator ImageRead(GatewayError error) => new(null, error);
}
