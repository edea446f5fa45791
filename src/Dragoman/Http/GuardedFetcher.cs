using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Dragoman.Http;

/// <summary>
/// Fetches what a caller names by its address: the one way in which a caller can make the gateway talk to a stranger. Each connection is made to an
/// address that the guard has judged just before, whatever the name says a moment later.
/// </summary>
internal sealed class GuardedFetcher(IEgressNetwork network, TimeProvider time)
{
    private const int MostRedirects = 5;

    /// <summary>In characters; what browsers and servers take at most is about as long.</summary>
    private const int LongestAddress = 8 * 1024;

    /// <summary>Fetches into memory.</summary>
    /// <param name="bytes">What is in it after a failure is of no use.</param>
    public ValueTask<FetchResult> FetchAsync(
        string address, PooledBuffer bytes, EgressGuard guard, FetchLimits limits, CancellationToken cancellationToken) =>
        FetchAsync(address, bytes, null, guard, limits, cancellationToken);

    /// <summary>Fetches to a stream, piece by piece. What the stream throws, but for a cancellation, goes to the caller.</summary>
    /// <param name="destination">Stays open. After a failure it may have been given a part.</param>
    public async ValueTask<FetchResult> FetchAsync(
        string address, Stream destination, EgressGuard guard, FetchLimits limits, CancellationToken cancellationToken)
    {
        using var piece = new PooledBuffer(16 * 1024);
        return await FetchAsync(address, piece, destination, guard, limits, cancellationToken);
    }

