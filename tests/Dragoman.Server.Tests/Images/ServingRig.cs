using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Server.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.Images;

/// <summary>A gateway that has published a picture; shared by all tests of a class.</summary>
public abstract class ServingRig : IAsyncLifetime
{
    private RunningGateway? _gateway;
    private Uri? _address;

    protected ServingRig() => new Random(5).NextBytes(Picture);

    internal RunningGateway Gateway
    {
        get
        {
            Require();
            return _gateway!;
        }
    }

    internal byte[] Picture { get; } = new byte[100_000];

    /// <summary>The picture's, a JPEG by its name.</summary>
    internal Uri Address => _address!;

    public async ValueTask InitializeAsync()
    {
        if (CanRun)
        {
            _gateway = await StartGatewayAsync();
            _address = await PublishAsync("image/jpeg");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Another gateway, with another store, where pictures stay for 48 hours.</summary>
    internal async Task<RunningGateway> StartGatewayAsync() =>
        await RunningGateway.StartAsync(settings: $$"""{ "Starter": { "Enabled": false }, "Images": {{await SettingsAsync()}} }""");

    internal async Task<Uri> PublishAsync(string mediaType)
    {
        var result = await _gateway!.Services.GetRequiredService<IImagePublisher>().PublishAsync(new GeneratedImage(Picture, mediaType, 1, 1), default);
        result.Error.ShouldBeNull();
        return result.Address.ShouldNotBeNull();
    }

    protected virtual bool CanRun => true;

    /// <summary>Skips the running test where <see cref="CanRun"/> is not.</summary>
    protected virtual void Require()
    {
    }

    /// <summary>Of section <c>Images</c>, as JSON: another store each time, and a lifetime of 48 hours.</summary>
    protected abstract Task<string> SettingsAsync();
}

public sealed class FolderServingRig : ServingRig
{
    protected override Task<string> SettingsAsync() => Task.FromResult("""{ "LifetimeHours": 48 }""");
}

public sealed class S3ServingRig(S3Server server) : ServingRig
{
    protected override bool CanRun => S3Server.IsInstalled;

    protected override void Require() => S3Server.Require();

    protected override async Task<string> SettingsAsync()
    {
        var s3 = await server.CreateBucketAsync();
        return $$"""
            { "LifetimeHours": 48, "S3": { "Bucket": "{{s3.Bucket}}", "ServiceUrl": "{{s3.ServiceUrl}}", "AccessKey": "{{s3.AccessKey}}", "SecretKey": "{{s3.SecretKey}}" } }
            """;
    }
}
