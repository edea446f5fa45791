using System.Globalization;
using System.Net;
using System.Text;
using Dragoman.Starter.Native;
using Dragoman.Starter.Pictures.Development;

namespace Dragoman.Server.Tests.Starter.Pictures;

/// <summary>Pictures of strangers, in the real engine.</summary>
public sealed class DevelopmentTests(PictureFixture engine) : IClassFixture<PictureFixture>
{
    private const string Canary = "CANARY-52.5163-13.3777";

    private static readonly string[] BesidePixels = ["xmp-data", "exif-data", "icc-profile-data", "iptc-data", "photoshop-data", "png-comment-0-Comment"];

    [Theory]
    [InlineData("jpegsave_buffer", 3, "image/jpeg")]
    [InlineData("pngsave_buffer", 3, "image/png")]
    [InlineData("pngsave_buffer", 4, "image/png")]
    [InlineData("webpsave_buffer", 4, "image/webp")]
    [InlineData("gifsave_buffer", 4, "image/png")]
    [InlineData("heifsave_buffer", 3, "image/jpeg")]
    [InlineData("heifsave_buffer", 4, "image/png")]
    public async Task Develop_EachFormat_GivesThePictureBackInAnUsualOne(string saver, int bands, string mediaType)
    {
        using VipsImage picture = Halves(96, 64, bands);

        Development developed = await engine.DevelopAsync(
            picture.Save(saver, saver.StartsWith("heif", StringComparison.Ordinal) ? [("compression", "av1")] : []));

        using VipsImage result = developed.Decode();
        (developed.MediaType, developed.Width, developed.Height, result.Width, result.Height).ShouldBe((mediaType, 96, 64, 96, 64));
        result.HasAlpha.ShouldBe(bands == 4);
        Colours(result, 64 - 2).ShouldBe("red blue");
    }

    [Fact]
    public async Task Develop_Alpha_IsKeptToTheByte()
    {
        using VipsImage picture = Halves(80, 80, bands: 4);
        using VipsImage before = picture.Decode();

        using VipsImage after = (await engine.DevelopAsync(picture.Save("pngsave_buffer"))).Decode();

        after.Pixels.SequenceEqual(before.Pixels).ShouldBeTrue();
    }

    [Fact]
    public async Task Develop_LosslessWebp_StaysLossless()
    {
        using VipsImage picture = Halves(80, 80);
        using VipsImage before = picture.Decode();

        using VipsImage after = (await engine.DevelopAsync(picture.Save("webpsave_buffer", ("lossless", "true")))).Decode();

        after.Pixels.SequenceEqual(before.Pixels).ShouldBeTrue();
    }

    [Fact]
    public async Task Develop_Animation_GivesItsFirstFrame()
    {
        using VipsImage frames = Halves(64, 192);

        Development developed = await engine.DevelopAsync(frames.Save("gifsave_buffer", ("page-height", "64")));

        (developed.Width, developed.Height).ShouldBe((64, 64), developed.Message);
    }

    [Theory]
    [InlineData(1024, 1024, "9:16", 576, 1024)]
    [InlineData(1024, 1792, "9:16", 1008, 1792)]
    [InlineData(1000, 1010, "1:1", 1000, 1010)] // Off by less than a hundredth.
    [InlineData(1536, 1024, "16:9", 1536, 864)]
    [InlineData(1024, 1536, "4:3", 1024, 768)]
    [InlineData(257, 999, "1:1", 257, 257)]
    public async Task Develop_RatioIsAsked_IsMetWithinAHundredth(int width, int height, string ratio, int expectedWidth, int expectedHeight)
    {
        using VipsImage picture = Halves(width, height);

        Development developed = await engine.DevelopAsync(picture.Save("pngsave_buffer"), "ratio=" + ratio);

        using VipsImage result = developed.Decode();
        (result.Width, result.Height).ShouldBe((expectedWidth, expectedHeight));
        string[] terms = ratio.Split(':');
        double wanted = double.Parse(terms[0], CultureInfo.InvariantCulture) / double.Parse(terms[1], CultureInfo.InvariantCulture);
        ((double)result.Width / result.Height / wanted).ShouldBe(1, 0.0101);
        Colours(result, 0).ShouldBe("red blue"); // It was cut on both sides.
    }

    [Theory]
    [InlineData(3, "blue red")]
    [InlineData(6, "red red")] // What was left is above.
    [InlineData(8, "blue blue")]
    public async Task Develop_TurnedByItsExif_IsUpright(byte orientation, string topRow)
    {
        using VipsImage picture = Halves(96, 64);

        Development developed = await engine.DevelopAsync(TestPictures.Turned(picture.WriteJpeg(), orientation));

        using VipsImage result = developed.Decode();
        (result.Width, result.Height).ShouldBe(orientation == 3 ? (96, 64) : (64, 96));
        Colours(result, 2).ShouldBe(topRow);
        result.IsTurned.ShouldBeFalse();
    }

