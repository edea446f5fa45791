using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Server.Storage;

namespace Dragoman.Server.Images;

/// <summary>
/// Pictures in a folder: <c>images/{day}/{name}</c>, by the day at whose end they can be deleted, and <c>images/arriving</c> for what is being written.
/// </summary>
/// <param name="freeBytes">Tells how many bytes can yet be written to a folder's volume; by default the system does.</param>
internal sealed partial class FolderImageStore(string dataDirectory, TimeProvider time, ILogger<FolderImageStore> log, Func<string, long>? freeBytes = null)
    : IImageStore
{
    /// <summary>With less room on its volume no picture is ordered: the gateway's keys and documents need the rest.</summary>
    public const long LeastFreeBytes = 256L << 20;

    private static readonly GatewayError NotStored = new(
        ErrorKind.Internal, "The picture could not be stored: the gateway's disk is full or cannot be written.");

    private static readonly TimeSpan RoomIsKnownFor = TimeSpan.FromSeconds(5);

    /// <summary>Nothing takes so long to be written: its writer is dead.</summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    private readonly string _root = Path.Combine(dataDirectory, "images");
    private readonly string _arriving = Path.Combine(dataDirectory, "images", "arriving");

    private volatile Room? _room;

    public GatewayError? FindObstacle()
    {
        if (_room is not { } room || time.GetElapsedTime(room.SeenAt) >= RoomIsKnownFor)
        {
            _room = room = new Room(HasRoom(), time.GetTimestamp());
        }

        return room.IsEnough ? null : NotStored;
    }

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
            return NotStored;
        }
    }

    public ValueTask<OpenedImage> OpenAsync(ImageName name, CancellationToken cancellationToken) => ValueTask.FromResult(Open(name));

    public IAsyncEnumerable<int> SweepAsync(DateTimeOffset now, int slice, CancellationToken cancellationToken) => Sweep(now, slice).ToAsyncEnumerable();

    private bool HasRoom()
    {
        try
        {
            var free = freeBytes?.Invoke(dataDirectory) ?? new DriveInfo(dataDirectory).AvailableFreeSpace;
            if (free >= LeastFreeBytes)
            {
                return true;
            }

            LogFailed(log, "stored", $"{free >> 20} MB are free, and {LeastFreeBytes >> 20} must be");
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // Nobody can tell; what cannot be stored will show itself.
        }
    }

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

        var failures = new SweepFailures();

        if (Directory.Exists(_arriving))
        {
            var leftovers = Directory.EnumerateFiles(_arriving).Where(file => File.GetLastWriteTimeUtc(file) < now - LongestWrite);
            foreach (var files in leftovers.Chunk(slice))
            {
                yield return Delete(files, failures);
            }
        }

        var today = ImageName.DayOf(now);
        foreach (var folder in Directory.EnumerateDirectories(_root).Where(folder => IsBefore(Path.GetFileName(folder), today)))
        {
            foreach (var files in Directory.EnumerateFiles(folder).Chunk(slice))
            {
                yield return Delete(files, failures);
            }

            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }

        failures.ThrowIfAny();
    }

    /// <returns>How many of them are gone.</returns>
    private static int Delete(string[] files, SweepFailures failures) => files.Count(file =>
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failures.Add(e.Message);
            return false;
        }
    });

    private static bool IsBefore(string folder, string day) =>
        folder.Length == day.Length && folder.All(char.IsAsciiDigit) && string.CompareOrdinal(folder, day) < 0;

    private string FolderOf(ImageName name) => Path.Combine(_root, name.Day);

    private string PathOf(ImageName name) => Path.Combine(FolderOf(name), name.ToString());

    /// <param name="SeenAt">A timestamp.</param>
    private sealed record Room(bool IsEnough, long SeenAt);

    [LoggerMessage(Level = LogLevel.Error, Message = "A picture could not be {Done}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string done, string reason);
}
