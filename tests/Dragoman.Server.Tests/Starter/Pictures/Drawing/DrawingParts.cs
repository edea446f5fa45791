using Dragoman.Starter.Native;
using Dragoman.Starter.Pictures;

namespace Dragoman.Server.Tests.Starter.Pictures.Drawing;

/// <summary>libvips and the vector art, loaded once; tests that need them are skipped where they are missing.</summary>
internal static class DrawingParts
{
    private static readonly string Folder = Server.Starter.StarterParts.Of(Environment.GetEnvironmentVariable).Folder;
    private static readonly string Vips = Path.Combine(Folder, "libvips-cpp.so.8.18.7");
    private static readonly string Drawings = Path.Combine(Folder, "fluent-emoji-flat-1.2.6", "icons.json");
    private static readonly Lazy<ArtLibrary> Loaded = new(() => ArtLibrary.Load(Drawings));

    public static ArtLibrary Art
    {
        get
        {
            RequireVips();
            if (!File.Exists(Drawings))
            {
                Assert.Skip($"there is no vector art at {Drawings}");
            }

            return Loaded.Value;
        }
    }

    public static void RequireVips()
    {
        if (!File.Exists(Vips))
        {
            Assert.Skip($"there is no libvips at {Vips}");
        }

        VipsLibrary.Load(Vips);
    }
}
