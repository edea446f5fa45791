using System.Globalization;
using System.Numerics;
using System.Text;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>
/// Writes the few elements of SVG that the painters use. Numbers have two decimals and never a comma. An element costs far more than a path's part: what
/// is many and of one colour is one path.
/// </summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>The elements written so far, as a document of this size that shows them from <paramref name="left"/>, <paramref name="top"/> on.</summary>
    public string Document(int left, int top, int width, int height) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{width}\" height=\"{height}\" viewBox=\"{left} {top} {width} {height}\">{_text}</svg>");

    public SvgWriter Rectangle(float x, float y, float width, float height, Vector4 colour, float opacity = 1, float corner = 0) =>
        Append($"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{Math.Max(width, 0):0.##}\" height=\"{Math.Max(height, 0):0.##}\" rx=\"{corner:0.##}\" {Paint(colour, opacity)}/>");

    public SvgWriter Ellipse(float x, float y, float radiusX, float radiusY, Vector4 colour, float opacity = 1) =>
        Append($"<ellipse cx=\"{x:0.##}\" cy=\"{y:0.##}\" rx=\"{Math.Max(radiusX, 0):0.##}\" ry=\"{Math.Max(radiusY, 0):0.##}\" {Paint(colour, opacity)}/>");

    /// <param name="path">Of <see cref="PathBuilder"/>.</param>
    public SvgWriter Fill(PathBuilder path, Vector4 colour, float opacity = 1) => Append($"<path d=\"{path}\" {Paint(colour, opacity)}/>");

    public SvgWriter Stroke(PathBuilder path, Vector4 colour, float width, float opacity = 1) => Append(
        $"<path d=\"{path}\" fill=\"none\" stroke=\"{Colour.ToHex(colour)}\" stroke-width=\"{width:0.##}\" stroke-opacity=\"{opacity:0.##}\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>");

    /// <summary>A rectangle that goes from one colour to another, from its top to its bottom.</summary>
    public SvgWriter Gradient(float x, float y, float width, float height, Vector4 top, Vector4 bottom, float topOpacity = 1, float bottomOpacity = 1)
    {
        int id = _text.Length;
        return Append(
            $"<linearGradient id=\"g{id}\" x2=\"0\" y2=\"1\"><stop stop-color=\"{Colour.ToHex(top)}\" stop-opacity=\"{topOpacity:0.##}\"/><stop offset=\"1\" stop-color=\"{Colour.ToHex(bottom)}\" stop-opacity=\"{bottomOpacity:0.##}\"/></linearGradient>")
            .Append($"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{Math.Max(width, 0):0.##}\" height=\"{Math.Max(height, 0):0.##}\" fill=\"url(#g{id})\"/>");
    }

    /// <summary>What <paramref name="inside"/> writes is moved, turned (degrees, about its new origin) and scaled.</summary>
    public SvgWriter Group(float x, float y, float turn, float scaleX, float scaleY, Action<SvgWriter> inside)
    {
        Append($"<g transform=\"translate({x:0.##} {y:0.##}) rotate({turn:0.##}) scale({scaleX:0.####} {scaleY:0.####})\">");
        inside(this);
        return Append($"</g>");
    }

    /// <summary>Markup that is well formed already.</summary>
    public SvgWriter Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    private SvgWriter Append(FormattableString markup)
    {
        _text.Append(markup.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    private static string Paint(Vector4 colour, float opacity) => opacity >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"fill=\"{Colour.ToHex(colour)}\"")
        : string.Create(CultureInfo.InvariantCulture, $"fill=\"{Colour.ToHex(colour)}\" fill-opacity=\"{Math.Max(opacity, 0):0.##}\"");
}

/// <summary>The <c>d</c> of a path.</summary>
internal sealed class PathBuilder
{
    private readonly StringBuilder _text = new();

    public PathBuilder Move(float x, float y) => Append($"M{x:0.##} {y:0.##}");

    public PathBuilder Line(float x, float y) => Append($"L{x:0.##} {y:0.##}");

    public PathBuilder Curve(float controlX, float controlY, float x, float y) => Append($"Q{controlX:0.##} {controlY:0.##} {x:0.##} {y:0.##}");

    public PathBuilder Close() => Append($"Z");

    public override string ToString() => _text.ToString();

    private PathBuilder Append(FormattableString markup)
    {
        _text.Append(markup.ToString(CultureInfo.InvariantCulture));
        return this;
    }
}
