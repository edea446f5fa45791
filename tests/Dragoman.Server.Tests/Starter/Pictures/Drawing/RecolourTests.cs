using Dragoman.Starter.Pictures.Drawing;

namespace Dragoman.Server.Tests.Starter.Pictures.Drawing;

public sealed class RecolourTests
{
    private const string Boat = "<path fill=\"#f8312f\" d=\"M0 0\"/><path fill=\"#ca0b4a\" d=\"M1 1\"/><path fill=\"#fff\" d=\"M2 2\"/><path fill=\"#00a6ed\" d=\"M3 3\"/>";
    private static readonly Dictionary<string, int> Reds = new() { ["#f8312f"] = 900, ["#ca0b4a"] = 200, ["#ffffff"] = 400, ["#00a6ed"] = 100 };

    [Fact]
    public void Apply_Blue_ChangesTheRedsAlone()
    {
        string body = Recolour.Apply(Boat, Reds, "#2050d0");
        body.ShouldNotContain("#f8312f");
        body.ShouldNotContain("#ca0b4a");
        body.ShouldContain("#fff\"");
        body.ShouldContain("#00a6ed");
    }

    [Fact]
    public void Apply_Wish_IsTheMainColourAndShadingStays()
    {
        string[] fills = [.. Recolour.Apply(Boat, Reds, "#2050d0").Split("fill=\"").Skip(1).Select(part => part[..7])];
        (float main, _, float hue) = Colour.ToOklch(Colour.Hex(fills[0]));
        (float wished, _, float wishedHue) = Colour.ToOklch(Colour.Hex("#2050d0"));
        main.ShouldBe(wished, 0.03);
        hue.ShouldBe(wishedHue, 0.1);
        Colour.ToOklch(Colour.Hex(fills[1])).Lightness.ShouldBeLessThan(main);
    }

    [Theory]
    [InlineData("#ffffff", 0.9, 1)]
    [InlineData("#101010", 0.05, 0.3)]
    [InlineData("#808080", 0.5, 0.7)]
    public void Apply_NoHue_TakesTheLightness(string wish, double low, double high)
    {
        string body = Recolour.Apply(Boat, Reds, wish);
        (float lightness, float chroma, _) = Colour.ToOklch(Colour.Hex(body.Split('"')[1]));
        ((double)lightness).ShouldBeInRange(low, high);
        chroma.ShouldBeLessThan(0.03f);
    }

    [Fact]
    public void Apply_GreyThing_ChangesGreysButNotItsEyes()
    {
        const string Elephant = "<path fill=\"#9b9b9b\" d=\"\"/><path fill=\"#1c1c1c\" d=\"\"/>";
        string body = Recolour.Apply(Elephant, new Dictionary<string, int> { ["#9b9b9b"] = 500, ["#1c1c1c"] = 9 }, "#ff66aa");
        body.ShouldNotContain("#9b9b9b");
        body.ShouldContain("#1c1c1c");
    }

    [Theory]
    [InlineData("#000000")]
    [InlineData("#ffffff")]
    [InlineData("#12ab9f")]
    [InlineData("#d02020")]
    public void Oklch_ThereAndBack_IsTheSame(string colour)
    {
        (float lightness, float chroma, float hue) = Colour.ToOklch(Colour.Hex(colour));
        Colour.ToHex(Colour.FromOklch(lightness, chroma, hue)).ShouldBe(colour);
    }

    [Fact]
    public void Dice_OfAKnownSeed_FallAsPublished() => new Dice(0).Next().ShouldBe(0xE220A8397B1DCDAFUL);
}
