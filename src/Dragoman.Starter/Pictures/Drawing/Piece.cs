using System.Numerics;
using System.Text.RegularExpressions;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>A piece of art, measured: what of its square it fills.</summary>
internal sealed partial class Piece
{
    private const int Sample = 64;

    /// <summary>The art's colour of window panes.</summary>
    private const string Pane = "#83cbff";

    private readonly string _body;
    private readonly float _side;

    private Piece(string body, float side, float left, float top, float right, float bottom, float support)
    {
        _body = body;
        _side = side;
        Support = support;
        (Left, Top, Right, Bottom) = (left, top, right, bottom);
    }

    /// <summary>The borders of what is drawn, in shares of the art's square.</summary>
    public float Left { get; }

    public float Top { get; }

    public float Right { get; }

    public float Bottom { get; }

    /// <summary>How high up something lies or sits on it, in shares of its height.</summary>
    public float Support { get; }

    /// <summary>Its width for a height of 1.</summary>
    public float Aspect => (Right - Left) / (Bottom - Top);

    /// <summary>Absent where there is no such art, or nothing in it.</summary>
    /// <param name="afloat">It stands in the picture's water, not in its own.</param>
    /// <param name="dark">There is light behind its windows.</param>
    public static Piece? Of(ArtLibrary art, Subject subject, bool afloat, bool dark)
    {
        if (art.BodyOf(subject.Art) is not { } body)
        {
            return null;
        }

        if (afloat)
        {
            body = Waves().Replace(body, "");
        }

        if (dark)
        {
            body = body.Replace(Pane, Colour.ToHex(Palettes.Window), StringComparison.Ordinal);
        }

        Sprite sample = Sprite.Render(Markup(body, art.Side, Sample, Sample, 0, 0, Sample, 1, 0));
        if (subject.Color is { } wish)
        {
            body = Recolour.Apply(body, Weights(sample), wish);
        }

        int left = Sample, top = Sample, right = 0, bottom = 0;
        for (int y = 0; y < Sample; y++)
        {
            for (int x = 0; x < Sample; x++)
            {
                if (sample.Alpha(x, y) > 40)
                {
                    (left, top) = (Math.Min(left, x), Math.Min(top, y));
                    (right, bottom) = (Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                }
            }
        }

        return right > left ? new Piece(body, art.Side, (float)left / Sample, (float)top / Sample, (float)right / Sample, (float)bottom / Sample, SupportOf(sample, left, top, right, bottom)) : null;
    }

    /// <summary>The middle one of where the columns about its middle begin.</summary>
    private static float SupportOf(Sprite sample, int left, int top, int right, int bottom)
    {
        var tops = new List<int>();
        for (int x = left + ((right - left) / 3); x <= right - ((right - left) / 3); x++)
        {
            int y = top;
            while (y < bottom && sample.Alpha(x, y) <= 40)
            {
                y++;
            }

            tops.Add(y);
        }

        tops.Sort();
        return Math.Clamp((float)(bottom - tops[tops.Count / 2]) / (bottom - top), 0.3f, 1);
    }

    /// <summary>Draws it so that what is seen of it is <paramref name="height"/> pixels tall, with a border of <paramref name="margin"/> about it.</summary>
    /// <param name="turn">In degrees, about its middle.</param>
    public Sprite Draw(float height, int margin, bool flipped, float turn)
    {
        float square = height / (Bottom - Top);
        int width = (int)((Right - Left) * square) + (2 * margin), tall = (int)height + (2 * margin);
        float left = flipped ? 1 - Right : Left;
        return Sprite.Render(Markup(_body, _side, width, tall, margin - (left * square), margin - (Top * square), square, flipped ? -1 : 1, turn));
    }

    private static string Markup(string body, float side, int width, int height, float x, float y, float square, int direction, float turn) =>
        new SvgWriter()
            .Group(width / 2f, height / 2f, turn, 1, 1, turned => turned
                .Group(x - (width / 2f) + (direction < 0 ? square : 0), y - (height / 2f), 0, direction * square / side, square / side, g => g.Raw(body)))
            .Document(0, 0, width, height);

    private static Dictionary<string, int> Weights(Sprite sample)
    {
        var weights = new Dictionary<string, int>();
        for (int y = 0; y < sample.Height; y++)
        {
            ReadOnlySpan<byte> row = sample.Row(y);
            for (int x = 0; x < sample.Width; x++)
            {
                if (row[(4 * x) + 3] > 250)
                {
                    string colour = Colour.ToHex(new Vector4(row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2], 0) / 255);
                    weights[colour] = weights.GetValueOrDefault(colour) + 1;
                }
            }
        }

        return weights;
    }

    /// <summary>The row of waves that most boats of the art stand in; the picture has its own water.</summary>
    [GeneratedRegex("<path fill=\"#[0-9a-f]{6}\" d=\"M30(?:\\.01)? [0-9.]+c-1\\.75 0-1\\.7[^\"]*\"/>")]
    private static partial Regex Waves();
}
