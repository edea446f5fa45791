namespace Dragoman.Dialects;

/// <summary>Callers' words, short enough to be said back to them.</summary>
internal static class Excerpt
{
    /// <summary>The first <paramref name="length"/> characters at most, without half of a surrogate pair at the end.</summary>
    public static string Of(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