    [Theory]
    [InlineData("jpegsave_buffer")]
    [InlineData("pngsave_buffer")]
    [InlineData("webpsave_buffer")]
    public async Task Develop_WhatCameBesideThePixels_IsGoneAndOurLabelThere(string saver)
    {
        byte[] picture = WithCanaries(saver);
        Count(picture, Canary).ShouldBeGreaterThanOrEqualTo(2);

        Development developed = await engine.DevelopAsync(picture, "source=" + Uri.EscapeDataString("openai/dall-e-3"));

        using VipsImage result = developed.Decode();
        Count(developed.Bytes, Canary).ShouldBe(0);
        BesidePixels.Where(result.HasField).ShouldBe(["xmp-data"]);
        Count(developed.Bytes, "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia").ShouldBe(1);
        Count(developed.Bytes, "<xmp:CreatorTool>openai/dall-e-3</xmp:CreatorTool>").ShouldBe(1);
        Colours(result, 0).ShouldBe("red blue");
    }

    [Fact]
    public async Task Develop_SourceWithMarkup_IsNoMarkupInTheFile()
    {
        using VipsImage picture = Halves(64, 64);

        Development developed = await engine.DevelopAsync(
            picture.WriteJpeg(), "source=" + Uri.EscapeDataString("a/b</xmp:CreatorTool><script>\r\n\0" + new string('x', 5000)));

        Count(developed.Bytes, "script>").ShouldBe(0);
        Count(developed.Bytes, new string('x', 200)).ShouldBe(0);
        Count(developed.Bytes, "<xmp:CreatorTool>a/b/xmp:CreatorToolscriptx").ShouldBe(1);
    }

