namespace Dragoman.Server.Extraction;

/// <summary>Pictures, films and sounds by their first bytes, as models take them.</summary>
internal static class MediaTypes
{
    /// <summary>Enough for <see cref="Sniff"/>.</summary>
    public const int SignatureLength = 512;

    private static readonly (string Type, string Extension, string Words)[] Known =
    [
        ("image/png", "png", "a PNG picture"),
        ("image/jpeg", "jpg", "a JPEG picture"),
        ("image/webp", "webp", "a WebP picture"),
        ("image/heic", "heic", "a HEIC picture"),
        ("image/heif", "heif", "a HEIF picture"),
        ("image/gif", "gif", "a GIF picture"),
        ("image/bmp", "bmp", "a BMP picture"),
        ("image/tiff", "tiff", "a TIFF picture"),
        ("image/avif", "avif", "an AVIF picture"),
        ("video/mp4", "mp4", "an MP4 film"),
        ("video/quicktime", "mov", "a QuickTime film"),
        ("video/3gpp", "3gp", "a 3GPP film"),
        ("video/webm", "webm", "a WebM or Matroska film"),
        ("video/x-msvideo", "avi", "an AVI film"),
        ("video/x-flv", "flv", "a Flash film"),
        ("video/mpeg", "mpg", "an MPEG film"),
        ("video/x-ms-wmv", "wmv", "a Windows Media film"),
        ("audio/mpeg", "mp3", "an MP3 sound"),
        ("audio/wav", "wav", "a WAV sound"),
        ("audio/flac", "flac", "a FLAC sound"),
        ("audio/ogg", "ogg", "an Ogg sound"),
        ("audio/mp4", "m4a", "an MPEG-4 sound"),
        ("audio/aac", "aac", "an AAC sound"),
    ];

    /// <summary>The media type; absent where the bytes begin no picture, film or sound that is known.</summary>
    public static string? Sniff(ReadOnlySpan<byte> start) => start switch
    {
        [0x89, 0x50, 0x4e, 0x47, ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x47, 0x49, 0x46, 0x38, ..] => "image/gif",
        [0x49, 0x49, 0x2a, 0, ..] or [0x4d, 0x4d, 0, 0x2a, ..] => "image/tiff",
        [0x42, 0x4d, _, _, _, _, 0, 0, 0, 0, ..] => "image/bmp",
        [0x52, 0x49, 0x46, 0x46, _, _, _, _, ..] => SniffRiff(start[8..]),
        [_, _, _, _, 0x66, 0x74, 0x79, 0x70, ..] => SniffBrand(start[8..]),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => "video/webm",
        [0x46, 0x4c, 0x56, 1, ..] => "video/x-flv",
        [0, 0, 1, 0xba or 0xb3, ..] => "video/mpeg",
        [0x30, 0x26, 0xb2, 0x75, ..] => "video/x-ms-wmv",
        [0x49, 0x44, 0x33, ..] => "audio/mpeg",
        [0x66, 0x4c, 0x61, 0x43, ..] => "audio/flac",
        [0x4f, 0x67, 0x67, 0x53, ..] => "audio/ogg",
        [0xff, 0xf1 or 0xf9, ..] => "audio/aac",
        [0xff, 0xfb or 0xf3 or 0xf2 or 0xfa, ..] => "audio/mpeg",
        _ => null,
    };

    /// <summary>The type in a person's words, article included.</summary>
    public static string Describe(string type) => Known.First(known => known.Type == type).Words;

    /// <summary>The ending of a file of the type, without its dot.</summary>
    public static string Extension(string type) => Known.First(known => known.Type == type).Extension;

    private static string? SniffRiff(ReadOnlySpan<byte> form) =>
        form.StartsWith("WEBP"u8) ? "image/webp" : form.StartsWith("WAVE"u8) ? "audio/wav" : form.StartsWith("AVI "u8) ? "video/x-msvideo" : null;

    /// <summary>ISO/IEC 14496-12's major brand.</summary>
    private static string SniffBrand(ReadOnlySpan<byte> brand) =>
        brand.StartsWith("heic"u8) || brand.StartsWith("heix"u8) || brand.StartsWith("hevc"u8) ? "image/heic"
        : brand.StartsWith("mif1"u8) || brand.StartsWith("msf1"u8) || brand.StartsWith("heif"u8) ? "image/heif"
        : brand.StartsWith("avif"u8) || brand.StartsWith("avis"u8) ? "image/avif"
        : brand.StartsWith("qt  "u8) ? "video/quicktime"
        : brand.StartsWith("3g"u8) ? "video/3gpp"
        : brand.StartsWith("M4A "u8) || brand.StartsWith("M4B "u8) ? "audio/mp4"
        : "video/mp4";
}
