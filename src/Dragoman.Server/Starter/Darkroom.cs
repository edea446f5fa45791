using System.Globalization;
using System.Net;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Server.Starter;

/// <summary>Has pictures looked at by the picture engine (<c>POST /v1/pictures</c>, docs/starter.md).</summary>
internal sealed class Darkroom(IPictureEngine engine, TimeProvider time) : IDarkroom, IDisposable
{
    // A picture is paid for: it is worth a second look when the engine has died, of another's picture perhaps, and waiting for when the engine is busy.
    private const int MaxDeaths = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(60);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });

    public async ValueTask<(GeneratedImage? Image, GatewayError? Error)> DevelopAsync(
        ReadOnlyMemory<byte> picture, AspectRatio? ratio, string source, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(LongestLook, time, cancellationToken);
        try
        {
            for (var deaths = 0; ;)
            {
                var (target, absent) = await engine.EnsureRunningAsync(deadline.Token);
                if (target is null)
                {
                    return (null, absent);
                }

                var (image, error, isBusy) = await TryAsync(target, picture, ratio, source, deadline.Token);
                if (error is not { Kind: ErrorKind.StarterUnavailable } || (!isBusy && ++deaths == MaxDeaths))
                {
                    return (image, error);
                }

                await Task.Delay(Pause, time, deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return (null, cancellationToken.IsCancellationRequested
                ? new GatewayError(ErrorKind.Canceled, "The client went away.")
                : Unavailable("the picture engine took too long."));
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<(GeneratedImage? Image, GatewayError? Error, bool IsBusy)> TryAsync(
        UpstreamTarget target, ReadOnlyMemory<byte> picture, AspectRatio? ratio, string source, CancellationToken cancellationToken)
    {
        // An engine tells where it would chat: /v1/chat/completions.
        var shape = ratio is { } wanted ? $"&ratio={wanted}" : "";
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(target.PlainUri, $"../pictures?source={Uri.EscapeDataString(source)}{shape}"))
        {
            Content = new ReadOnlyMemoryContent(picture),
        };
        foreach (var (name, value) in target.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.ExpectContinue = true; // What is refused for its length is not sent.

        try
        {
            using var response = await _http.SendAsync(message, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => (Read(response, body), null, false),
                HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge => (null, Refused(body, source), false),
                HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => (null, Unavailable("the picture engine is busy."), true),
                _ => (null, Unavailable("the picture engine failed."), false),
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, Unavailable("the picture engine ended unexpectedly."), false);
        }
    }

    private static GeneratedImage Read(HttpResponseMessage response, byte[] body) =>
        new(body, response.Content.Headers.ContentType!.MediaType!, Number(response, "x-picture-width"), Number(response, "x-picture-height"));

    private static int Number(HttpResponseMessage response, string header) =>
        int.Parse(response.Headers.GetValues(header).Single(), CultureInfo.InvariantCulture);

    /// <summary>The picture is none, or not a whole one; the engine's sentence says how.</summary>
    private static GatewayError Refused(byte[] body, string source)
    {
        using var json = JsonDocument.Parse(body);
        var reason = json.RootElement.GetProperty("error").GetProperty("message").GetString();
        return new GatewayError(ErrorKind.UpstreamInvalidResponse, reason!) { Provider = source.Split('/')[0] };
    }

    private static GatewayError Unavailable(string reason) =>
        new(ErrorKind.StarterUnavailable, $"The picture could not be looked at: {reason}") { Provider = Vendors.Starter };
}
