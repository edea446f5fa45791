using System.Security.Cryptography;
using Dragoman.Server.Storage;

namespace Dragoman.Server.Keys;

/// <summary>
/// <c>keys.secret</c>: what the hashes of a data directory's keys are keyed with. It lies beside the database and not in it, so that a copy of the
/// database alone tells nothing about a key.
/// </summary>
internal static class KeySecret
{
    private const int Length = 32;

    /// <summary>Makes it for a directory that has no keys yet.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or missing where there are keys.</exception>
    public static byte[] Open(string dataDirectory, Database database)
    {
        var path = Path.Combine(dataDirectory, "keys.secret");
        if (File.Exists(path))
        {
            return Read(path);
        }

        // Under the lock of writers, so that of two processes only one makes it.
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction(deferred: false);
        if (File.Exists(path))
        {
            return Read(path);
        }

        if (KeyRows.HasAny(connection, transaction) || KeyFileImport.IsIn(dataDirectory))
        {
            throw new InvalidDataException("keys.secret is missing from the data directory; without it no key can be checked. Put back a copy of it.");
        }

        var secret = RandomNumberGenerator.GetBytes(Length);
        DataDirectory.WriteFile(path, secret);
        return secret;
    }

    private static byte[] Read(string path) => File.ReadAllBytes(path) is { Length: Length } secret
        ? secret
        : throw new InvalidDataException("keys.secret in the data directory is damaged; put back a copy of it.");
}
