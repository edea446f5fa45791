using System.Globalization;

namespace Dragoman.Starter.Pictures.Reading;

/// <summary>
/// Goes through a prompt's words once, from left to right. Numbers, sizes and colours wait for the thing that follows them; a preposition waits for the
/// thing that it relates the last ones to; words that are not known and no adjectives of a known one are handed out to be guessed.
/// </summary>
internal sealed class PromptParser
{
    private const int GuessedWords = 3; // Of a phrase that is not known, the last so many are taken for its noun.
    private const int ManyOfAStand = 7; // What "palm beach" shows at least of palms.

    private readonly Vocabulary _vocabulary;
    private readonly Func<string, Meaning?> _guess;
    private readonly PromptContent _content = new();
    private List<PromptWord> _words = [];

    // Said of the thing that is to come.
    private readonly List<string> _colors = [];
    private readonly List<string> _unknown = [];
    private int? _number;
    private double? _size;
    private Habitat? _habitat;

    // What came last in the phrase, and what the clause is about.
    private Mention? _last;
    private int _lastEnd; // The word after it.
    private bool _lastWasPlace;
    private List<Mention> _chain = [];
    private bool _chainIsTarget; // It is what others stand on, and what comes next does not join it.
    private bool _joins;
    private (RelationKind Kind, List<Mention> From)? _relation;
    private bool _isNegated;
    private bool _hasNegated;

    /// <param name="guess">The known noun that an unknown phrase comes nearest to, if any does.</param>
    private PromptParser(Vocabulary vocabulary, Func<string, Meaning?> guess) => (_vocabulary, _guess) = (vocabulary, guess);

    public static PromptContent Parse(string prompt, Vocabulary vocabulary, Func<string, Meaning?> guess) =>
        new PromptParser(vocabulary, guess).Parse(PromptWords.Cut(prompt, vocabulary));

    private PromptContent Parse(List<PromptWord> words)
    {
        _words = words;
        for (int at = 0; at < words.Count;)
        {
            at += Take(at);
        }

        EndClause();
        return _content;
    }

    /// <summary>Takes what begins at a word in; the number of words that it is.</summary>
    private int Take(int at)
    {
        PromptWord word = _words[at];
        if (word.IsMark)
        {
            EndClause();
            return 1;
        }

        if (word.StartsPhrase)
        {
            EndPhrase();
            _isNegated &= !_hasNegated; // "no people and a dog"
        }

        (Meaning? meaning, int length, bool isPlural) = MeaningAt(at);
        if (meaning is null)
        {
            TakeUnknown(word.Text);
        }
        else
        {
            Take(meaning, isPlural, at, at + length);
        }

        return length;
    }

    private void Take(Meaning meaning, bool isPlural, int at, int next)
    {
        TakeSurroundings(meaning);
        if (IsModifier(meaning, next))
        {
            _colors.AddRange(meaning.Color is { } color ? [color] : []);
            _size = meaning.Size ?? _size;
        }
        else if (meaning.IsThing)
        {
            TakeThing(meaning, isPlural, at, next);
        }
        else if (meaning.Place is { } place)
        {
            TakePlace(place);
        }
        else if (meaning.IsSurroundings)
        {
            TakeTints(); // "a purple sunset"
        }

        _number = meaning.Number ?? _number;
        TakeHabitat(meaning, next);
        TakeRole(meaning);
    }

    private void TakeHabitat(Meaning meaning, int next)
    {
        if (_last is null)
        {
            _habitat = meaning.Habitat ?? _habitat;
        }
        else if (meaning.Relation is not null || !HasNounAt(next)) // "a boy flying a drone" is not in the air.
        {
            _last.Habitat = meaning.Habitat ?? _last.Habitat;
        }
    }

    private void TakeSurroundings(Meaning meaning)
    {
        if (!_isNegated)
        {
            _content.Time ??= meaning.Time;
            _content.Weather ??= meaning.Weather;
            _content.Season ??= meaning.Season;
            _content.Hint ??= meaning.Hint;
        }
    }

