using Dragoman.Keys;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Keys;

/// <summary>The keys' part of a data directory, opened: by the server and by the commands in the same way.</summary>
/// <param name="Ring">Empty; it hashes with the directory's own secret.</param>
internal sealed record KeyDirectory(Database Database, KeyRing Ring) : IDisposable
{
    /// <summary>Makes what is missing in a fresh directory, and takes over what a former version left.</summary>
    /// <exception cref="InvalidDataException">What is there cannot be used; the message says why in one line.</exception>
    /// <exception cref="SqliteException">Likewise; <see cref="Database.Describe"/> says why.</exception>
    public static KeyDirectory Open(string dataDirectory)
    {
        var database = Database.Open(dataDirectory);
        try
        {
            var ring = new KeyRing(KeySecret.Open(dataDirectory, database));
            KeyFileImport.Run(dataDirectory, database);
            return new KeyDirectory(database, ring);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Dispose() => Database.Dispose();
}
