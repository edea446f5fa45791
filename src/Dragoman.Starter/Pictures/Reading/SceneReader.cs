using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Dragoman.Starter.Pictures.Reading;

/// <summary>Reads prompts into scenes. Every prompt gives one; what it cannot make out it leaves out, for a wrong thing is worse than none.</summary>
internal sealed class SceneReader(ArtIndex index, IPhraseEmbedder embedder)
{
    /// <summary>Most of one kind.</summary>
    public const int MostOfAKind = 12;

    /// <summary>Most kinds of things.</summary>
    public const int MostSubjects = 8;

    // Each costs some milliseconds.
    private const int MostGuesses = 8;

    // Below it the nearest name is of something else more often than not. A word that begins as the name does is near to it by its letters already.
    private const float LeastSimilarity = 0.7f;
    private const float LeastSimilarityOfEcho = 0.81f;
    private const int EchoLetters = 3;

    private readonly Vocabulary _vocabulary = Vocabulary.Instance;

    /// <param name="width">In pixels, and <paramref name="height"/>.</param>
    /// <param name="seed">Absent, it is made of all else: the same call gives the same scene.</param>
    public Scene Read(string prompt, PictureStyle style, int width, int height, long? seed)
    {
        PromptContent content = PromptParser.Parse(prompt, _vocabulary, Guesser());
        long scatter = seed ?? SeedOf(prompt, style, width, height);
        List<Subject> subjects = SceneSubjects.Of(content, scatter);
        return new Scene
        {
            Subjects = subjects,
            Place = ScenePlace.Of(content),
            Time = content.Time ?? TimeOfDay.Day,
            Weather = content.Weather ?? Weather.Clear,
            Season = content.Season ?? Season.Summer,
            Tints = [.. content.Tints.Distinct()],
            Style = style,
            Width = width,
            Height = height,
            Seed = scatter,
        };
    }

    /// <summary>What finds the noun that a phrase comes near to, for as many phrases as there is time for.</summary>
    private Func<string, Meaning?> Guesser()
    {
        int left = MostGuesses;
        return phrase =>
        {
            if (left-- <= 0)
            {
                return null;
            }

            (string name, float similarity) = index.Nearest(embedder.Embed([phrase])[0]);
            return similarity >= (IsEcho(phrase, name) ? LeastSimilarityOfEcho : LeastSimilarity) ? _vocabulary[name] : null;
        };
    }

    private static bool IsEcho(string phrase, string name) =>
        string.CompareOrdinal(phrase, 0, name, 0, EchoLetters) == 0;

    private static long SeedOf(string prompt, PictureStyle style, int width, int height) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{style} {width} {height} {prompt}")));
}
