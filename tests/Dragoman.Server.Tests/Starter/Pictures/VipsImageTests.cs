using System.Text;
using Dragoman.Server.Tests.Starter.Pictures.Drawing;
using Dragoman.Starter.Native;

namespace Dragoman.Server.Tests.Starter.Pictures;

public sealed class VipsImageTests
{
    private const string Square = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='6'><rect width='4' height='6' fill='#f00'/></svg>";

    [Fact]
    public void FromSvg_HalfCovered_HasAlpha()
    {
        using VipsImage image = Drawn();
        (image.Width, image.Height, image.Bands, image.HasAlpha).ShouldBe((8, 6, 4, true));
        image.Pixels[..4].ToArray().ShouldBe([255, 0, 0, 255]);
        image.Pixels[31].ShouldBe((byte)0);
    }

    [Fact]
    public void FromBuffer_WhatWasWritten_IsTheSame()
    {
        using VipsImage image = Drawn();
        using VipsImage back = Read(image.WritePng()).Decode();
        back.Pixels.ToArray().ShouldBe(image.Pixels.ToArray());
    }

    [Fact]
    public void Decode_Truncated_Throws()
    {
        byte[] png = Drawn().WritePng();
        Should.Throw<VipsException>(() =>
        {
            using VipsImage cut = Read(png.AsSpan(0, png.Length - 20));
            cut.Decode().Dispose();
        }).Message.ShouldNotContain("\n");
    }

    [Fact]
    public void FromBuffer_SvgOrNonsense_Throws()
    {
        DrawingParts.RequireVips();
        Should.Throw<VipsException>(() => Read(Encoding.UTF8.GetBytes(Square)));
        Should.Throw<VipsException>(() => Read("no picture at all"u8));
        Should.Throw<VipsException>(() => Read([]));
    }

    [Fact]
    public void Images_OnManyThreads_StayApart()
    {
        byte[] png = Drawn().WritePng();
        Parallel.For(0, 64, i =>
        {
            using VipsImage image = Read(png);
            using VipsImage small = image.Resize(4 + (i % 5), 3 + (i % 5));
            using VipsImage flat = small.Flatten(0, 0, 0).Decode();
            flat.Pixels.Length.ShouldBe((4 + (i % 5)) * (3 + (i % 5)) * 3);
        });
    }

    private static VipsImage Read(ReadOnlySpan<byte> png) => VipsImage.FromBuffer(png, "pngload_buffer", VipsAccess.AnyOrder);

    private static VipsImage Drawn()
    {
        DrawingParts.RequireVips();
        return VipsImage.FromSvg(Encoding.UTF8.GetBytes(Square)).Decode();
    }
}
