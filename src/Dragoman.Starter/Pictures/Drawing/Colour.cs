using System.Globalization;
using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>Colours are vectors of sRGB samples from 0 to 1 (light may exceed 1 until the picture is finished), with no alpha in W.</summary>
internal static class Colour
{
    private static readonly Vector4 LumaWeights = new(0.299f, 0.587f, 0.114f, 0);

    /// <param name="text"><c>#rrggbb</c> or <c>#rgb</c>; anything else is mid grey.</param>
    public static Vector4 Hex(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('#');
        if (digits.Length is not (3 or 6) || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint n))
        {
            return new Vector4(0.5f, 0.5f, 0.5f, 0);
        }

        return digits.Length == 6
            ? new Vector4((n >> 16) & 255, (n >> 8) & 255, n & 255, 0) / 255
            : new Vector4((n >> 8) & 15, (n >> 4) & 15, n & 15, 0) / 15;
    }

    public static string ToHex(Vector4 colour)
    {
        Vector4 c = Vector4.Clamp(colour, Vector4.Zero, Vector4.One) * 255;
        return string.Create(CultureInfo.InvariantCulture, $"#{(int)(c.X + 0.5f):x2}{(int)(c.Y + 0.5f):x2}{(int)(c.Z + 0.5f):x2}");
    }

    public static float Luma(Vector4 colour) => Vector4.Dot(colour, LumaWeights);

    public static Vector4 Saturate(Vector4 colour, float factor)
    {
        float luma = Luma(colour);
        return Vector4.Lerp(new Vector4(luma, luma, luma, 0), colour, factor);
    }

    public static Vector4 Mix(Vector4 a, Vector4 b, float share) => Vector4.Lerp(a, b, share);

    /// <summary>0 below <paramref name="low"/>, 1 above <paramref name="high"/>, smooth between.</summary>
    public static float Step(float low, float high, float x)
    {
        float t = Math.Clamp((x - low) / (high - low), 0, 1);
        return t * t * (3 - (2 * t));
    }

    /// <summary>The colour of a gradient whose stops are evenly spaced from 0 to 1.</summary>
    public static Vector4 Ramp(ReadOnlySpan<Vector4> stops, float x)
    {
        float place = Math.Clamp(x, 0, 1) * (stops.Length - 1);
        int i = Math.Min((int)place, stops.Length - 2);
        return Vector4.Lerp(stops[i], stops[i + 1], Step(0, 1, place - i));
    }

    /// <summary>Oklab's lightness, chroma and hue (radians): equal steps look equal, so a colour can be exchanged while its shading stays.</summary>
    public static (float Lightness, float Chroma, float Hue) ToOklch(Vector4 colour)
    {
        float r = Linear(colour.X), g = Linear(colour.Y), b = Linear(colour.Z);
        float l = MathF.Cbrt((0.4122214708f * r) + (0.5363325363f * g) + (0.0514459929f * b));
        float m = MathF.Cbrt((0.2119034982f * r) + (0.6806995451f * g) + (0.1073969566f * b));
        float s = MathF.Cbrt((0.0883024619f * r) + (0.2817188376f * g) + (0.6299787005f * b));
        float a = (1.9779984951f * l) - (2.4285922050f * m) + (0.4505937099f * s);
        float bb = (0.0259040371f * l) + (0.7827717662f * m) - (0.8086757660f * s);
        return ((0.2104542553f * l) + (0.7936177850f * m) - (0.0040720468f * s), MathF.Sqrt((a * a) + (bb * bb)), MathF.Atan2(bb, a));
    }

    public static Vector4 FromOklch(float lightness, float chroma, float hue)
    {
        float a = chroma * MathF.Cos(hue), b = chroma * MathF.Sin(hue);
        float l = lightness + (0.3963377774f * a) + (0.2158037573f * b);
        float m = lightness - (0.1055613458f * a) - (0.0638541728f * b);
        float s = lightness - (0.0894841775f * a) - (1.2914855480f * b);
        (l, m, s) = (l * l * l, m * m * m, s * s * s);
        return new Vector4(
            Gamma((4.0767416621f * l) - (3.3077115913f * m) + (0.2309699292f * s)),
            Gamma((-1.2684380046f * l) + (2.6097574011f * m) - (0.3413193965f * s)),
            Gamma((-0.0041960863f * l) - (0.7034186147f * m) + (1.7076147010f * s)),
            0);
    }

    private static float Linear(float sample) => sample <= 0.04045f ? sample / 12.92f : MathF.Pow((sample + 0.055f) / 1.055f, 2.4f);

    private static float Gamma(float light) =>
        Math.Clamp(light <= 0.0031308f ? light * 12.92f : (1.055f * MathF.Pow(light, 1 / 2.4f)) - 0.055f, 0, 1);
}
