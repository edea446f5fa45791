using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Routing;

namespace Dragoman.Server.Images;

/// <summary>Pictures in a bucket: <c>{prefix}{day}/{name}</c>, by the day at whose end they can be deleted, so that the oldest come first in its listing.</summary>
internal sealed partial class S3ImageStore : IImageStore, IDisposable
{
    private const int DeletionsAtOnce = 4;

    private readonly S3Settings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<S3ImageStore> _log;
    private readonly AmazonS3Client _client;

    public S3ImageStore(S3Settings settings, TimeProvider time, ILogger<S3ImageStore> log)
    {
        _settings = settings;
        _time = time;
        _log = log;
        var config = new AmazonS3Config
        {
            ForcePathStyle = settings.UsesPathStyle,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            Timeout = TimeSpan.FromSeconds(20),
            MaxErrorRetry = 1,

            // Servers that only speak like Amazon's know no other checksums than those that must be.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,

            // Nothing that the settings do not say comes from files or from other variables of the machine.
            DefaultConfigurationMode = DefaultConfigurationMode.Standard,
            IgnoreConfiguredEndpointUrls = true,
        };
        if (settings.ServiceUrl is { } url)
        {
            config.ServiceURL = url.AbsoluteUri;
            config.AuthenticationRegion = settings.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        }

        AWSCredentials credentials = settings.SessionToken is { } token
            ? new SessionAWSCredentials(settings.AccessKey, settings.SecretKey, token)
            : new BasicAWSCredentials(settings.AccessKey, settings.SecretKey);
        _client = new AmazonS3Client(credentials, config);
    }

    /// <summary>None is known before the server is asked.</summary>
    public GatewayError? FindObstacle() => null;

    public async ValueTask<PublishResult> PutAsync(ImageName name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var array = MemoryMarshal.TryGetArray(data, out var segment) ? segment : data.ToArray();
        using var content = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        var request = new PutObjectRequest
        {
            BucketName = _settings.Bucket,
            Key = KeyOf(name),
            InputStream = content,
            ContentType = name.MediaType,
            UseChunkEncoding = false,
        };
        request.Headers.CacheControl = "public, immutable";
        request.Headers.Expires = name.ExpiresAt.UtcDateTime;
        request.Headers.ContentDisposition = "inline";
        try
        {
            await AskAsync(_client.PutObjectAsync(request, cancellationToken), cancellationToken);
            return _settings.IsPresigned ? Sign(name) : name.Path;
        }
        catch (IOException e)
        {
            LogFailed(_log, "stored", e.Message);
            return new GatewayError(ErrorKind.Internal, $"The picture could not be stored: {e.Message}.");
        }
    }

    public async ValueTask<OpenedImage> OpenAsync(ImageName name, CancellationToken cancellationToken)
    {
        try
        {
            var key = KeyOf(name);
            var response = await AskAsync(
                _client.GetObjectAsync(new GetObjectRequest { BucketName = _settings.Bucket, Key = key }, cancellationToken), cancellationToken);
            return new OpenedImage(new S3Picture(_client, _settings.Bucket, key, response), response.LastModified ?? DateTimeOffset.UnixEpoch, null);
        }
        catch (IOException e) when (e.InnerException is AmazonS3Exception { ErrorCode: "NoSuchKey" })
        {
            return default;
        }
        catch (IOException e)
        {
            LogFailed(_log, "read", e.Message);
            return new GatewayError(ErrorKind.Internal, $"The picture could not be read: {e.Message}.");
        }
    }

    public async IAsyncEnumerable<int> SweepAsync(DateTimeOffset now, int slice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var today = _settings.Prefix + ImageName.DayOf(now);
        var last = _settings.Prefix;
        var failures = new SweepFailures();
        bool isMore;
        do
        {
            var page = await AskAsync(
                _client.ListObjectsV2Async(
                    new ListObjectsV2Request { BucketName = _settings.Bucket, Prefix = _settings.Prefix, StartAfter = last, MaxKeys = slice }, cancellationToken),
                cancellationToken);
            var keys = page.S3Objects?.ConvertAll(found => found.Key) ?? [];
            var over = keys.FindAll(key => string.CompareOrdinal(key, today) < 0 && IsPicture(key));

            // One by one: for the deletion of many at once some servers want a checksum that Amazon's SDK no longer sends.
            var deleted = 0;
            await Parallel.ForEachAsync(
                over,
                new ParallelOptions { MaxDegreeOfParallelism = DeletionsAtOnce, CancellationToken = cancellationToken },
                async (key, stop) =>
                {
                    try
                    {
                        await AskAsync(_client.DeleteObjectAsync(_settings.Bucket, key, stop), stop);
                        Interlocked.Increment(ref deleted);
                    }
                    catch (IOException e)
                    {
                        failures.Add(e.Message);
                    }
                });
            yield return deleted;
            isMore = page.IsTruncated is true && keys.Count > 0 && string.CompareOrdinal(keys[^1], today) < 0;
            last = keys.LastOrDefault(last);
        }
        while (isMore);

        failures.ThrowIfAny();
    }

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// S3's own address of a picture, which everyone can follow until its time is over, or for as long as S3 signs: settings that were loaded since the start
    /// may give the picture a longer time than these allow. Made here, without asking the server.
    /// </summary>
    private Uri Sign(ImageName name)
    {
        // A second over the bound and S3 refuses; the SDK's clock and this one need not agree to the second.
        var latest = _time.GetUtcNow() + S3Settings.LongestPresigned - TimeSpan.FromMinutes(1);
        return new Uri(_client.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = _settings.Bucket,
            Key = KeyOf(name),
            Verb = HttpVerb.GET,
            Expires = (name.ExpiresAt < latest ? name.ExpiresAt : latest).UtcDateTime,
            Protocol = _settings.ServiceUrl is { Scheme: "http" } ? Protocol.HTTP : Protocol.HTTPS,
        }));
    }

    private string KeyOf(ImageName name) => $"{_settings.Prefix}{name.Day}/{name}";

    /// <summary>Whether a key is one of <see cref="KeyOf"/>: whatever else is in the bucket is somebody else's.</summary>
    private bool IsPicture(string key) => ImageName.TryParse(key[(key.LastIndexOf('/') + 1)..], out var name) && KeyOf(name) == key;

    /// <exception cref="IOException">The server cannot be reached or refuses; the message says why in a few words, of which none is a secret.</exception>
    private static async Task<T> AskAsync<T>(Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Describe(e) is { } reason)
        {
            throw new IOException(reason, e);
        }
    }

    private static string? Describe(Exception e) => e switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => "the S3 server has no such bucket",
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => "the S3 server refuses the gateway's credentials",
        AmazonS3Exception { StatusCode: not 0 } refusal =>
            string.Create(CultureInfo.InvariantCulture, $"the S3 server answers with status {(int)refusal.StatusCode}"),
        OperationCanceledException or TimeoutException => "the S3 server does not answer in time",
        AmazonServiceException or AmazonClientException or HttpRequestException or IOException => "the S3 server cannot be reached",
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A picture could not be {Done}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string done, string reason);
}
