using System.Text.Json;
using System.Text.Json.Serialization;
using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Server.Storage;

namespace Dragoman.Server.Keys;

/// <summary>Takes the keys of a former version's <c>keys.json</c> into the database, once: the file is then named <c>keys.json.imported</c>.</summary>
internal static partial class KeyFileImport
{
    private const string FileName = "keys.json";

    public static bool IsIn(string dataDirectory) => File.Exists(Path.Combine(dataDirectory, FileName));

    /// <exception cref="InvalidDataException">The file is damaged; nothing was taken from it.</exception>
    public static void Run(string dataDirectory, Database database)
    {
        if (!IsIn(dataDirectory))
        {
            return;
        }

        using var connection = database.Connect();
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            if (!IsIn(dataDirectory))
            {
                return; // Another process was quicker.
            }

            // A death between the commit and the renaming brings the file here again: what is in the database already stays as it is there.
            foreach (var record in Read(Path.Combine(dataDirectory, FileName)))
            {
                KeyRows.Insert(connection, transaction, new KeyRow
                {
                    Id = record.Id,
                    Name = record.Name,
                    Mode = record.IsLive ? KeyMode.Live : KeyMode.Test,
                    IsBootstrap = record.Name == StartKeys.BootstrapName,
                    Hash = Convert.FromHexString(record.Hash),
                    CreatedAt = record.Created,
                });
            }

            transaction.Commit();
        }

        File.Move(Path.Combine(dataDirectory, FileName), Path.Combine(dataDirectory, FileName + ".imported"), overwrite: true);
    }

    private static List<KeyRecord> Read(string path)
    {
        try
        {
            var records = JsonSerializer.Deserialize(File.ReadAllBytes(path), FileJson.Default.ListKeyRecord);
            if (records?.TrueForAll(record => record is { Id: not null, Name: not null, Hash.Length: KeyHash.Size * 2 } && Convert.FromHexString(record.Hash) is not null) is true)
            {
                return records;
            }
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // Told below.
        }

        // Starting without its keys would lock everybody out without a word.
        throw new InvalidDataException("keys.json in the data directory is damaged; put back a copy of it, or remove it to go on without its keys.");
    }

    /// <param name="Hash">The keyed hash, in hexadecimal.</param>
    private sealed record KeyRecord(string Id, string Name, bool IsLive, string Hash, DateTimeOffset Created);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(List<KeyRecord>))]
    private sealed partial class FileJson : JsonSerializerContext;
}
