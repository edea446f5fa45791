using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>
/// One attempt at one upstream: write, send, read. Everything that can go wrong comes back as a value. Redirects are not followed: an upstream's
/// address is the operator's word and nobody else's.
/// </summary>
public sealed class UpstreamClient(Lazy<HttpMessageInvoker> transport, TimeProvider time)
{
    private const int LongestErrorBody = 256 * 1024;
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public UpstreamClient(HttpMessageInvoker http, TimeProvider time)
        : this(new Lazy<HttpMessageInvoker>(http), time)
    {
    }

    /// <summary>
    /// The transport that all upstreams share for the life of the process. Connections are pooled for each origin; none is ever closed because
    /// settings changed, so a call under way is never cut off.
    /// </summary>
    public static HttpMessageInvoker CreateTransport(TimeSpan connectTimeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        UseCookies = false,

        // A stream that nobody reads on is cut, not drained: what it still brings would be billed.
        ResponseDrainTimeout = TimeSpan.Zero,
        Proxy = new OutsideProxy(HttpClient.DefaultProxy),
        ActivityHeadersPropagator = null,
    });

    /// <summary>Sends a plain call of a chat and reads its whole answer.</summary>
    public async ValueTask<UpstreamAnswer> SendAsync(
        IChatProvider provider, ChatRequest request, UpstreamTarget target, UpstreamLimits limits, CancellationToken cancellationToken)
    {
        using var body = new PooledBuffer();
        provider.WriteBody(request, target, stream: false, body);
        var (answer, error) = await SendAsync(provider, target, JsonContent(body), limits, cancellationToken);
        return error is null ? answer : error;
    }

    /// <summary>Sends a call and reads its whole answer. The error, where there is no answer, is worded for the caller.</summary>
    /// <param name="content">Disposed of here.</param>
    internal ValueTask<(TAnswer Answer, GatewayError? Error)> SendAsync<TAnswer>(
        IAnswerReader<TAnswer> reader, UpstreamTarget target, HttpContent content, UpstreamLimits limits, CancellationToken cancellationToken)
        where TAnswer : struct, IUpstreamAnswer =>
        SendAsync(reader, target, Message(target, HttpMethod.Post, target.PlainUri, content), limits, cancellationToken);

    /// <summary>Asks an upstream how far it is with something, and reads the whole answer.</summary>
    /// <param name="place">Where; the credential goes there.</param>
    internal ValueTask<(TAnswer Answer, GatewayError? Error)> GetAsync<TAnswer>(
        IAnswerReader<TAnswer> reader, UpstreamTarget target, Uri place, UpstreamLimits limits, CancellationToken cancellationToken)
        where TAnswer : struct, IUpstreamAnswer =>
        SendAsync(reader, target, Message(target, HttpMethod.Get, place, null), limits, cancellationToken);

    private async ValueTask<(TAnswer Answer, GatewayError? Error)> SendAsync<TAnswer>(
        IAnswerReader<TAnswer> reader, UpstreamTarget target, HttpRequestMessage message, UpstreamLimits limits, CancellationToken cancellationToken)
        where TAnswer : struct, IUpstreamAnswer
    {
        using var sent = message;
        using var deadline = new Deadline(limits.TotalTimeout, time, cancellationToken);
        try
        {
            using var response = await transport.Value.SendAsync(message, deadline.Token);
            return response.IsSuccessStatusCode
                ? await ReadAnswerAsync(reader, target, response, limits, deadline.Token)
                : (default, await ReadErrorAsync(reader, target, response, deadline.Token));
        }
        catch (Exception e) when (IsExpected(e))
        {
            return (default, Explain(e, target, cancellationToken));
        }
    }

    /// <summary>A body of JSON, whose memory its writer keeps until the call is over.</summary>
    internal static HttpContent JsonContent(PooledBuffer body)
    {
        var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = Json;
        return content;
    }

    /// <summary>A part of a form. Its name is quoted, for not every server reads names that are not.</summary>
    internal static HttpContent FormPart(HttpContent content, string name, string? fileName = null)
    {
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = $"\"{name}\"",
            FileName = fileName is null ? null : $"\"{fileName}\"",
        };
        return content;
    }

    /// <summary>Opens a streamed call. The stream's first steps are not yet read.</summary>
    internal async ValueTask<(UpstreamStream? Stream, GatewayError? Error)> OpenAsync(
        IChatProvider provider, ChatRequest request, UpstreamTarget target, UpstreamLimits limits, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var deadline = new Deadline(
            limits.FirstByteTimeout < limits.TotalTimeout ? limits.FirstByteTimeout : limits.TotalTimeout, time, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            using var body = new PooledBuffer();
            provider.WriteBody(request, target, stream: true, body);
            using var message = Message(target, HttpMethod.Post, target.StreamUri, JsonContent(body));
            response = await transport.Value.SendAsync(message, deadline.Token);
            GatewayError? error = null;
            if (!response.IsSuccessStatusCode)
            {
                error = await ReadErrorAsync(provider, target, response, deadline.Token);
            }
            else if (Is(response, "text/html"))
            {
                throw new InvalidDataException("A page for people; the base URL is not an API's.");
            }
            else if (Is(response, "application/json"))
            {
                // An upstream that cannot stream answers whole; so does one that tells an error under status 200.
                (var answer, error) = await ReadAnswerAsync(provider, target, response, limits, deadline.Token);
                if (answer.Response is { } whole)
                {
                    return (UpstreamStream.Of(whole.ToSteps()), null);
                }
            }
            else
            {
                var bytes = await response.Content.ReadAsStreamAsync(deadline.Token);
                var stream = new UpstreamStream(
                    provider.OpenEventReader(), target, response, bytes, deadline, limits, time, startedAt, cancellationToken);
                (response, deadline) = (null, null);
                return (stream, null);
            }

            return (null, error);
        }
        catch (Exception e) when (IsExpected(e))
        {
            return (null, Explain(e, target, cancellationToken));
        }
        finally
        {
            response?.Dispose();
            deadline?.Dispose();
        }
    }

    internal static bool IsExpected(Exception e) =>
        e is HttpRequestException or OperationCanceledException or IOException or JsonException or InvalidDataException;

    /// <summary>
    /// What System.Text.Json throws beside its own exception over a value that is not what its reader asked for: a number that is none, half a
    /// surrogate pair in a string. Out of a provider's reader it is the upstream's fault like any other malformed answer.
    /// </summary>
    internal static bool IsMisread(Exception e) => e is InvalidOperationException or FormatException or OverflowException;

    /// <param name="callerGone">The token that fires when the client goes away, not when time runs out.</param>
    internal static GatewayError Explain(Exception e, UpstreamTarget target, CancellationToken callerGone) =>
        callerGone.IsCancellationRequested
            ? new GatewayError(ErrorKind.Canceled, "The client went away.") { Provider = target.ProviderName }
            : UpstreamErrors.Explain(new GatewayError(KindOf(e), ""), target);

    private static ErrorKind KindOf(Exception e) => e switch
    {
        // SocketsHttpHandler tells a connect time-out as a cancellation that nobody asked for.
        OperationCanceledException { InnerException: TimeoutException } => ErrorKind.UpstreamUnreachable,
        OperationCanceledException => ErrorKind.UpstreamTimeout,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } => ErrorKind.UpstreamUnreachable,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            ErrorKind.UpstreamInvalidResponse,
        JsonException or InvalidDataException => ErrorKind.UpstreamInvalidResponse,
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => ErrorKind.UpstreamStreamBroken,
        _ => ErrorKind.UpstreamFailed,
    };

    // HTTP/1.1 on purpose: the body is sent before the answer is read, so the pooled memory is never in use once SendAsync is back.
    private static HttpRequestMessage Message(UpstreamTarget target, HttpMethod method, Uri uri, HttpContent? content)
    {
        var message = new HttpRequestMessage(method, uri) { Content = content };
        for (var i = 0; i < target.Headers.Count; i++)
        {
            message.Headers.TryAddWithoutValidation(target.Headers[i].Key, target.Headers[i].Value);
        }

        return message;
    }

    private static async ValueTask<(TAnswer Answer, GatewayError? Error)> ReadAnswerAsync<TAnswer>(
        IAnswerReader<TAnswer> reader, UpstreamTarget target, HttpResponseMessage response, UpstreamLimits limits, CancellationToken cancellationToken)
        where TAnswer : struct, IUpstreamAnswer
    {
        using var body = await BodyReader.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), limits.MaxResponseBytes, cancellationToken)
            ?? throw new InvalidDataException("The answer is longer than allowed.");
        var answer = Read(reader, body);
        return answer.Error is { } error ? (default, UpstreamErrors.Explain(error, target)) : (answer, null);
    }

    private static TAnswer Read<TAnswer>(IAnswerReader<TAnswer> reader, PooledBuffer body)
        where TAnswer : struct, IUpstreamAnswer
    {
        try
        {
            return reader.ReadResponse(body.WrittenSpan);
        }
        catch (Exception e) when (IsMisread(e))
        {
            throw new InvalidDataException("The answer could not be read.", e);
        }
    }

    private static bool Is(HttpResponseMessage response, string mediaType) =>
        string.Equals(response.Content.Headers.ContentType?.MediaType, mediaType, StringComparison.OrdinalIgnoreCase);

    private async ValueTask<GatewayError> ReadErrorAsync<TAnswer>(
        IAnswerReader<TAnswer> reader, UpstreamTarget target, HttpResponseMessage response, CancellationToken cancellationToken)
        where TAnswer : struct, IUpstreamAnswer
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            return UpstreamErrors.Misread(string.Create(CultureInfo.InvariantCulture, $"It was a redirect (HTTP {status}), which is not followed."), target);
        }

        using var body = await BodyReader.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), LongestErrorBody, cancellationToken);
        var error = reader.ReadError(status, body is null ? [] : body.WrittenSpan);
        var explained = UpstreamErrors.Explain(error with { RetryAfter = RetryAfter(response) ?? error.RetryAfter }, target);
        return error.Message.Length > 0
            ? explained
            : explained with { Message = string.Create(CultureInfo.InvariantCulture, $"{explained.Message} It gave no reason (HTTP {status}).") };
    }

    /// <summary>The wait that the upstream asks for, in seconds or as a date; one that is absurd is none.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - time.GetUtcNow();
        return wait is { } delay && delay > TimeSpan.Zero && delay <= TimeSpan.FromDays(1) ? delay : null;
    }

    /// <summary>The proxy of the environment (HTTPS_PROXY), but never for a program on this machine.</summary>
    private sealed class OutsideProxy(IWebProxy proxy) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => proxy.Credentials;
            set => proxy.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
    }
}
