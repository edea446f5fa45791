using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>What all painters of one picture share.</summary>
internal sealed class Painting
{
    public Painting(Scene scene, ArtLibrary art)
    {
        Scene = scene;
        Art = art;
        Dice = new Dice((ulong)scene.Seed);
        Look = Look.Of(scene);
        Canvas = new Canvas(scene.Width, scene.Height);
        Short = Math.Min(scene.Width, scene.Height);
        float level = Settings.HorizonOf(scene.Place);
        Horizon = scene.Height * (level < 1 ? level + Dice.Fork(2).Between(-0.03f, 0.03f) : 1);

        // Light and main subject take a third each.
        SunOnLeft = Dice.Fork(1).Chance(0.5f);
        SunX = scene.Width * (SunOnLeft ? 0.3f : 0.7f);
        SunY = Horizon * (1 - Look.SunHeight);
    }

    public Scene Scene { get; }

    public ArtLibrary Art { get; }

    public Dice Dice { get; }

    public Look Look { get; }

    public Canvas Canvas { get; }

    public int Width => Scene.Width;

    public int Height => Scene.Height;

    /// <summary>The shorter side; sizes that do not depend on the ratio are shares of it.</summary>
    public float Short { get; }

    /// <summary>The row where ground and sky meet.</summary>
    public float Horizon { get; }

    public bool SunOnLeft { get; }

    public float SunX { get; }

    public float SunY { get; }

    /// <summary>The row of a point on the ground.</summary>
    /// <param name="nearness">0 at the horizon, 1 at the lower border; a thing's size goes with it.</param>
    public float GroundRow(float nearness) => Horizon + ((Height - Horizon) * nearness);

    public float NearnessOf(float row) => Math.Clamp((row - Horizon) / (Height - Horizon), 0, 1);

    public Noise Noise(ulong concern) => new((uint)Dice.Fork(concern).Next());

    /// <summary>How much of a thing at this nearness is lost in the haze, 0 to 1.</summary>
    public float Hazing(float nearness) => Math.Clamp((1 - nearness) * (1 - nearness) * (0.25f + (0.7f * Look.Mist)), 0, 0.92f);

    /// <summary>Draws what was written over the picture's rows from <paramref name="top"/> to <paramref name="bottom"/>; it was coloured for its light already.</summary>
    public void Draw(SvgWriter svg, float top, float bottom, float opacity = 1)
    {
        int from = Math.Clamp((int)top, 0, Height - 1), to = Math.Clamp((int)bottom + 1, from + 1, Height);
        Canvas.Draw(Sprite.Render(svg.Document(0, from, Width, to - from)), 0, from, Vector4.One, Vector4.Zero, 0, opacity);
    }

    /// <summary>The colour of a thing in this picture's light and at this distance.</summary>
    public Vector4 Lit(Vector4 colour, float nearness) => Vector4.Lerp(colour * Look.Light, Look.Haze, Hazing(nearness));
}
