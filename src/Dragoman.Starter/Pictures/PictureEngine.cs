using Dragoman.Starter.Native;

namespace Dragoman.Starter.Pictures;

/// <summary>Develops pictures, and composes them where it has what that takes: the composer is loaded by the first caller who wants it.</summary>
internal sealed class PictureEngine : IDisposable
{
    private readonly StarterOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly Lock _loading = new();
    private Task<PictureComposer>? _composer;

    private PictureEngine(StarterOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _loggers) = (options, loggers);
        DevelopmentSlots = new PictureSlots(options.Pictures, time);
        CompositionSlots = new PictureSlots(options.Pictures, time);
    }

    /// <summary>Every caller holds one while its picture is developed: that was paid for, and does not wait behind those that are composed for nothing.</summary>
    public PictureSlots DevelopmentSlots { get; }

    /// <summary>Every caller holds one while its pictures are composed.</summary>
    public PictureSlots CompositionSlots { get; }

    /// <exception cref="StarterException">libvips is missing or cannot be used.</exception>
    public static PictureEngine Load(StarterOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        VipsLibrary.Load(options.Vips ?? throw new StarterException("--vips is missing"));
        return new PictureEngine(options, loggers, time);
    }

    /// <exception cref="StarterException">A part of it is missing or damaged; the next caller may have more luck.</exception>
    public Task<PictureComposer> GetComposerAsync()
    {
        lock (_loading)
        {
            return _composer is null or { IsFaulted: true } ? _composer = Task.Run(() => PictureComposer.Load(_options, _loggers)) : _composer;
        }
    }

    public void Dispose()
    {
        if (_composer is { IsCompletedSuccessfully: true } loaded)
        {
            loaded.Result.Dispose();
        }

        DevelopmentSlots.Dispose();
        CompositionSlots.Dispose();
    }
}