    private async ValueTask<FetchResult> FetchAsync(
        string address, PooledBuffer buffer, Stream? destination, EgressGuard guard, FetchLimits limits, CancellationToken callerGone)
    {
        if (address.Length > LongestAddress || !Uri.TryCreate(address, UriKind.Absolute, out var target) || !IsFetchable(target))
        {
            return Failed(FetchFailureKind.InvalidAddress);
        }

        using var deadline = new Deadline(limits.Timeout, time, callerGone);
        var way = new Way(network, guard, time, deadline.Token);
        using var http = way.Open();
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                using var message = Message(target);
                using var response = await http.SendAsync(message, deadline.Token);
                if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
                {
                    return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NonAuthoritativeInformation
                        ? await ReadAsync(target, response, buffer, destination, limits.MaxBytes, deadline.Token)
                        : Failed(FetchFailureKind.UnexpectedStatus, response.StatusCode);
                }

                if (redirects == MostRedirects)
                {
                    return Failed(FetchFailureKind.TooManyRedirects);
                }

                if (Follow(target, location) is not { } next)
                {
                    return Failed(FetchFailureKind.RefusedRedirect);
                }

                target = next;
            }
        }
        catch (Exception e) when (deadline.IsCancellationRequested && e is OperationCanceledException or HttpRequestException)
        {
            return Failed(callerGone.IsCancellationRequested ? FetchFailureKind.Canceled
                : way.IsConnecting ? FetchFailureKind.Unreachable
                : FetchFailureKind.TimedOut);
        }
        catch (HttpRequestException e)
        {
            return Failed(way.IsConnecting || e.HttpRequestError is HttpRequestError.SecureConnectionError
                ? FetchFailureKind.Unreachable
                : FetchFailureKind.InvalidAnswer);
        }
    }

    /// <summary>
    /// An address that names a host and nothing else. Whether the host may be asked is not seen here: every way of writing 127.0.0.1 becomes an
    /// address in the end, and that is judged.
    /// </summary>
    private static bool IsFetchable(Uri target)
    {
        // No fetch has credentials, and a user's name is how one host is made to look like another.
        if ((target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)
            || target.UserInfo.Length > 0
            || target.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
        {
            return false;
        }

        try
        {
            return !target.IdnHost.Contains('%', StringComparison.Ordinal); // A zone: an address of this machine's links.
        }
        catch (UriFormatException)
        {
            return false; // Not to be written in Punycode.
        }
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Where a redirect leads; absent where it is not followed there.</summary>
    internal static Uri? Follow(Uri from, Uri location) =>
        Uri.TryCreate(from, location, out var to) && IsFetchable(to) && (to.Scheme == Uri.UriSchemeHttps || from.Scheme == Uri.UriSchemeHttp)
            ? to
            : null;

    // HTTP/1.1, so that a connection serves one request at a time and nothing is pushed.
    private static HttpRequestMessage Message(Uri target)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, target) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        message.Headers.TryAddWithoutValidation("User-Agent", "Dragoman"); // Some hosts refuse a request without.
        message.Headers.TryAddWithoutValidation("Accept", "*/*");
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br");
        return message;
    }

    private static async ValueTask<FetchResult> ReadAsync(
        Uri target, HttpResponseMessage response, PooledBuffer buffer, Stream? destination, long maxBytes, CancellationToken deadline)
    {
        var headers = response.Content.Headers;
        if (headers.ContentLength > maxBytes)
        {
            return Failed(FetchFailureKind.TooLarge);
        }

        // Of the wire, too: an unpacker can be fed for ever without a byte coming out.
        using var packed = new BoundedStream(await response.Content.ReadAsStreamAsync(deadline), maxBytes);
        using var body = Unpack(packed, headers.ContentEncoding);
        if (body is null)
        {
            return Failed(FetchFailureKind.InvalidAnswer);
        }

        var length = 0L;
        while (true)
        {
            var piece = buffer.GetMemory(4096);
            int read;
            try
            {
                read = await body.ReadAsync(piece, deadline);
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                deadline.ThrowIfCancellationRequested();
                return Failed(packed.IsOver ? FetchFailureKind.TooLarge : FetchFailureKind.InvalidAnswer);
            }

            length += read;
            if (length > maxBytes)
            {
                return Failed(FetchFailureKind.TooLarge);
            }

            if (read == 0)
            {
                return new Fetched(target, headers.ContentType?.MediaType, headers.ContentType?.CharSet, length);
            }

            if (destination is null)
            {
                buffer.Advance(read);
            }
            else
            {
                await destination.WriteAsync(piece[..read], deadline);
            }
        }
    }

    /// <summary>The body without its coding (RFC 9110, 8.4.1); absent where the coding was not asked for, which a coding upon a coding is not.</summary>
    private static Stream? Unpack(Stream packed, ICollection<string> codings) => codings.Count == 0 ? packed
        : codings.Count > 1 ? null
        : codings.First().ToLowerInvariant() switch
        {
            "identity" => packed,
            "gzip" or "x-gzip" => new GZipStream(packed, CompressionMode.Decompress),
            "deflate" => new ZLibStream(packed, CompressionMode.Decompress),
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            _ => null,
        };

    // The last is what Brotli's unpacker throws over bytes that are not Brotli.
    private static bool IsUnreadable(Exception e) =>
        e is HttpRequestException or IOException or InvalidDataException or InvalidOperationException;

    private static FetchFailure Failed(FetchFailureKind kind, HttpStatusCode status = default) => new(kind, kind switch
    {
        FetchFailureKind.InvalidAddress => "The address is not an http or https address without user information.",
        FetchFailureKind.Unreachable => "The address could not be reached.",
        FetchFailureKind.TooManyRedirects => string.Create(CultureInfo.InvariantCulture, $"The address redirects more than {MostRedirects} times."),
        FetchFailureKind.RefusedRedirect => "The address redirects to one that is not followed.",
        FetchFailureKind.UnexpectedStatus => string.Create(CultureInfo.InvariantCulture, $"The address answered with HTTP status {(int)status}."),
        FetchFailureKind.TooLarge => "The address answered with more bytes than are taken.",
        FetchFailureKind.InvalidAnswer => "The address answered with something that could not be read.",
        FetchFailureKind.TimedOut => "The address did not answer in time.",
        FetchFailureKind.Canceled => "The client went away.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A failure without words."),
    });

    /// <summary>
    /// The connections of one fetch. Nothing of it outlives the fetch: no connection that was judged for one caller, or by exceptions that are no
    /// longer the operator's, serves another.
    /// </summary>
    private sealed class Way(IEgressNetwork network, EgressGuard guard, TimeProvider time, CancellationToken deadline)
    {
        private const int LongestHeaders = 32; // KiB, trailers included.

        private volatile bool _isConnecting;

        /// <summary>The last connection was begun and never made.</summary>
        public bool IsConnecting => _isConnecting;

        public HttpMessageInvoker Open() => new(new SocketsHttpHandler
        {
            ConnectCallback = async (context, _) => await ConnectAsync(context.InitialRequestMessage.RequestUri!, context.DnsEndPoint),
            ConnectTimeout = Timeout.InfiniteTimeSpan, // The deadline's business.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = LongestHeaders,
            ResponseDrainTimeout = TimeSpan.Zero,
            UseCookies = false,
            UseProxy = false, // A proxy would look the name up itself, and what it found could not be judged.
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions
            {
                // A certificate says where its issuer's is to be had, and the system would fetch that from anywhere.
                CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
            },
        });

        private async ValueTask<Stream> ConnectAsync(Uri target, DnsEndPoint host)
        {
            _isConnecting = true;
            var connection = await GuardedConnection.OpenAsync(network, guard, time, target, host.Host, host.Port, deadline);
            _isConnecting = false;
            return connection;
        }
    }
}
