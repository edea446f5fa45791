namespace Dragoman.Http;

/// <summary>Data URIs (RFC 2397): <c>data:image/png;base64,iVBORw0…</c></summary>
public static class DataUri
{
    private const string Scheme = "data:";
    private const string Base64 = ";base64";

    /// <summary>Takes it apart; <c>false</c> where it is none, or not base64, or tells no media type.</summary>
    /// <param name="mediaType">Lower case, without parameters.</param>
    public static bool TryRead(string uri, out string mediaType, out byte[] data)
    {
        (mediaType, data) = ("", []);
        var comma = uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? uri.IndexOf(',', StringComparison.Ordinal) : -1;
        if (comma < 0 || !uri.AsSpan(0, comma).EndsWith(Base64, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var type = uri.AsSpan(Scheme.Length, comma - Scheme.Length - Base64.Length);
        mediaType = (type.IndexOf(';') is >= 0 and var end ? type[..end] : type).Trim().ToString().ToLowerInvariant();
        return mediaType.Contains('/', StringComparison.Ordinal) && TryDecode(uri.AsSpan(comma + 1), out data);
    }

    /// <summary>Base64 in which white space does not count.</summary>
    public static bool TryDecode(ReadOnlySpan<char> base64, out byte[] data)
    {
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64Chars(base64, bytes, out var length))
        {
            data = [];
            return false;
        }

        data = bytes[..length];
        return true;
    }
}
