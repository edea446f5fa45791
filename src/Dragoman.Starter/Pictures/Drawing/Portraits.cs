namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Art that shows a head or a bust only. It has nothing to stand on, so it looks into the picture over its lower border.</summary>
internal static class Portraits
{
    private static readonly HashSet<string> Animals =
    [
        "boar", "chicken", "hamster", "moose",
    ];

    private static readonly HashSet<string> People =
    [
        "artist", "baby", "baby-angel", "child", "construction-worker", "detective", "factory-worker", "firefighter",
        "guard", "health-worker", "judge", "man", "mechanic", "mrs-claus", "mx-claus", "ninja", "office-worker", "older-person",
        "person", "pilot", "police-officer", "pregnant-woman", "prince", "scientist", "singer", "student", "teacher",
        "technologist", "troll", "woman", "bald", "beard", "blonde-hair", "curly-hair", "elf", "mage", "red-hair", "superhero", "supervillain", "vampire",
        "wearing-turban", "white-hair", "with-crown", "with-veil", "with-headscarf", "with-skullcap", "in-tuxedo", "genie", "feeding-baby", "raising-hand",
    ];

    public static bool Has(string art)
    {
        string name = art;
        foreach (string who in (ReadOnlySpan<string>)["man-", "woman-", "person-"])
        {
            if (name.StartsWith(who, StringComparison.Ordinal))
            {
                name = name[who.Length..];
                break;
            }
        }

        return art.EndsWith("-face", StringComparison.Ordinal) || Animals.Contains(art) || People.Contains(name) || People.Contains(art);
    }
}
