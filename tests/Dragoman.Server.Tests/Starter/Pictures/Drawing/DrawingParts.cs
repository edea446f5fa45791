using Dragoman.Starter.Native;
using Dragoman.Starter.Pictures;

namespace Dragoman.Server.Tests.Starter.Pictures.Drawing;

/// <summary>libvips and the vector art, loaded once; tests that need them are skipped where the parts are missing.</summary>
internal static class DrawingParts
{
    private static readonly Lazy<ArtLibrary> Loaded = new(() => ArtLibrary.Load(StarterParts.Art));

    public static ArtLibrary Art
    {
        get
        {
            RequireVips();
            return Loaded.Value;
        }
    }

    public static void RequireVips()
    {
        StarterParts.Require();
        VipsLibrary.Load(StarterParts.Vips);
    }
}