    [Fact]
    public async Task Develop_ComposedPicture_IsLabelledAsThat()
    {
        using VipsImage picture = Halves(64, 64);

        Development developed = await engine.DevelopAsync(picture.WriteJpeg(), "source=starter/composer");

        Count(developed.Bytes, "digitalsourcetype/algorithmicMedia").ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!doctype html><html><body>Service unavailable</body></html>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&e;</svg>")]
    [InlineData("%PDF-1.7\n")]
    [InlineData("II*\0\u0008\0\0\0")]
    [InlineData("P6 2 2 255 abcdefghijkl")]
    [InlineData("BM")]
    [InlineData("RIFF\0\0\0\0WAVE")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0heicmif1")]
    [InlineData("{\"error\":\"rate limited\"}")]
    public async Task Develop_NoPicture_IsRefused(string text)
    {
        Development refused = await engine.DevelopAsync(Encoding.Latin1.GetBytes(text));

        (refused.Status, refused.Code).ShouldBe((422, "unsupported_picture"));
        refused.Message.ShouldNotBeNull().ShouldEndWith("picture.");
    }

    [Theory]
    [InlineData("jpegsave_buffer")]
    [InlineData("pngsave_buffer")]
    [InlineData("webpsave_buffer")]
    [InlineData("gifsave_buffer")]
    public async Task Develop_CutOff_IsRefusedEvenWhereTheCropNeedsNoneOfTheRest(string saver)
    {
        byte[] pixels = new byte[256 * 256 * 3];
        new Random(1).NextBytes(pixels); // What does not compress is cut in its pixels.
        using VipsImage picture = VipsImage.FromPixels(pixels, 256, 256, 3);
        byte[] whole = picture.Save(saver);
        (await engine.DevelopAsync(whole, "ratio=16:9")).Status.ShouldBe(200);

        foreach (double part in (double[])[0.01, 0.3, 0.9])
        {
            Development refused = await engine.DevelopAsync(whole[..(int)(whole.Length * part)], "ratio=16:9");
            (refused.Status, refused.Code).ShouldBe((422, "broken_picture"), part.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task Develop_DamagedInTheMiddle_IsRefused()
    {
        using VipsImage picture = Halves(200, 200);
        byte[] bytes = picture.Save("pngsave_buffer", ("compression", "0"));
        bytes.AsSpan(bytes.Length / 2, 64).Fill(0x55);

        (await engine.DevelopAsync(bytes)).Code.ShouldBe("broken_picture");
    }

    [Theory]
    [InlineData(50_000, 50_000)]
    [InlineData(16_385, 1)]
    [InlineData(6_400, 6_400)]
    [InlineData(2_147_483_647, 2_147_483_647)]
    public async Task Develop_HeaderBomb_IsRefusedBeforeAPixelIsDecoded(int width, int height)
    {
        using VipsImage warm = Halves(64, 64);
        (await engine.DevelopAsync(warm.Save("pngsave_buffer"))).Status.ShouldBe(200);
        long before = PeakMemory();

        Development refused = await engine.DevelopAsync(TestPictures.PngOf(width, height));

        // Were its pixels looked for, it would be broken, for there are none.
        (refused.Status, refused.Code).ShouldBe((422, width == int.MaxValue ? "broken_picture" : "picture_too_large"), refused.Message);
        (PeakMemory() - before).ShouldBeLessThan(32 << 20);
    }

    [Fact]
    public async Task Develop_BoundOfPixelsIsGiven_Holds()
    {
        using VipsImage picture = Halves(101, 100);

        Development refused = await engine.DevelopAsync(picture.WriteJpeg(), "max_pixels=10000");

        refused.Code.ShouldBe("picture_too_large");
        refused.Message.ShouldBe("The picture is 101 x 100 pixels large; at most 16384 a side and 10000 in all are taken.");
    }

    [Theory]
    [InlineData(63, 500)]
    [InlineData(500, 63)]
    [InlineData(1, 1)]
    public async Task Develop_ASideBelow64_IsRefused(int width, int height)
    {
        using VipsImage picture = Halves(width, height);

        Development refused = await engine.DevelopAsync(picture.WriteJpeg());

        (refused.Status, refused.Code).ShouldBe((422, "picture_too_small"));
        refused.Message.ShouldBe($"The picture is {width} x {height} pixels large; of fewer than 64 a side nothing can be made.");
    }

    [Theory]
    [InlineData("jpegsave_buffer")]
    [InlineData("pngsave_buffer")]
    [InlineData("webpsave_buffer")]
    public void Develop_CallerLeft_IsEndedAndNoFaultOfThePicture(string saver)
    {
        using VipsImage picture = Halves(512, 512);
        byte[] bytes = picture.Save(saver);

        Should.Throw<OperationCanceledException>(() => PictureDeveloper.Develop(bytes, new DevelopmentRequest(), new CancellationToken(canceled: true)));
        PictureDeveloper.Develop(bytes, new DevelopmentRequest(), CancellationToken.None).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task Develop_BodyBeyond64MiB_Is413()
    {
        Development refused = await engine.DevelopAsync(new byte[(64 << 20) + 1]);

        (refused.Status, refused.Code, refused.Message).ShouldBe((413, "request_too_large", "The request body is larger than 64 MiB."));
    }

    [Theory]
    [InlineData("ratio=9")]
    [InlineData("ratio=0:1")]
    [InlineData("ratio=-9:16")]
    [InlineData("ratio=1e9:1")]
    [InlineData("max_pixels=many")]
    [InlineData("max_pixels=0")]
    public async Task Develop_ParameterCannotBe_Is400(string query)
    {
        using VipsImage picture = Halves(64, 64);

        (await engine.DevelopAsync(picture.WriteJpeg(), query)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Develop_WrongKey_IsRefused()
    {
        using var stranger = new HttpClient { BaseAddress = engine.Process.Http.BaseAddress };
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");

        using HttpResponseMessage response = await stranger.PostAsync(new Uri("/v1/pictures", UriKind.Relative), new ByteArrayContent([1]));

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Develop_ManyAtOnce_EachIsItsOwn()
    {
        Development[] developed = await Task.WhenAll(Enumerable.Range(1, 16).Select(async i =>
        {
            using VipsImage picture = Halves(64 * i, 64);
            return await engine.DevelopAsync(picture.Save(i % 2 == 0 ? "pngsave_buffer" : "jpegsave_buffer"));
        }));

        developed.Select(picture => picture.Width).ShouldBe(Enumerable.Range(1, 16).Select(i => 64 * i));
    }

    private static VipsImage Halves(int width, int height, int bands = 3)
    {
        StarterParts.Require();
        return TestPictures.Halves(width, height, bands);
    }

    private static byte[] WithCanaries(string saver)
    {
        using VipsImage plain = Halves(64, 64);
        using VipsImage exif = plain.WithText("exif-ifd0-Artist", Canary);
        using VipsImage xmp = exif.WithBlob("xmp-data", Encoding.ASCII.GetBytes($"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">{Canary}</x:xmpmeta>"));
        using VipsImage profile = xmp.WithBlob("icc-profile-data", Encoding.ASCII.GetBytes($"{Canary} is no profile of colours, and long enough for one"));
        byte[] bytes = profile.Save(saver);
        return saver switch
        {
            "jpegsave_buffer" => TestPictures.Turned(bytes, 1, Canary),
            "pngsave_buffer" => TestPictures.Commented(bytes, Canary),
            _ => bytes,
        };
    }

    /// <summary>The colours at a quarter and at three quarters of a row.</summary>
    private static string Colours(VipsImage picture, int row)
    {
        using VipsImage decoded = picture.Decode();
        return $"{At(decoded, decoded.Width / 4)} {At(decoded, decoded.Width * 3 / 4)}";

        string At(VipsImage image, int column)
        {
            ReadOnlySpan<byte> pixel = image.Pixels.Slice((row * image.Width + column) * image.Bands, image.Bands);
            return pixel switch { [> 200, < 60, < 60, ..] => "red", [< 60, < 60, > 200, ..] => "blue", _ => string.Join(',', pixel.ToArray()) };
        }
    }

    private static int Count(byte[] bytes, string text) => Encoding.Latin1.GetString(bytes).Split(text).Length - 1;

    /// <summary>The most memory that the engine has had, in bytes.</summary>
    private long PeakMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Reads /proc.");
        }

        string line = File.ReadLines($"/proc/{engine.Process.ProcessId}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10;
    }
}
