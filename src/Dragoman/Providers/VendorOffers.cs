using System.Collections.Immutable;

namespace Dragoman.Providers;

/// <summary>The wires on which texts become vectors.</summary>
public enum EmbeddingFormat
{
    OpenAI,
    Cohere,
    Gemini,
}

/// <summary>Work beside chatting that a vendor has models for.</summary>
public interface IVendorOffer
{
    /// <summary>What serves a caller who names the vendor alone; absent where only the operator knows what there is.</summary>
    string? Model { get; }
}

/// <summary>How a vendor makes vectors of texts.</summary>
public sealed record EmbeddingOffer(EmbeddingFormat Format) : IVendorOffer
{
    public string? Model { get; init; }

    /// <summary>The most texts of one request.</summary>
    public int MaxTexts { get; init; } = 32;

    /// <summary>The most characters of one request, over all its texts; a text that is longer travels alone.</summary>
    public int MaxCharacters { get; init; } = 100_000;

    /// <summary>How the call says that it embeds a question, on OpenAI's wire; absent where the model takes all texts alike.</summary>
    public string? QueryTask { get; init; }

    /// <summary>The same for a passage.</summary>
    public string? DocumentTask { get; init; }
}

/// <summary>How a vendor weighs passages.</summary>
/// <param name="Path">Behind the base URL.</param>
public sealed record RerankOffer(string Path) : IVendorOffer
{
    /// <summary>No caller names a vendor for it; the operator names the model.</summary>
    public string? Model => null;
}

/// <summary>How a vendor writes down speech.</summary>
public sealed record TranscriptionOffer(string? Model = null) : IVendorOffer;

/// <summary>The wires on which pictures are made.</summary>
public enum ImageFormat
{
    OpenAI,
    BlackForestLabs,
    Ideogram,
    Gemini,
}

/// <summary>How a vendor makes pictures.</summary>
public sealed record ImageOffer(ImageFormat Format) : IVendorOffer
{
    /// <summary>Callers name the picture's model, not its vendor.</summary>
    public string? Model => null;

    /// <summary>Beginnings of names that are known to be this vendor's models of pictures, so that a bare name finds its way.</summary>
    public ImmutableArray<string> ModelPrefixes { get; init; } = [];

    /// <summary>What tells those models from others whose names begin alike: a word that theirs hold. Absent where the beginning is enough.</summary>
    public string? ModelWord { get; init; }

    /// <summary>How the models are told what to make, the most particular first; the last is for all that are left.</summary>
    public required ImmutableArray<ImageRule> Rules { get; init; }

    /// <summary>Whether a bare name is known to be one of the models.</summary>
    public bool Knows(string model) =>
        (ModelWord is null || model.Contains(ModelWord, StringComparison.OrdinalIgnoreCase))
        && ModelPrefixes.Any(prefix => model.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    public ImageRule RuleFor(string model) => Rules.First(rule => model.StartsWith(rule.Prefix, StringComparison.OrdinalIgnoreCase));
}
