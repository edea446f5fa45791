using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Server.Keys;

/// <summary>
/// A key as JSON, the same for commands and the admin API. Limits are a number, <c>"none"</c>, or <c>null</c> for the dialect's default; times are
/// RFC 3339 in UTC.
/// </summary>
internal static class KeyJson
{
    /// <summary>What operators write for <see cref="CallLimits.None"/>.</summary>
    public const string NoLimit = "none";

    /// <param name="secret">The key itself, in the one answer that shows it.</param>
    /// <param name="now">Tells whether it has expired.</param>
    public static void Write(Utf8JsonWriter json, KeyInfo key, string? secret, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("id", key.Id);
        if (secret is not null)
        {
            json.WriteString("key", secret);
        }

        json.WriteString("name", key.Name);
        json.WriteString("mode", ModeName(key.Mode));
        json.WriteString("status", StatusName(key.StatusAt(now)));
        json.WriteString("ending", key.Ending);
        json.WriteString("project", key.Project);
        WriteList(json, "dialects", key.Dialects);
        WriteList(json, "models", key.Models);
        WriteLimit(json, "requests_per_minute", key.Limits.RequestsPerMinute);
        WriteLimit(json, "requests_per_day", key.Limits.RequestsPerDay);
        WriteLimit(json, "tokens_per_minute", key.Limits.TokensPerMinute);
        WriteLimit(json, "concurrent_calls", key.Limits.ConcurrentCalls);
        WriteTime(json, "created_at", key.CreatedAt);
        WriteTime(json, "expires_at", key.ExpiresAt);
        WriteTime(json, "revoked_at", key.RevokedAt);
        WriteTime(json, "rotated_at", key.RotatedAt);
        WriteTime(json, "former_secret_until", key.FormerSecretUntil > now ? key.FormerSecretUntil : null);
        json.WriteEndObject();
    }

    public static string ModeName(KeyMode mode) => mode switch
    {
        KeyMode.Live => "live",
        KeyMode.Test => "test",
        KeyMode.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    /// <summary><c>null</c> where there is no such mode.</summary>
    public static KeyMode? ModeOf(string name) => name switch
    {
        "live" => KeyMode.Live,
        "test" => KeyMode.Test,
        "admin" => KeyMode.Admin,
        _ => null,
    };

    public static string StatusName(KeyStatus status) => status switch
    {
        KeyStatus.Active => "active",
        KeyStatus.Expired => "expired",
        KeyStatus.Revoked => "revoked",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string>? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteLimit(Utf8JsonWriter json, string name, int? limit)
    {
        switch (limit)
        {
            case null:
                json.WriteNull(name);
                break;
            case CallLimits.None:
                json.WriteString(name, NoLimit);
                break;
            default:
                json.WriteNumber(name, limit.Value);
                break;
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, time.Value.UtcDateTime); // RFC 3339, with a Z.
        }
    }
}
