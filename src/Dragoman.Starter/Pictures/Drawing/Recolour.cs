using System.Text.RegularExpressions;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Gives a piece of art another colour: the hue that most of it has is exchanged, lighter and darker parts stay so.</summary>
internal static partial class Recolour
{
    /// <summary>Colours with less chroma than this are black, white or grey.</summary>
    private const float Neutral = 0.035f;

    /// <summary>How far apart hues of one family may be, in radians.</summary>
    private const float Family = 0.75f;

    /// <param name="body">A piece's elements.</param>
    /// <param name="weights">How much of the piece is of each colour, by its <c>#rrggbb</c>.</param>
    /// <param name="wish"><c>#rrggbb</c>.</param>
    public static string Apply(string body, IReadOnlyDictionary<string, int> weights, string wish)
    {
        (float Lightness, float Chroma, float Hue) target = Colour.ToOklch(Colour.Hex(wish));
        var parts = weights.Select(w => (Tone: Colour.ToOklch(Colour.Hex(w.Key)), Weight: w.Value)).ToList();
        bool IsNeutral((float Lightness, float Chroma, float Hue) tone) => tone.Chroma < Neutral || tone.Lightness < 0.3f;

        // A thing of greys alone, an elephant say, takes the colour on its greys, but never on the black of its eyes.
        bool colourless = parts.All(p => IsNeutral(p.Tone));
        bool Takes((float Lightness, float Chroma, float Hue) tone) => colourless ? tone.Lightness > 0.3f : !IsNeutral(tone);
        var takers = parts.Where(p => Takes(p.Tone)).OrderByDescending(p => p.Weight).ToList();
        if (takers.Count == 0)
        {
            return body;
        }

        float hue = takers.MaxBy(t => takers.Where(o => Apart(o.Tone.Hue, t.Tone.Hue) < Family).Sum(o => o.Weight)).Tone.Hue;
        bool InFamily((float Lightness, float Chroma, float Hue) tone) => Takes(tone) && (colourless || Apart(tone.Hue, hue) < Family);
        var family = takers.Where(t => InFamily(t.Tone)).ToList();
        float lightness = family[0].Tone.Lightness, chroma = Math.Max(family[0].Tone.Chroma, 0.02f);
        return Fill().Replace(body, match =>
        {
            var tone = Colour.ToOklch(Colour.Hex(match.Groups[2].Value));
            if (!InFamily(tone))
            {
                return match.Value;
            }

            float light = Math.Clamp(target.Lightness + ((tone.Lightness - lightness) * 0.85f), 0.12f, 0.99f);
            float strong = target.Chroma * (colourless ? 1 : Math.Clamp(tone.Chroma / chroma, 0.5f, 1.25f));
            return match.Groups[1].Value + Colour.ToHex(Colour.FromOklch(light, strong, target.Hue)) + "\"";
        });
    }

    private static float Apart(float a, float b)
    {
        float apart = MathF.Abs(a - b) % MathF.Tau;
        return Math.Min(apart, MathF.Tau - apart);
    }

    [GeneratedRegex("((?:fill|stroke|stop-color)=\")(#[0-9a-fA-F]{3,6})\"")]
    private static partial Regex Fill();
}
