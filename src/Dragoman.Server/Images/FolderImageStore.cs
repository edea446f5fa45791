using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Server.Storage;

namespace Dragoman.Server.Images;

/// <summary>
/// Pictures in a folder: <c>images/{day}/{name}</c>, by the day at whose end they can be deleted, and <c>images/arriving</c> for what is being written.
/// </summary>
internal sealed partial class FolderImageStore(string dataDirectory, ILogger<FolderImageStore> log) : IImageStore
{
    /// <summary>Nothing takes so long to be written: its writer is dead.</summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    private readonly string _root = Path.Combine(dataDirectory, "images");
    private readonly string _arriving = Path.Combine(dataDirectory, "images", "arriving");

    public async ValueTask<PublishResult> PutAsync(ImageName name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            DataDirectory.Open(_root); // Each by itself: of a path, the last folder alone would be for its owner alone.
            var draft = Path.Combine(DataDirectory.Open(_arriving), name.ToString());
            try
            {
                await using (var file = DataDirectory.OpenNew(draft))
                {
                    await file.WriteAsync(data, cancellationToken);
                    file.Flush(flushToDisk: true);
                }

                DataDirectory.Open(FolderOf(name));
                File.Move(draft, PathOf(name));
            }
            catch
            {
                File.Delete(draft);
                throw;
            }

            return name.Path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(log, "stored", e.Message);
            return new GatewayError(ErrorKind.Internal, "The picture could not be stored: the gateway's disk is full or cannot be written.");
        }
    }

    public ValueTask<OpenedImage> OpenAsync(ImageName name, CancellationToken cancellationToken) => ValueTask.FromResult(Open(name));

    public IAsyncEnumerable<int> SweepAsync(DateTimeOffset now, int slice, CancellationToken cancellationToken) => Sweep(now, slice).ToAsyncEnumerable();

    private OpenedImage Open(ImageName name)
    {
        var path = PathOf(name);
        if (!File.Exists(path))
        {
            return default;
        }

        try
        {
            var file = PictureFile.Open(path);
            return new OpenedImage(file, file.WrittenAt, null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return default; // Its time was over just now.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(log, "read", e.Message);
            return new GatewayError(ErrorKind.Internal, "The picture could not be read: the gateway's disk is in trouble.");
        }
    }

    private IEnumerable<int> Sweep(DateTimeOffset now, int slice)
    {
        if (!Directory.Exists(_root))
        {
            yield break;
        }

        if (Directory.Exists(_arriving))
        {
            var leftovers = Directory.EnumerateFiles(_arriving).Where(file => File.GetLastWriteTimeUtc(file) < now - LongestWrite);
            foreach (var files in leftovers.Chunk(slice))
            {
                yield return Delete(files);
            }
        }

        var today = ImageName.DayOf(now);
        foreach (var folder in Directory.EnumerateDirectories(_root).Where(folder => IsBefore(Path.GetFileName(folder), today)))
        {
            foreach (var files in Directory.EnumerateFiles(folder).Chunk(slice))
            {
                yield return Delete(files);
            }

            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    private static int Delete(string[] files)
    {
        Array.ForEach(files, File.Delete);
        return files.Length;
    }

    private static bool IsBefore(string folder, string day) =>
        folder.Length == day.Length && folder.All(char.IsAsciiDigit) && string.CompareOrdinal(folder, day) < 0;

    private string FolderOf(ImageName name) => Path.Combine(_root, name.Day);

    private string PathOf(ImageName name) => Path.Combine(FolderOf(name), name.ToString());

    [LoggerMessage(Level = LogLevel.Error, Message = "A picture could not be {Done}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string done, string reason);
}
