using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Server.Tests.Starter;
using Dragoman.Server.Tests.Starter.Pictures;
using Dragoman.Starter.Native;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>The picture engine as the gateway's child, and the darkroom that asks it.</summary>
public sealed partial class PictureSupervisionTests
{
    // With a provider the language model's engine is not started.
    private static readonly Dictionary<string, string> Provider = new() { ["OPENAI_API_KEY"] = "sk-any", ["DRAGOMAN_CACHE"] = StarterParts.Cache };

    [Fact]
    public async Task Darkroom_Picture_ComesBackChecked()
    {
        byte[] picture = Picture(512, 512);
        await using var gateway = await RunningGateway.StartAsync(Provider);

        var (image, error) = await DevelopAsync(gateway, picture, new AspectRatio(9, 16));

        error.ShouldBeNull();
        (image.ShouldNotBeNull().MediaType, image.Width, image.Height).ShouldBe(("image/jpeg", 288, 512));
        Encoding.Latin1.GetString(image.Data.Span).ShouldContain("openai/dall-e-3");
    }

    [Theory]
    [InlineData("<html>Bad gateway</html>", "The file is no PNG, JPEG, WebP, GIF or AVIF picture.")]
    [InlineData("\u0089PNG\r\n\u001a\n", "The picture is damaged or cut off: its pixels cannot be decoded.")]
    public async Task Darkroom_NoPicture_IsTheProvidersFault(string bytes, string reason)
    {
        StarterParts.Require();
        await using var gateway = await RunningGateway.StartAsync(Provider);

        var (image, error) = await DevelopAsync(gateway, Encoding.Latin1.GetBytes(bytes));

        image.ShouldBeNull();
        error.ShouldBe(new GatewayError(ErrorKind.UpstreamInvalidResponse, reason) { Provider = "openai" });
    }

    [Fact]
    public async Task Darkroom_CallerLeaves_IsCanceled()
    {
        byte[] picture = Picture(64, 64);
        await using var gateway = await RunningGateway.StartAsync(Provider);

        var (_, error) = await gateway.Services.GetRequiredService<IDarkroom>().DevelopAsync(picture, null, "openai/dall-e-3", new CancellationToken(canceled: true));

        error.ShouldNotBeNull().Kind.ShouldBe(ErrorKind.Canceled);
    }

    [Fact]
    public async Task Engine_Killed_IsStartedAgainAndTheNextPictureLookedAt()
    {
        byte[] picture = Picture(64, 64);
        await using var gateway = await RunningGateway.StartAsync(Provider);
        EnginePid(gateway).ShouldBeNull(); // Nobody has had a picture yet.
        (await DevelopAsync(gateway, picture)).Error.ShouldBeNull();
        var first = EnginePid(gateway).ShouldNotBeNull();

        using (var process = Process.GetProcessById(first))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        (await DevelopAsync(gateway, picture)).Error.ShouldBeNull();
        EnginePid(gateway).ShouldNotBe(first);
    }

    [Fact]
    public async Task Gateway_Ends_TheEngineEndsToo()
    {
        byte[] picture = Picture(64, 64);
        int pid;
        await using (var gateway = await RunningGateway.StartAsync(Provider))
        {
            (await DevelopAsync(gateway, picture)).Error.ShouldBeNull();
            pid = EnginePid(gateway).ShouldNotBeNull();
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (GatewayProcess.IsAlive(pid))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    [Fact]
    public async Task Engine_OfThePartsOnlyLibvipsIsThere_DevelopsNevertheless()
    {
        byte[] picture = Picture(64, 64);
        var cache = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        var vips = new Server.Starter.StarterParts(cache).Vips.Path;
        Directory.CreateDirectory(Path.GetDirectoryName(vips)!);
        File.CreateSymbolicLink(vips, StarterParts.Vips);
        await using (var gateway = await RunningGateway.StartAsync(new(Provider) { ["DRAGOMAN_CACHE"] = cache }, """{ "Starter": { "Fetch": false } }"""))
        {
            (await DevelopAsync(gateway, picture)).Error.ShouldBeNull();
        }

        Directory.Delete(cache, recursive: true);
    }

    [Fact]
    public async Task Parts_NotThereAndNotToBeFetched_IsToldPlainly()
    {
        var cache = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        await using var gateway = await RunningGateway.StartAsync(
            new(Provider) { ["DRAGOMAN_CACHE"] = cache }, """{ "Starter": { "Fetch": false } }""");

        var (_, error) = await DevelopAsync(gateway, [1, 2, 3]);

        error.ShouldNotBeNull().Kind.ShouldBe(ErrorKind.StarterUnavailable);
        error.Message.ShouldContain("the starter's picture engine is not available");
        error.Message.ShouldContain("dragoman starter fetch");
        Directory.Delete(cache, recursive: true);
    }

    private static byte[] Picture(int width, int height)
    {
        StarterParts.Require();
        VipsLibrary.Load(StarterParts.Vips);
        using VipsImage picture = TestPictures.Halves(width, height);
        return picture.WriteJpeg();
    }

    private static ValueTask<(GeneratedImage? Image, GatewayError? Error)> DevelopAsync(RunningGateway gateway, byte[] picture, AspectRatio? ratio = null) =>
        gateway.Services.GetRequiredService<IDarkroom>().DevelopAsync(picture, ratio, "openai/dall-e-3", CancellationToken.None);

    /// <summary>The engine that the gateway started last.</summary>
    private static int? EnginePid(RunningGateway gateway) =>
        RunsLine().Matches(gateway.Log).LastOrDefault() is { } line ? int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"The starter's picture engine runs \(process (\d+)")]
    private static partial Regex RunsLine();
}
