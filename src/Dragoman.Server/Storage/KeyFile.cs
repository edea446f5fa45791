using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dragoman.Keys;
using Dragoman.Model;

namespace Dragoman.Server.Storage;

/// <summary>
/// The API keys of a data directory: <c>keys.json</c> holds their keyed hashes, <c>keys.secret</c> what the hashes are keyed with. A fresh directory
/// gets one live key.
/// </summary>
internal sealed class KeyFile
{
    private const string BootstrapName = "bootstrap";

    private readonly string _path;
    private readonly List<KeyRecord>? _unsaved;

    private KeyFile(string path, List<KeyRecord>? unsaved, KeyRing ring, string? newKey, string? chosenKey)
    {
        _path = path;
        _unsaved = unsaved;
        Ring = ring;
        NewKey = newKey;
        ChosenKey = chosenKey;
    }

    public KeyRing Ring { get; }

    /// <summary>The key made at this start; the only time that it can be seen.</summary>
    public string? NewKey { get; }

    /// <summary>The key that the operator chose through DRAGOMAN_BOOTSTRAP_KEY.</summary>
    public string? ChosenKey { get; }

    /// <param name="chosenKey">The operator's own value for the bootstrap key; takes the place of the former one.</param>
    /// <exception cref="InvalidDataException">The files are damaged, or the chosen key will not do.</exception>
    public static KeyFile Open(string dataDirectory, string? chosenKey)
    {
        chosenKey = string.IsNullOrWhiteSpace(chosenKey) ? null : chosenKey.Trim();
        if (chosenKey is not null && ApiKey.Fault(chosenKey) is { } fault)
        {
            throw new InvalidDataException($"DRAGOMAN_BOOTSTRAP_KEY cannot be used: {fault}.");
        }

        var path = Path.Combine(dataDirectory, "keys.json");
        var records = Read(path);
        var ring = new KeyRing(Secret(Path.Combine(dataDirectory, "keys.secret"), isFresh: records is null));
        string? newKey = null;
        List<KeyRecord>? unsaved = null;
        if (records is null || chosenKey is not null)
        {
            newKey = chosenKey is null ? ApiKey.Create(KeyMode.Live) : null;
            var hash = Convert.ToHexStringLower(ring.Hash(chosenKey ?? newKey).ToArray());
            var kept = records?.Where(record => record.Name != BootstrapName).ToList() ?? [];
            if (records?.Any(record => record.Name == BootstrapName && record.Hash == hash) is not true)
            {
                var id = "key_" + RandomNumberGenerator.GetHexString(16, lowercase: true);
                records = unsaved = [.. kept, new KeyRecord(id, BootstrapName, IsLive: true, hash, DateTimeOffset.UtcNow)];
            }
        }

        foreach (var record in records!)
        {
            ring.Set(
                KeyHash.FromBytes(Convert.FromHexString(record.Hash)),
                new Caller(record.Id, record.Name, record.IsLive ? KeyMode.Live : KeyMode.Test));
        }

        return new KeyFile(path, unsaved, ring, newKey, chosenKey);
    }

    /// <summary>
    /// Stores what opening changed. Called when the start has succeeded and the key is about to be shown: a start that fails must not leave a key
    /// behind that nobody has seen.
    /// </summary>
    public void Save()
    {
        if (_unsaved is not null)
        {
            DataDirectory.WriteFile(_path, JsonSerializer.SerializeToUtf8Bytes(_unsaved, StorageJson.Default.ListKeyRecord));
        }
    }

    private static List<KeyRecord>? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var records = JsonSerializer.Deserialize(File.ReadAllBytes(path), StorageJson.Default.ListKeyRecord);
            if (records?.TrueForAll(record => record is { Id: not null, Name: not null, Hash.Length: KeyHash.Size * 2 } && Convert.FromHexString(record.Hash) is not null) is true)
            {
                return records;
            }
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // Told below.
        }

        // Starting with no keys would lock everybody out without a word; starting with a new one would let the old ones lapse.
        throw new InvalidDataException("keys.json in the data directory is damaged; put back a copy of it, or remove it to begin with a new key.");
    }

    private static byte[] Secret(string path, bool isFresh)
    {
        if (File.Exists(path))
        {
            return File.ReadAllBytes(path) is { Length: 32 } secret
                ? secret
                : throw new InvalidDataException("keys.secret in the data directory is damaged; put back a copy of it.");
        }

        if (!isFresh)
        {
            throw new InvalidDataException("keys.secret is missing from the data directory; without it no key of keys.json can be checked.");
        }

        var made = RandomNumberGenerator.GetBytes(32);
        DataDirectory.WriteFile(path, made);
        return made;
    }
}

/// <param name="Hash">The keyed hash, in hexadecimal.</param>
internal sealed record KeyRecord(string Id, string Name, bool IsLive, string Hash, DateTimeOffset Created);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(List<KeyRecord>))]
internal sealed partial class StorageJson : JsonSerializerContext;
