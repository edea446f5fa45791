using Dragoman.Starter.Pictures.Reading;

namespace Dragoman.Server.Tests.Starter.Pictures.Reading;

/// <summary>Finds no phrase near to any other, and keeps what it was asked.</summary>
internal sealed class BlindEmbedder : IPhraseEmbedder
{
    public List<string> Asked { get; } = [];

    public float[][] Embed(IReadOnlyList<string> phrases)
    {
        Asked.AddRange(phrases);
        return [.. phrases.Select(_ => new float[4])];
    }
}
