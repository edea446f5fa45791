using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Dragoman.Starter.Pictures;
using Dragoman.Starter.Pictures.Reading;

namespace Dragoman.Server.Tests.Starter.Pictures;

/// <summary>The pieces that the project drew itself: <c>Data/art.json</c>.</summary>
public sealed partial class OwnArtTests
{
    private const double Side = 32;

    /// <summary>All that a flat drawing needs; nothing that could name, run, fetch or write.</summary>
    private static readonly string[] Shapes = ["g", "path", "circle", "ellipse", "rect"];

    private static readonly string[] Attributes =
        ["fill", "d", "cx", "cy", "r", "rx", "ry", "x", "y", "width", "height", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "transform"];

    private static readonly Dictionary<string, string> Bodies = Read();

    public static TheoryData<string> Names => [.. Bodies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Piece_OfOurOwn_HoldsPlainShapesInPlainColours(string name)
    {
        foreach (XElement shape in ShapesOf(name))
        {
            Shapes.ShouldContain(shape.Name.LocalName);
            shape.Attributes().Select(attribute => attribute.Name.LocalName).ShouldBeSubsetOf(Attributes);
            new[] { "fill", "stroke" }.Select(paint => shape.Attribute(paint)?.Value ?? "none").ShouldAllBe(colour => Colour().IsMatch(colour));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Piece_OfOurOwn_StaysInItsSquare(string name)
    {
        foreach (XElement shape in ShapesOf(name))
        {
            // Steps of a path may go back; no one leads across more than the whole square.
            Number().Matches(shape.Attribute("d")?.Value ?? "").Select(number => Parse(number.Value)).ShouldAllBe(number => Math.Abs(number) <= Side);

            (double left, double top, double right, double bottom) = BoxOf(shape);
            Math.Min(left, top).ShouldBeGreaterThanOrEqualTo(0);
            Math.Max(right, bottom).ShouldBeLessThanOrEqualTo(Side);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Piece_OfOurOwn_IsInTheIndexWithItsSize(string name)
    {
        ArtPiece[] pieces = [.. Vocabulary.Instance.Nouns.SelectMany(noun => Vocabulary.Instance[noun].Things).Where(piece => piece.Art == name)];

        pieces.ShouldNotBeEmpty();
        pieces.ShouldAllBe(piece => piece.Metres > 0 && Enum.IsDefined(piece.Habitat));
    }

    [Theory]
    [InlineData("a hot air balloon over green hills", "hot-air-balloon")]
    [InlineData("a red fox in a snowy forest", "fox")]
    [InlineData("an astronaut on the moon", "astronaut")]
    [InlineData("a galleon on a stormy sea", "tall-ship")]
    [InlineData("a pirate ship by moonlight", "pirate-ship")]
    [InlineData("a rowboat on a quiet lake", "rowing-boat")]
    [InlineData("a yellow submarine among fish", "submarine")]
    [InlineData("a log cabin in winter", "log-cabin")]
    [InlineData("a barn and two cows", "barn")]
    [InlineData("a bowl of fruit on a wooden table", "fruit-bowl")]
    [InlineData("a basket of fruit", "basket-of-apples")]
    [InlineData("a vase of roses by the window", "vase-of-flowers")]
    [InlineData("a woman reading a book", "person-reading")]
    [InlineData("a witch over the village", "witch-on-broom")]
    [InlineData("a knight before a castle", "knight")]
    [InlineData("a steam train crossing a bridge", "steam-train")]
    [InlineData("children building a snowman", "girl")]
    [InlineData("a jazz musician at night", "saxophonist")]
    [InlineData("a tall bookcase", "bookshelf")]
    [InlineData("three street lamps in the fog", "street-lamp")]
    public void Prompt_ThatNamesAPiece_FindsIt(string prompt, string art)
    {
        var embedder = new BlindEmbedder();
        var reader = new SceneReader(ArtIndex.Build(Vocabulary.Instance, embedder), embedder);

        Scene scene = reader.Read(prompt, PictureStyle.Default, 1024, 768, seed: 1);

        scene.Subjects.ShouldContain(subject => subject.Art == art);
    }

    private static IEnumerable<XElement> ShapesOf(string name) => XElement.Parse($"<svg>{Bodies[name]}</svg>").Descendants();

    /// <summary>What of its square a shape takes; a path, whose box is not told by its numbers, nothing.</summary>
    private static (double Left, double Top, double Right, double Bottom) BoxOf(XElement shape)
    {
        (double x, double y, double rx, double ry) = (Of("cx"), Of("cy"), Of("rx"), Of("ry"));
        return shape.Name.LocalName switch
        {
            "rect" => (Of("x"), Of("y"), Of("x") + Of("width"), Of("y") + Of("height")),
            "circle" => (x - Of("r"), y - Of("r"), x + Of("r"), y + Of("r")),
            "ellipse" => (x - rx, y - ry, x + rx, y + ry),
            _ => default,
        };

        double Of(string attribute) => shape.Attribute(attribute) is { } number ? Parse(number.Value) : 0;
    }

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Read()
    {
        using Stream file = typeof(ArtLibrary).Assembly.GetManifestResourceStream("Dragoman.Starter.Data.art.json")!;
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("icons").EnumerateObject()
            .ToDictionary(piece => piece.Name, piece => piece.Value.GetProperty("body").GetString()!);
    }

    [GeneratedRegex("^(none|#[0-9a-f]{3}|#[0-9a-f]{6})$")]
    private static partial Regex Colour();

    [GeneratedRegex(@"-?(\d+\.?\d*|\.\d+)")]
    private static partial Regex Number();

    /// <summary>Finds no phrase near to any other.</summary>
    private sealed class BlindEmbedder : IPhraseEmbedder
    {
        public float[][] Embed(IReadOnlyList<string> phrases) => [.. phrases.Select(_ => new float[1])];
    }
}
