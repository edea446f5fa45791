using System.Numerics;
using System.Text;

namespace Dragoman.Starter.Pictures.Reading;

/// <summary>The vectors of all names of things and places, to find the one whose sense is nearest.</summary>
internal sealed class ArtIndex
{
    private const string Format = "dragoman-art-1";
    private const int MostDimensions = 4096;
    private const int DigitsInName = 12;

    private readonly IReadOnlyList<string> _names;
    private readonly float[] _vectors; // one after the other
    private readonly int _dimensions;

    private ArtIndex(IReadOnlyList<string> names, float[] vectors)
    {
        (_names, _vectors) = (names, vectors);
        _dimensions = vectors.Length / names.Count;
    }

    /// <summary>
    /// Where the index of a vocabulary lies: <c>art-0123456789ab.bin</c> for <c>art.bin</c>. Versions of this program that share a folder have one each, and
    /// none writes over another's.
    /// </summary>
    public static string PathOf(string path, Vocabulary vocabulary) => Path.Combine(
        Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{vocabulary.Fingerprint[..DigitsInName]}{Path.GetExtension(path)}");

    public static ArtIndex Build(Vocabulary vocabulary, IPhraseEmbedder embedder) =>
        new(vocabulary.Nouns, [.. embedder.Embed(vocabulary.Nouns).SelectMany(vector => vector)]);

    /// <summary>An index that was written for the same vocabulary.</summary>
    /// <exception cref="StarterException">The file is missing or damaged, or of another vocabulary.</exception>
    public static ArtIndex Read(string path, Vocabulary vocabulary)
    {
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
            if (reader.ReadString() != Format || reader.ReadString() != vocabulary.Fingerprint)
            {
                throw new StarterException($"the art index {path} is of another version");
            }

            int dimensions = reader.ReadInt32();
            if (dimensions is <= 0 or > MostDimensions)
            {
                throw new FormatException($"vectors of {dimensions} numbers");
            }

            var vectors = new float[vocabulary.Nouns.Count * dimensions];
            for (int i = 0; i < vectors.Length; i++)
            {
                vectors[i] = (float)reader.ReadHalf();
            }

            return new ArtIndex(vocabulary.Nouns, vectors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new StarterException($"the art index cannot be read: {e.Message}", e);
        }
    }

    /// <summary>16-bit floats after the vocabulary's fingerprint, which tells whose they are.</summary>
    public void Write(Stream output, Vocabulary vocabulary)
    {
        using var writer = new BinaryWriter(output, Encoding.UTF8, leaveOpen: true);
        writer.Write(Format);
        writer.Write(vocabulary.Fingerprint);
        writer.Write(_dimensions);
        foreach (float number in _vectors)
        {
            writer.Write((Half)number);
        }
    }

    /// <summary>The name that is nearest to a vector of unit length, and the cosine of the angle between them.</summary>
    public (string Name, float Similarity) Nearest(ReadOnlySpan<float> vector)
    {
        (int best, float similarity) = (0, float.NegativeInfinity);
        for (int row = 0; row < _names.Count; row++)
        {
            float dot = Dot(vector, _vectors.AsSpan(row * _dimensions, _dimensions));
            if (dot > similarity)
            {
                (best, similarity) = (row, dot);
            }
        }

        return (_names[best], similarity);
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        }

        float sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
