using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures;

/// <summary>Develops pictures, and composes them where it has what that takes: the composer is loaded by the first caller who wants it.</summary>
internal sealed class PictureEngine : IDisposable
{
    private readonly StarterOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly Lock _loading = new();
    private PictureComposer? _composer;

    private PictureEngine(StarterOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _loggers) = (options, loggers);
        Slots = new PictureSlots(options.Pictures, time);
    }

    /// <summary>Every caller holds one while pixels are computed for it.</summary>
    public PictureSlots Slots { get; }

    /// <exception cref="StarterException">libvips is missing or cannot be used.</exception>
    public static PictureEngine Load(StarterOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        VipsLibrary.Load(options.Vips ?? throw new StarterException("--vips is missing"));
        return new PictureEngine(options, loggers, time);
    }

    /// <exception cref="StarterException">A part of it is missing or damaged; the next caller may have more luck.</exception>
    public PictureComposer GetComposer()
    {
        lock (_loading)
        {
            return _composer ??= PictureComposer.Load(_options, _loggers);
        }
    }

    public void Dispose()
    {
        _composer?.Dispose();
        Slots.Dispose();
    }
}
