using System.Security.Cryptography;
using Dragoman.Model;

namespace Dragoman.Keys;

/// <summary>The keys that Dragoman gives out: a prefix that secret scanners can know, and 40 letters and digits of chance (238 bits).</summary>
public static class ApiKey
{
    private const int Length = 40;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Create(KeyMode mode) => PrefixOf(mode) + RandomNumberGenerator.GetString(Letters, Length);

    private static string PrefixOf(KeyMode mode) => mode switch
    {
        KeyMode.Live => "dgm_live_",
        KeyMode.Test => "dgm_test_",
        KeyMode.Admin => "dgm_admin_",
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    /// <summary>What is wrong with a key that an operator chose; <c>null</c> where it will do.</summary>
    public static string? Fault(string key) => key switch
    {
        { Length: < 16 } => "it is shorter than 16 characters",
        { Length: > 256 } => "it is longer than 256 characters",
        _ when key.AsSpan().ContainsAnyExceptInRange('!', '~') => "it holds a space or a character that cannot travel in a header",
        _ => null,
    };
}
