namespace Dragoman.Server.Storage;

/// <summary>The directory that holds all state; nobody but its owner may look into it.</summary>
internal static class DataDirectory
{
    public const string Standard = ".dragoman";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes it where it is missing. Its absolute path.</summary>
    /// <exception cref="IOException">It cannot be made; the message says which and why.</exception>
    public static string Open(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data directory {path} cannot be made: {(File.Exists(path) ? "there is a file of that name." : e.Message)}", e);
        }

        return path;
    }

    /// <summary>A directory that was there already keeps its modes, which may let others in.</summary>
    public static bool IsOpenToOthers(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0;

    /// <summary>Makes an empty file for its owner alone, where there is none.</summary>
    public static void CreateFile(string path)
    {
        if (!Path.Exists(path))
        {
            try
            {
                new FileStream(path, OwnersFile(FileMode.CreateNew)).Dispose();
            }
            catch (IOException) when (Path.Exists(path))
            {
                // Another process was quicker.
            }
        }
    }

    /// <summary>A new file for its owner alone, to be written and read.</summary>
    /// <exception cref="IOException">There is such a file, or it cannot be made.</exception>
    public static FileStream OpenNew(string path) => new(path, OwnersFile(FileMode.CreateNew, FileAccess.ReadWrite));

    /// <summary>Writes a file so that after a crash there is either the old one or the new one, whole.</summary>
    public static void WriteFile(string path, ReadOnlySpan<byte> content)
    {
        var draft = path + ".new";
        using (var file = new FileStream(draft, OwnersFile(FileMode.Create)))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    private static FileStreamOptions OwnersFile(FileMode mode, FileAccess access = FileAccess.Write)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }
}
