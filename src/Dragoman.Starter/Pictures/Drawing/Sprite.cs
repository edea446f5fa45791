using System.Text;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>A drawing with transparency, in memory: red, green, blue, alpha of a byte each, alpha not multiplied in.</summary>
internal sealed class Sprite
{
    private readonly byte[] _pixels;

    private Sprite(byte[] pixels, int width, int height)
    {
        _pixels = pixels;
        (Width, Height) = (width, height);
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<byte> Row(int y) => _pixels.AsSpan(y * Width * 4, Width * 4);

    public byte Alpha(int x, int y) => (uint)x < (uint)Width && (uint)y < (uint)Height ? _pixels[(((y * Width) + x) * 4) + 3] : (byte)0;

    /// <param name="svg">A whole document whose size is in pixels.</param>
    public static Sprite Render(string svg)
    {
        using VipsImage lazy = VipsImage.FromSvg(Encoding.UTF8.GetBytes(svg));
        using VipsImage image = lazy.Decode();
        return new Sprite(image.Pixels.ToArray(), image.Width, image.Height);
    }
}
