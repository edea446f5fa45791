using System.Collections.Immutable;

namespace Dragoman.Providers;

/// <summary>
/// How each vendor's models of pictures are told style, shape and seed, the most particular first, as their documentation stood in November 2026. The
/// ratios that callers know (9:16, 1:1, 4:3, 16:9) are among those of every vendor that takes a ratio. "Inferred" marks what no documentation says.
/// </summary>
internal static class ImageRules
{
    private static readonly ImmutableArray<KeyValuePair<string, string>> Base64Json = [new("response_format", "b64_json")];
    private static readonly ImmutableArray<KeyValuePair<string, string>> Jpeg = [new("output_format", "jpeg")];

    private static readonly ImageRule GptImage1 = new("gpt-image-1") { Sizes = [new(1024, 1024), new(1536, 1024), new(1024, 1536)], Always = Jpeg };

    private static readonly ImageRule DallE3 = new("dall-e-3")
    {
        Sizes = [new(1024, 1024), new(1792, 1024), new(1024, 1792)],
        Styles = new() { Photo = "natural", DigitalArt = "vivid", Illustration = "vivid", Drawing = "natural" },
        StylesAreVague = true,
        Always = Base64Json,
    };

    /// <summary>A server of OpenAI's wire of which nothing more is known; most of them draw with a diffusion model.</summary>
    private static readonly ImageRule AnyServer = new("") { Always = Base64Json };

    /// <summary>platform.openai.com/docs/api-reference/images/create; the last is for other programs behind a base URL of the operator's.</summary>
    public static ImmutableArray<ImageRule> OpenAI { get; } =
    [
        DallE3,
        new("dall-e-2") { Sizes = [new(1024, 1024)], Always = Base64Json },
        GptImage1,
        GptImage1 with { Prefix = "chatgpt-image-" }, // Inferred.
        new("gpt-image-") { SideStep = 16, Always = Jpeg },
        AnyServer,
    ];

    /// <summary>Models are named by the operator's deployments. Inferred: one whose name says nothing is of the newer kind.</summary>
    public static ImmutableArray<ImageRule> Azure { get; } = [DallE3, GptImage1 with { Prefix = "" }];

    /// <summary>docs.together.ai/docs/inference/images/parameters.</summary>
    public static ImmutableArray<ImageRule> Together { get; } =
    [
        TogetherRatio("black-forest-labs/FLUX.1-schnell") with { Steps = 4 },
        TogetherRatio("black-forest-labs/FLUX.1-kontext"),
        new("") { Shape = ImageShape.WidthAndHeight, SideStep = 32, SeedName = "seed", Always = [new("response_format", "base64")] },
    ];

    /// <summary>docs.x.ai/developers/model-capabilities/images/generation.</summary>
    public static ImmutableArray<ImageRule> XAI { get; } =
    [
        new("grok-2-image") { Shape = ImageShape.Words, Always = Base64Json },
        new("") { Shape = ImageShape.Ratio, ShapeName = "aspect_ratio", Always = Base64Json },
    ];

    /// <summary>
    /// www.recraft.ai/docs/api-reference: a size may be told as a ratio. Models since the fourth know no styles by name. The style of vector graphics is of no
    /// use here: its pictures have no pixels.
    /// </summary>
    public static ImmutableArray<ImageRule> Recraft { get; } =
    [
        RecraftStyled("recraftv2"),
        RecraftStyled("recraftv3"),
        new("") { Shape = ImageShape.Ratio, Always = Base64Json },
    ];

    /// <summary>localai.io/features/image-generation.</summary>
    public static ImmutableArray<ImageRule> LocalAI { get; } = [AnyServer with { SeedName = "seed" }];

    /// <summary>github.com/leejet/stable-diffusion.cpp, examples/server.</summary>
    public static ImmutableArray<ImageRule> StableDiffusionCpp { get; } = [AnyServer];

    /// <summary>docs.bfl.ai/api-reference.</summary>
    public static ImmutableArray<ImageRule> BlackForestLabs { get; } =
    [
        BlackForestRatio("flux-pro-1.1-ultra"),
        BlackForestRatio("flux-kontext-"),
        new("") { Shape = ImageShape.WidthAndHeight, SideStep = 32, SeedName = "seed", Always = Jpeg },
    ];

    /// <summary>developer.ideogram.ai/api-reference/api-reference/generate-v3.</summary>
    public static ImmutableArray<ImageRule> Ideogram { get; } =
    [
        IdeogramSpeed("ideogram-v3-flash", "FLASH"),
        IdeogramSpeed("ideogram-v3-turbo", "TURBO"),
        IdeogramSpeed("ideogram-v3-quality", "QUALITY"),
        IdeogramSpeed("", "DEFAULT"),
    ];

    /// <summary>ai.google.dev/gemini-api/docs/image-generation. Inferred: the seed.</summary>
    public static ImmutableArray<ImageRule> Gemini { get; } =
    [
        new("gemini-2.0-") { Shape = ImageShape.Words, SeedName = "seed" },
        new("") { Shape = ImageShape.Ratio, SeedName = "seed" },
    ];

    /// <summary>The starter's own: it knows the callers' styles by their names and makes any size.</summary>
    public static ImmutableArray<ImageRule> Composer { get; } =
    [
        new("")
        {
            SideStep = 4,
            Styles = new() { Photo = "photo", DigitalArt = "digital art", Illustration = "illustration", Drawing = "drawing" },
            SeedName = "seed",
            Always = Base64Json,
        },
    ];

    private static ImageRule TogetherRatio(string prefix) => new(prefix)
    {
        Shape = ImageShape.Ratio,
        ShapeName = "aspect_ratio",
        SeedName = "seed",
        Always = [new("response_format", "base64")],
    };

    private static ImageRule RecraftStyled(string prefix) => new(prefix)
    {
        Shape = ImageShape.Ratio,
        Styles = new() { Photo = "realistic_image", DigitalArt = "digital_illustration", Illustration = "digital_illustration" },
        Always = Base64Json,
    };

    private static ImageRule BlackForestRatio(string prefix) =>
        new(prefix) { Shape = ImageShape.Ratio, ShapeName = "aspect_ratio", SeedName = "seed", Always = Jpeg };

    private static ImageRule IdeogramSpeed(string prefix, string speed) => new(prefix)
    {
        Shape = ImageShape.Ratio,
        ShapeName = "aspect_ratio",
        RatioSign = 'x',
        StyleName = "style_type",
        Styles = new() { Photo = "REALISTIC" },
        SeedName = "seed",
        Always = [new("rendering_speed", speed)],
    };
}