    private void TakeThing(Meaning meaning, bool isPlural, int at, int next)
    {
        if (_last is not null && IsVerb(next))
        {
            return;
        }

        var mention = new Mention(meaning.Things)
        {
            Number = _number,
            IsPlural = isPlural,
            Color = _colors.FirstOrDefault(),
            Size = _size ?? 1,
            Habitat = _habitat,
        };
        if (_last is { IsPlural: false, Pieces.Count: 1 } former && _lastEnd == at)
        {
            // "a strawberry cake": what is said of the first is said of the second.
            _content.Mentions.Remove(former);
            (mention.Number, mention.Color, mention.Size) = (former.Number, former.Color, former.Size);
        }

        _colors.Clear();
        _unknown.Clear();
        (_number, _size, _habitat, _lastWasPlace) = (null, null, null, false);
        if (_isNegated)
        {
            (_hasNegated, _last, _relation) = (true, null, null);
            return;
        }

        _content.Mentions.Add(mention);
        _chain = _joins && !_chainIsTarget ? [.. _chain, mention] : [mention];
        _chainIsTarget = _relation is not null;
        _relation?.From.ForEach(from => from.Relation ??= (_relation.Value.Kind, mention));
        _relation = null;

        (_last, _lastEnd, _joins) = (mention, next, false);
    }

    private void TakePlace(Place place)
    {
        if (_last is { } stand && Grows(stand, place))
        {
            stand.Number ??= ManyOfAStand; // "a sunflower field"
        }

        if (!_isNegated)
        {
            // "a mountain lake" is a lake, and "a city by the sea" a city.
            _content.Places.Insert(_lastWasPlace ? _content.Places.Count - 1 : _content.Places.Count, place);
        }

        _colors.Remove(OwnColor(place));
        TakeTints();
        _unknown.Clear();
        (_number, _size, _relation, _lastWasPlace, _hasNegated) = (null, null, null, !_isNegated, _isNegated);
    }

    private void TakeTints()
    {
        _content.Tints.AddRange(_isNegated ? [] : _colors);
        _colors.Clear();
    }

