using System.Text.Json.Nodes;
using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>A request in the terms of one model, by its rule: nothing of it is lost that the prompt can say.</summary>
internal sealed record ImagePlan(ImageRule Rule, string Prompt)
{
    /// <summary>In pixels, where the model is told so.</summary>
    public ImageSize? Size { get; private init; }

    /// <summary>As the model writes it, where it is told so.</summary>
    public string? Ratio { get; private init; }

    /// <summary>The word of the model's own parameter.</summary>
    public string? Style { get; private init; }

    public long? Seed { get; private init; }

    /// <summary>By the names of OpenAI's wire.</summary>
    public IReadOnlyList<string> Dropped { get; private init; } = [];

    public static ImagePlan Of(ImageRequest request, UpstreamTarget target)
    {
        var rule = target.Vendor.Images!.RuleFor(target.Model);
        var style = rule.Styles.Of(request.Style);
        var seed = rule.SeedName is not null && request.Seed >= 0 && request.Seed <= rule.MaxSeed ? request.Seed : null;
        return new ImagePlan(rule, InWords(
            WithoutSettings(request.Prompt),
            style is null || rule.StylesAreVague ? WordsOf(request.Style) : null,
            rule.Shape is ImageShape.Words ? WordsOf(request.Ratio) : null))
        {
            Size = rule.Shape is not (ImageShape.Size or ImageShape.WidthAndHeight) ? null
                : rule.Sizes.IsEmpty ? ImageSize.Of(request.Ratio, rule.SideStep)
                : ImageSize.Nearest(request.Ratio, rule.Sizes),
            Ratio = rule.Shape is ImageShape.Ratio ? $"{request.Ratio.Width}{rule.RatioSign}{request.Ratio.Height}" : null,
            Style = style,
            Seed = seed,
            Dropped = request.Seed is not null && seed is null ? ["seed"] : [],
        };
    }

    /// <summary>As the members of one flat object, after those that <paramref name="members"/> has already.</summary>
    public ImageBody ToBody(JsonObject members, bool isForm = false)
    {
        members["prompt"] = Prompt;
        if (Rule.Shape is ImageShape.WidthAndHeight && Size is { } sides)
        {
            members["width"] = sides.Width;
            members["height"] = sides.Height;
        }
        else if ((Size?.ToString() ?? Ratio) is { } shape)
        {
            members[Rule.ShapeName] = shape;
        }

        if (Style is not null)
        {
            members[Rule.StyleName] = Style;
        }

        if (Seed is { } seed)
        {
            members[Rule.SeedName!] = seed;
        }

        if (Rule.Steps is { } steps)
        {
            members["steps"] = steps;
        }

        foreach (var (name, value) in Rule.Always)
        {
            members[name] = value;
        }

        return new ImageBody(members, Dropped) { IsForm = isForm, Size = Size };
    }

    /// <summary>
    /// stable-diffusion.cpp's server, which may stand behind any base URL and answers to any model's name, reads settings and names of files on its machine out
    /// of tags in the prompt. No caller has a say in those: the tags, which are no words of any language, are broken up.
    /// </summary>
    private static string WithoutSettings(string prompt) => prompt
        .Replace("sd_cpp_extra_args", "sd cpp extra args", StringComparison.OrdinalIgnoreCase)
        .Replace("<lora:", "< lora:", StringComparison.OrdinalIgnoreCase);

    private static string? WordsOf(ImageStyle style) => style switch
    {
        ImageStyle.Photo => "photograph",
        ImageStyle.DigitalArt => "digital art",
        ImageStyle.Illustration => "illustration",
        ImageStyle.Drawing => "drawing",
        _ => null,
    };

    private static string WordsOf(AspectRatio ratio) => ratio.Value switch
    {
        < 1 => $"portrait format ({ratio})",
        > 1 => $"landscape format ({ratio})",
        _ => "square format (1:1)",
    };

    /// <summary>"A lake at dawn, digital art", or "A lake. At dawn. Digital art." where the prompt is made of sentences.</summary>
    private static string InWords(string prompt, params IEnumerable<string?> words)
    {
        var added = string.Join(", ", words.Where(word => word is not null));
        if (added.Length == 0)
        {
            return prompt;
        }

        var said = prompt.TrimEnd();
        return said is [.., '.' or '!' or '?' or '…'] ? $"{said} {char.ToUpperInvariant(added[0])}{added[1..]}." : $"{said}, {added}";
    }
}
