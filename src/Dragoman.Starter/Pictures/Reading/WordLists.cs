using System.Globalization;
using System.Reflection;

namespace Dragoman.Starter.Pictures.Reading;

/// <summary>Reads the hand-made lists <c>Data/art.txt</c> and <c>Data/words.txt</c>; each says at its head how it is written.</summary>
internal static class WordLists
{
    private const char Shared = '+';

    /// <summary>The pieces and the words that each is found by.</summary>
    public static IEnumerable<(string Word, ArtPiece Piece)> Art()
    {
        var seen = new HashSet<string>();
        var taken = new HashSet<string>();
        Habitat habitat = default;
        Place? place = null;
        foreach (string line in Lines("art.txt"))
        {
            if (line.StartsWith("==", StringComparison.Ordinal))
            {
                string[] section = line.Split(' ');
                habitat = Enum.Parse<Habitat>(section[1]);
                place = section[2] == "-" ? null : Enum.Parse<Place>(section[2]);
                continue;
            }

            (string[] head, IEnumerable<string> words) = Parts(line);
            var piece = new ArtPiece(head[0], double.Parse(head[1], CultureInfo.InvariantCulture), head.ElementAtOrDefault(2), habitat, place);
            IEnumerable<string> own = seen.Add(piece.Art) ? [piece.Art.Replace('-', ' ')] : [];
            foreach (string word in own.Concat(words))
            {
                string bare = word.TrimStart(Shared);
                if (!taken.Add(bare) && word[0] != Shared)
                {
                    throw new InvalidDataException($"art.txt has \"{word}\" on two lines");
                }

                yield return (bare, piece);
            }
        }
    }

    /// <summary>All other words: each with its meaning's kind and value as they are written.</summary>
    public static IEnumerable<(string Word, string Kind, string Value)> Words() =>
        from line in Lines("words.txt")
        let parts = Parts(line)
        from word in parts.Words
        select (word, parts.Head[0], parts.Head[1]);

    private static (string[] Head, IEnumerable<string> Words) Parts(string line)
    {
        int colon = line.IndexOf(':');
        return (line[..colon].Split(' '), line[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    private static IEnumerable<string> Lines(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Dragoman.Starter.Data.{name}")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
