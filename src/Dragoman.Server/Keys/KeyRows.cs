using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Keys;

/// <summary>
/// The rows of <c>keys</c> in plain SQL, for the start of the server and its looks: there EF's own start would cost more than everything else together.
/// </summary>
internal static partial class KeyRows
{
    /// <summary>What a reader that is given to the methods here has selected.</summary>
    public const string Columns = """
        id, revision, name, mode, hash, former_hash, former_secret_until, project, dialects, models,
        requests_per_minute, requests_per_day, tokens_per_minute, concurrent_calls, expires_at, revoked_at
        """;

    /// <summary><c>key_</c> and 16 hexadecimal digits of chance.</summary>
    public static string NewId() => "key_" + RandomNumberGenerator.GetHexString(16, lowercase: true);

    public static bool HasAny(SqliteConnection connection, SqliteTransaction? transaction = null) =>
        connection.Scalar("SELECT 1 FROM keys LIMIT 1", transaction) is not null;

    /// <summary>A new row with nothing but its name, mode and secret; without effect where its id or secret is there already.</summary>
    public static void Insert(SqliteConnection connection, SqliteTransaction transaction, KeyRow row)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            INSERT INTO keys (id, revision, name, mode, is_bootstrap, hash, ending, created_at)
            VALUES (@id, (SELECT coalesce(max(revision), 0) + 1 FROM keys), @name, @mode, @is_bootstrap, @hash, @ending, @created_at)
            ON CONFLICT DO NOTHING
            """;
        command.Parameters.AddWithValue("@id", row.Id);
        command.Parameters.AddWithValue("@name", row.Name);
        command.Parameters.AddWithValue("@mode", KeyJson.ModeName(row.Mode));
        command.Parameters.AddWithValue("@is_bootstrap", row.IsBootstrap);
        command.Parameters.AddWithValue("@hash", row.Hash);
        command.Parameters.AddWithValue("@ending", (object?)row.Ending ?? DBNull.Value);
        command.Parameters.AddWithValue("@created_at", row.CreatedAt.ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
    }

    public static string IdAt(SqliteDataReader reader) => reader.GetString(0);

    public static long RevisionAt(SqliteDataReader reader) => reader.GetInt64(1);

    public static KeyMode ModeAt(SqliteDataReader reader) => KeyJson.ModeOf(reader.GetString(3)) ?? throw new InvalidDataException();

    public static bool IsInForce(SqliteDataReader reader, DateTimeOffset now) => reader.IsDBNull(15) && !(TimeAt(reader, 14) <= now);

    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public static Caller CallerAt(SqliteDataReader reader, SharedLists lists) => new(IdAt(reader), reader.GetString(2), ModeAt(reader))
    {
        Project = reader.IsDBNull(7) ? null : lists.Text(reader.GetString(7)),
        Dialects = reader.IsDBNull(8) ? null : lists.Dialects(reader.GetString(8)),
        Models = reader.IsDBNull(9) ? null : lists.Models(reader.GetString(9)),
        Limits = new CallLimits
        {
            RequestsPerMinute = LimitAt(reader, 10),
            RequestsPerDay = LimitAt(reader, 11),
            TokensPerMinute = LimitAt(reader, 12),
            ConcurrentCalls = LimitAt(reader, 13),
        },
        ExpiresAt = TimeAt(reader, 14),
    };

    public static KeyHash HashAt(SqliteDataReader reader) => KeyHash.FromBytes(reader.GetFieldValue<byte[]>(4));

    /// <summary>The secret before the last rotation, and until when it is accepted too.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public static (KeyHash? Hash, DateTimeOffset Until) FormerAt(SqliteDataReader reader)
    {
        if (reader.IsDBNull(5) || TimeAt(reader, 6) is not { } until)
        {
            return default;
        }

        return reader.GetFieldValue<byte[]>(5) is { Length: KeyHash.Size } hash ? (KeyHash.FromBytes(hash), until) : throw new InvalidDataException();
    }

    private static int? LimitAt(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInt64(column) is >= CallLimits.None and <= int.MaxValue and var limit ? (int)limit : throw new InvalidDataException();

    private static DateTimeOffset? TimeAt(SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    /// <summary>A hundred thousand keys have few different projects and lists: within one reading, equal ones are one object.</summary>
    internal sealed class SharedLists
    {
        private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
        private readonly Dictionary<string, FrozenSet<string>> _dialects = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ModelList> _models = new(StringComparer.Ordinal);

        public string Text(string text) => _texts.TryAdd(text, text) ? text : _texts[text];

        public FrozenSet<string> Dialects(string json) =>
            _dialects.TryGetValue(json, out var set) ? set : _dialects[json] = Parse(json).ToFrozenSet(StringComparer.Ordinal);

        public ModelList Models(string json) =>
            _models.TryGetValue(json, out var list) ? list : _models[json] = new ModelList([.. Parse(json)]);

        private static string[] Parse(string json)
        {
            try
            {
                return JsonSerializer.Deserialize(json, ListJson.Default.StringArray) ?? throw new InvalidDataException();
            }
            catch (JsonException e)
            {
                throw new InvalidDataException(e.Message, e);
            }
        }
    }

    [JsonSerializable(typeof(string[]))]
    private sealed partial class ListJson : JsonSerializerContext;
}