    private void TakeUnknown(string word)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            _number = number;
        }
        else if (word.All(char.IsAsciiDigit))
        {
            _number = int.MaxValue;
        }
        else if (_last is not null || _lastWasPlace)
        {
            _joins |= IsParticiple(word); // "a man reading a book": what is said of the book's place is said of him.
        }
        else
        {
            _unknown.Add(word);
        }
    }

    private void TakeRole(Meaning meaning)
    {
        if (meaning.Relation is { } kind)
        {
            EndPhrase();
            List<Mention> about = _chain.Count > 0 ? _chain : [.. _content.Mentions.Take(1)]; // "a dog in a hat, riding a horse"
            (_relation, _joins, _isNegated) = (about.Count > 0 ? (kind, about) : null, false, false);
        }

        switch (meaning.Role)
        {
            case Role.Negation:
                EndPhrase();
                (_isNegated, _hasNegated) = (true, false);
                break;
            case Role.And when _colors.Count > 0 && _last is null:
                break; // "a red and white boat"
            case Role.And:
                EndPhrase();
                _joins = true;
                break;
            case Role.With:
                EndPhrase();
                (_joins, _relation, _isNegated) = (true, null, false);
                break;
            case Role.Tone:
                TakeTints();
                break;
            case Role.Break:
                EndPhrase();
                (_relation, _joins, _isNegated) = (null, false, false);
                break;
        }
    }

    private void EndPhrase()
    {
        GuessUnknown();
        if (_chain is [.., { } about])
        {
            about.Color ??= _colors.FirstOrDefault(); // "a boat that is red", "boats in red"
        }
        else
        {
            TakeTints();
        }

        _colors.Clear();
        (_number, _size, _habitat, _last, _lastWasPlace) = (null, null, null, null, false);
    }

    private void EndClause()
    {
        EndPhrase();
        (_chain, _chainIsTarget, _joins, _relation, _isNegated) = ([], false, false, null, false);
    }

    /// <summary>The whole phrase may be known by its sense, or its head.</summary>
    private void GuessUnknown()
    {
        string[] words = [.. _unknown.TakeLast(GuessedWords)];
        _unknown.Clear();
        if (words.Length == 0 || !IsNounLike(words[^1]))
        {
            return;
        }

        string? singular = Plurals.Singulars(words[^1]).FirstOrDefault();
        words[^1] = singular ?? words[^1];
        Meaning? meaning = _guess(string.Join(' ', words)) ?? (words.Length > 1 ? _guess(words[^1]) : null);
        if (meaning is { IsThing: true })
        {
            TakeThing(meaning, isPlural: singular is not null, at: -1, next: _words.Count);
        }
        else if (meaning is { Place: { } place })
        {
            TakePlace(place);
        }
        else
        {
            _colors.Clear(); // They are of what is not known.
        }
    }

    /// <summary>The longest phrase that is known, from a word on. A phrase goes on over articles, for which its words were made without.</summary>
    private (Meaning? Meaning, int Length, bool IsPlural) MeaningAt(int at)
    {
        int most = 1;
        while (most < Vocabulary.LongestPhrase && at + most < _words.Count && !_words[at + most].IsMark)
        {
            most++;
        }

        string[] phrase = [.. _words.Slice(at, most).Select(word => word.Text)];
        for (int length = most; length > 0; length--)
        {
            if (_vocabulary.Find(phrase.AsSpan(0, length), out bool isPlural) is { } meaning)
            {
                return (meaning, length, isPlural);
            }
        }

        return (null, 1, false);
    }

    /// <summary>Whether it says something of the noun that follows in the same phrase, though alone it may be a thing: "orange", "rose", "baby".</summary>
    private bool IsModifier(Meaning meaning, int next)
    {
        if (meaning is { Color: null, Size: null })
        {
            return false;
        }

        return !meaning.IsThing || (next < _words.Count && _words[next] is { IsMark: false, StartsPhrase: false }
            && MeaningAt(next).Meaning is null or { IsNoun: true } or { Color: not null } or { Size: not null } or { Role: Role.Filler });
    }

    /// <summary>"children building a snowman": a thing's name in a verb's form between two things.</summary>
    private bool IsVerb(int next) => IsParticiple(_words[next - 1].Text) && HasNounAt(next);

    private bool HasNounAt(int at) =>
        at < _words.Count && (_words[at].StartsPhrase || (!_words[at].IsMark && MeaningAt(at).Meaning is { IsNoun: true }));

    private static bool IsNounLike(string word) =>
        word.Length is > 2 and < 30 && word.All(char.IsLetter) && !word.EndsWith("ly", StringComparison.Ordinal)
        && !word.EndsWith("ed", StringComparison.Ordinal) && !IsParticiple(word);

    private static bool IsParticiple(string word) => word.EndsWith("ing", StringComparison.Ordinal);

    private static bool Grows(Mention mention, Place place) =>
        mention.Pieces is [{ Habitat: Habitat.Ground, Place: Place.Garden or Place.Forest or Place.Beach or Place.Desert }]
        && place is Place.Garden or Place.Forest or Place.Field or Place.Meadow or Place.Beach or Place.Hills or Place.Desert;

    /// <summary>The colour that a place has anyway.</summary>
    private static string OwnColor(Place place) => place switch
    {
        Place.Meadow or Place.Hills or Place.Forest or Place.Garden or Place.Field => "#43a047",
        Place.Lake or Place.River or Place.Sea or Place.Underwater or Place.Sky => "#1e6fd9",
        Place.Desert or Place.Beach => "#d4a017",
        Place.Snowfield => "#ffffff",
        _ => "",
    };
}
