using System.Collections.Frozen;

namespace Dragoman.Starter.Pictures.Reading;

/// <summary>English plurals.</summary>
internal static class Plurals
{
    private static readonly FrozenDictionary<string, string> Irregular = new Dictionary<string, string>
    {
        ["men"] = "man",
        ["women"] = "woman",
        ["children"] = "child",
        ["mice"] = "mouse",
        ["geese"] = "goose",
        ["oxen"] = "ox",
        ["wolves"] = "wolf",
        ["leaves"] = "leaf",
        ["loaves"] = "loaf",
        ["knives"] = "knife",
        ["elves"] = "elf",
        ["cacti"] = "cactus",
        ["octopi"] = "octopus",
        ["feet"] = "foot",
        ["teeth"] = "tooth",
        ["policemen"] = "policeman",
        ["firemen"] = "fireman",
        ["fishermen"] = "fisherman",
        ["snowmen"] = "snowman",
        ["taxis"] = "taxi",
        ["kiwis"] = "kiwi",
        ["emojis"] = "emoji",
    }.ToFrozenDictionary();

    /// <summary>What the word may be the plural of, the likelier first; none for what is no plural.</summary>
    public static IEnumerable<string> Singulars(string word)
    {
        if (Irregular.TryGetValue(word, out string? singular))
        {
            return [singular];
        }

        return word switch
        {
            { Length: < 4 } or [.., 's' or 'u' or 'i', 's'] => [],
            [.. var stem, 'i', 'e', 's'] => [stem + "y", stem + "ie"],
            [.., 'e', 's'] => [word[..^1], word[..^2]],
            [.., 's'] => [word[..^1]],
            _ => [],
        };
    }
}
