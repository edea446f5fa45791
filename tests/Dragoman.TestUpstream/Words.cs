namespace Dragoman.Testing;

/// <summary>The fake's tokens are words.</summary>
internal static class Words
{
    public static int Count(string? text)
    {
        var count = 0;
        var inside = false;
        foreach (var c in text.AsSpan())
        {
            var space = char.IsWhiteSpace(c);
            count += !space && !inside ? 1 : 0;
            inside = !space;
        }

        return count;
    }

    /// <summary>Words with the space before them, so that joined they are the text again.</summary>
    public static IReadOnlyList<string> Split(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        List<string> words = [];
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1]))
            {
                words.Add(text[start..i]);
                start = i;
            }
        }

        words.Add(text[start..]);
        return words;
    }

    /// <summary>Fragments of a few characters that part neither a surrogate pair nor an escape's meaning when joined.</summary>
    public static IEnumerable<string> Fragments(string text, int length = 8)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(text.Length, start + length);
            end -= end < text.Length && char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
            yield return text[start..end];
            start = end;
        }
    }
}
