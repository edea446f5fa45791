using System.Diagnostics;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Dragoman.Routing;

namespace Dragoman.Server.Tests.Images;

/// <summary>A real S3 server, OpenStack Swift's, run by <c>tests/s3/server.py</c> on a free port; shared by all tests of the collection.</summary>
public sealed class S3Server : IAsyncLifetime
{
    public const string AccessKey = "test:tester";
    public const string SecretKey = "canary-of-s3-never-to-be-seen";

    internal static readonly bool IsInstalled = Directory.Exists("/usr/lib/python3/dist-packages/swift/common/middleware/s3api");

    private const string Python = "/usr/bin/python3";

    private readonly string _folder = Directory.CreateTempSubdirectory("dragoman-test").FullName;
    private Process? _process;
    private Uri? _url;

    /// <summary>Skips the running test where the server is not installed.</summary>
    public Uri Url
    {
        get
        {
            Require();
            return _url!;
        }
    }

    /// <summary>Skips the running test where the server is not installed.</summary>
    internal static void Require() => Assert.SkipUnless(IsInstalled, "python3-swift is not installed; `make test` installs it, run as root.");

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled)
        {
            return;
        }

        _process = Process.Start(new ProcessStartInfo(Python, [Script(), _folder, SecretKey])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = _process.StandardError.ReadToEndAsync();
        var port = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The S3 server does not start: {await errors}");
        _url = new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>The settings of a store in a bucket of its own.</summary>
    public async Task<S3Settings> CreateBucketAsync()
    {
        var settings = new S3Settings(
            Guid.NewGuid().ToString("D"), Url, "us-east-1", AccessKey, SecretKey, "pictures/", UsesPathStyle: true, IsPresigned: false);
        using var client = Connect();
        await client.PutBucketAsync(settings.Bucket);
        return settings;
    }

    /// <summary>The operator's own way in.</summary>
    public AmazonS3Client Connect() => new(
        new BasicAWSCredentials(AccessKey, SecretKey),
        new AmazonS3Config
        {
            ServiceURL = Url.AbsoluteUri,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        });

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string Script([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "s3", "server.py"));
}

[CollectionDefinition(Name)]
public sealed class S3Tests : ICollectionFixture<S3Server>
{
    public const string Name = "S3";
}
