using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Dragoman.Starter.Pictures.Reading;

/// <summary>All that the reader knows by word.</summary>
internal sealed class Vocabulary
{
    /// <summary>Most words of a phrase that is known as one.</summary>
    public const int LongestPhrase = 4;

    private readonly FrozenDictionary<string, Meaning> _meanings;

    private Vocabulary(Dictionary<string, Meaning> meanings)
    {
        _meanings = meanings.ToFrozenDictionary(StringComparer.Ordinal);
        Nouns = [.. meanings.Where(word => word.Value.IsNoun).Select(word => word.Key).Order(StringComparer.Ordinal)];
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Nouns))));
    }

    public static Vocabulary Instance { get; } = Load();

    /// <summary>Names of things and places, in an order that is always the same.</summary>
    public IReadOnlyList<string> Nouns { get; }

    /// <summary>Another one where <see cref="Nouns"/> are others: hexadecimal.</summary>
    public string Fingerprint { get; }

    /// <summary>The pieces that the names lead to.</summary>
    public IEnumerable<string> Art => Nouns.SelectMany(noun => _meanings[noun].Things).Select(piece => piece.Art).Distinct();

    public Meaning this[string noun] => _meanings[noun];

    /// <summary>What a phrase in lower case means, as it stands or with its first or last word taken for a plural; absent where it is unknown.</summary>
    public Meaning? Find(ReadOnlySpan<string> words, out bool isPlural)
    {
        isPlural = false;
        if (_meanings.TryGetValue(string.Join(' ', words), out Meaning? meaning))
        {
            return meaning;
        }

        isPlural = true;
        return FindSingular(words, words.Length - 1) ?? (words.Length > 1 ? FindSingular(words, 0) : null);
    }

    /// <summary>What the words mean with the one at a place, and the first one if need be, in the singular.</summary>
    private Meaning? FindSingular(ReadOnlySpan<string> words, int place)
    {
        foreach (string singular in Plurals.Singulars(words[place]))
        {
            string[] changed = [.. words[..place], singular, .. words[(place + 1)..]];
            if (_meanings.TryGetValue(string.Join(' ', changed), out Meaning? meaning) && (meaning.HasPlural || words.Length > 1))
            {
                return meaning;
            }

            if (place > 0 && FindSingular(changed, 0) is { } both)
            {
                return both;
            }
        }

        return null;
    }

    private static Vocabulary Load()
    {
        var meanings = new Dictionary<string, Meaning>();
        foreach ((string word, ArtPiece piece) in WordLists.Art())
        {
            Change(word, meaning => meaning with { Things = [.. meaning.Things, piece] });
        }

        foreach ((string word, string kind, string value) in WordLists.Words())
        {
            Change(word, meaning => With(meaning, kind, value));
        }

        return new Vocabulary(meanings);

        void Change(string word, Func<Meaning, Meaning> change)
        {
            ref Meaning? meaning = ref CollectionsMarshal.GetValueRefOrAddDefault(meanings, word, out _);
            meaning = change(meaning ?? new Meaning());
        }
    }

    private static Meaning With(Meaning meaning, string kind, string value) => kind switch
    {
        "place" => meaning with { Place = Enum.Parse<Place>(value) },
        "hint" => meaning with { Hint = Enum.Parse<Place>(value) },
        "time" => meaning with { Time = Enum.Parse<TimeOfDay>(value) },
        "weather" => meaning with { Weather = Enum.Parse<Weather>(value) },
        "season" => meaning with { Season = Enum.Parse<Season>(value) },
        "color" => meaning with { Color = value },
        "number" => meaning with { Number = int.Parse(value, CultureInfo.InvariantCulture) },
        "size" => meaning with { Size = double.Parse(value, CultureInfo.InvariantCulture) },
        "relation" => meaning with { Relation = Enum.Parse<RelationKind>(value) },
        "habitat" => meaning with { Habitat = Enum.Parse<Habitat>(value) },
        "role" => meaning with { Role = Enum.Parse<Role>(value) },
        _ => throw new InvalidDataException($"words.txt has a line of kind {kind}"),
    };
}
