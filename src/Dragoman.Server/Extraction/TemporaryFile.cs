namespace Dragoman.Server.Extraction;

/// <summary>A file on its way through, for its owner alone, gone with the object.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private TemporaryFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>An empty file that did not exist before.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static TemporaryFile Create(string folder)
    {
        var path = System.IO.Path.Combine(folder, System.IO.Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
        return new TemporaryFile(path);
    }

    public FileStream OpenWrite() => new(Path, FileMode.Truncate, FileAccess.Write, FileShare.Read, 64 * 1024, FileOptions.Asynchronous);

    public void Dispose() => File.Delete(Path);
}
