using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures;

/// <summary>Develops pictures.</summary>
internal sealed class PictureEngine : IDisposable
{
    private PictureEngine(StarterOptions options, TimeProvider time) => Slots = new PictureSlots(options.Pictures, time);

    /// <summary>Every caller holds one while pixels are computed for it.</summary>
    public PictureSlots Slots { get; }

    /// <exception cref="StarterException">libvips is missing or cannot be used.</exception>
    public static PictureEngine Load(StarterOptions options, TimeProvider time)
    {
        VipsLibrary.Load(options.Vips ?? throw new StarterException("--vips is missing"));
        return new PictureEngine(options, time);
    }

    public void Dispose() => Slots.Dispose();
}
