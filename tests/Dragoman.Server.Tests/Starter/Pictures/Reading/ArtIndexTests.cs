using Dragoman.Starter;
using Dragoman.Starter.Pictures.Reading;

namespace Dragoman.Server.Tests.Starter.Pictures.Reading;

public sealed class ArtIndexTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void Read_WrittenIndex_FindsTheSame()
    {
        WriteIndex();

        ArtIndex index = ArtIndex.Read(_file, Vocabulary.Instance);

        string name = Vocabulary.Instance.Nouns[1000];
        (string found, float similarity) = index.Nearest(OneHot.Vector(name));
        Vocabulary.Instance[found].ShouldNotBeNull();
        OneHot.Vector(found).ShouldBe(OneHot.Vector(name));
        similarity.ShouldBe(1);
    }

    [Fact]
    public void Read_OtherVocabulary_IsToldAsSuch()
    {
        WriteIndex();
        byte[] bytes = File.ReadAllBytes(_file);
        bytes[20] ^= 1; // In the fingerprint.
        File.WriteAllBytes(_file, bytes);

        Should.Throw<StarterException>(() => ArtIndex.Read(_file, Vocabulary.Instance)).Message.ShouldContain("another version");
    }

    [Fact]
    public void Read_TruncatedFile_IsToldAsSuch()
    {
        WriteIndex();
        File.WriteAllBytes(_file, File.ReadAllBytes(_file)[..^1]);

        Should.Throw<StarterException>(() => ArtIndex.Read(_file, Vocabulary.Instance));
    }

    [Fact]
    public void Read_MissingFile_IsToldAsSuch() =>
        Should.Throw<StarterException>(() => ArtIndex.Read(_file + ".none", Vocabulary.Instance));

    [Fact]
    public void PathOf_AFile_HasTheVocabularysMarkInItsName()
    {
        string mark = Vocabulary.Instance.Fingerprint[..12];

        ArtIndex.PathOf("/parts/art/index.bin", Vocabulary.Instance).ShouldBe($"/parts/art/index-{mark}.bin");
        ArtIndex.PathOf("index", Vocabulary.Instance).ShouldBe($"index-{mark}");
    }

    public void Dispose() => File.Delete(_file);

    private void WriteIndex()
    {
        using FileStream file = File.Create(_file);
        ArtIndex.Build(Vocabulary.Instance, new OneHot()).Write(file, Vocabulary.Instance);
    }

    /// <summary>A vector along one axis for each phrase, by its letters.</summary>
    private sealed class OneHot : IPhraseEmbedder
    {
        public float[][] Embed(IReadOnlyList<string> phrases) => [.. phrases.Select(Vector)];

        public static float[] Vector(string phrase)
        {
            var vector = new float[19]; // Whatever the width of a vector register, something is left over.
            vector[phrase.Sum(letter => letter) % vector.Length] = 1;
            return vector;
        }
    }
}
