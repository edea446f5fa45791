using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Dragoman.Images;

/// <summary>
/// The name under which a picture is published, and all that the gateway knows of it: <c>{128 random bits}-{end of its time}.{jpg|png|webp}</c>, the bits as
/// 32 digits and the time as 8 digits of Unix seconds, both hexadecimal, in lower case. Whoever has not been told the name does not find it; one that was
/// changed is another picture's, which there is not.
/// </summary>
public sealed class ImageName
{
    private const int RandomBytes = 16;
    private const int ExpiryAt = 2 * RandomBytes + 1;
    private const int DotAt = ExpiryAt + 8;

    private static readonly (string Extension, string MediaType)[] Kinds = [(".jpg", "image/jpeg"), (".png", "image/png"), (".webp", "image/webp")];

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _text;

    private ImageName(string text, DateTimeOffset expiresAt, string mediaType)
    {
        _text = text;
        ExpiresAt = expiresAt;
        MediaType = mediaType;
    }

    /// <summary>The last moment that a name can tell: in the year 2106, for pictures that stay for ever.</summary>
    public static DateTimeOffset Forever { get; } = DateTimeOffset.FromUnixTimeSeconds(uint.MaxValue);

    /// <summary>From then on the picture is gone.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>As the name's ending says.</summary>
    public string MediaType { get; }

    /// <summary>Where this server shows it: <c>/images/…</c>.</summary>
    public Uri Path => new("/images/" + _text, UriKind.Relative);

    /// <summary>The day at whose end the picture can be deleted, as eight digits: its pictures lie together.</summary>
    public string Day => DayOf(ExpiresAt);

    public static string DayOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>A name that nobody has had before.</summary>
    /// <param name="mediaType">One of <c>image/jpeg</c>, <c>image/png</c> and <c>image/webp</c>.</param>
    public static ImageName Create(DateTimeOffset expiresAt, string mediaType)
    {
        var seconds = (uint)Math.Clamp(expiresAt.ToUnixTimeSeconds(), 0, uint.MaxValue);
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
        var extension = Kinds.First(kind => kind.MediaType == mediaType).Extension;
        return new ImageName(
            string.Create(CultureInfo.InvariantCulture, $"{random}-{seconds:x8}{extension}"), DateTimeOffset.FromUnixTimeSeconds(seconds), mediaType);
    }

    /// <summary>Reads a name as <see cref="Create"/> writes it, to the letter; nothing else is one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageName? name)
    {
        name = null;
        if (text is not { Length: > DotAt } || text[ExpiryAt - 1] != '-' || !IsHex(text.AsSpan(0, ExpiryAt - 1)) || !IsHex(text.AsSpan(ExpiryAt, DotAt - ExpiryAt)))
        {
            return false;
        }

        foreach (var (extension, mediaType) in Kinds)
        {
            if (text.AsSpan(DotAt).SequenceEqual(extension))
            {
                var seconds = uint.Parse(text.AsSpan(ExpiryAt, DotAt - ExpiryAt), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                name = new ImageName(text, DateTimeOffset.FromUnixTimeSeconds(seconds), mediaType);
                return true;
            }
        }

        return false;
    }

    public override string ToString() => _text;

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);
}
