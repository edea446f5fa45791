using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>A clear sky at one time of day, and its light.</summary>
/// <param name="Stops">From the zenith to the horizon.</param>
internal sealed record SkyColours(
    Vector4[] Stops, Vector4 Haze, Vector4 Sun, Vector4 Light, Vector4 CloudLit, Vector4 CloudShade, float SunHeight, float Darkness);

/// <summary>What weather does to a clear sky.</summary>
/// <param name="Clouds">The share of the sky under clouds.</param>
/// <param name="Greying">How far colours go to grey, 0 to 1, and <paramref name="Cast"/>, what that grey is multiplied by.</param>
/// <param name="Dimming">All light is multiplied by this.</param>
/// <param name="Belly">The shaded side of clouds is multiplied by this.</param>
/// <param name="Evening">How far the sky's gradient is evened out.</param>
/// <param name="Mist">How quickly distance takes colour away.</param>
internal sealed record WeatherColours(float Clouds, float Greying, Vector4 Cast, float Dimming, float Belly, float Evening, float Mist);

/// <summary>What grows and lies there.</summary>
/// <param name="Leaves">Of broad-leaved trees and bushes; none where they are bare.</param>
internal sealed record LandColours(
    Vector4 GrassLit, Vector4 GrassShade, Vector4 Fir, Vector4[] Leaves, Vector4[] Flowers, Vector4 Rock, Vector4 Earth, float Snow)
{
    public LandColours Tinted(Func<Vector4, Vector4> tint) => this with
    {
        GrassLit = tint(GrassLit),
        GrassShade = tint(GrassShade),
        Fir = tint(Fir),
        Leaves = [.. Leaves.Select(tint)],
        Rock = tint(Rock),
        Earth = tint(Earth),
    };
}

/// <summary>Every colour that is chosen by hand.</summary>
internal static class Palettes
{
    public static readonly Vector4 Ink = Hex("#2b2a33");
    public static readonly Vector4 Paper = Hex("#f6f0e2");
    public static readonly Vector4 Snow = Hex("#eef4fb");
    public static readonly Vector4 SnowShade = Hex("#a9bfdc");
    public static readonly Vector4 Sand = Hex("#e9cf9b");
    public static readonly Vector4 SandShade = Hex("#b98a5a");
    public static readonly Vector4 WaterDeep = Hex("#12415e");
    public static readonly Vector4 WaterLit = Hex("#3f93ab");
    public static readonly Vector4 Window = Hex("#ffd27a");
    public static readonly Vector4 Trunk = Hex("#5b4334");

    public static SkyColours Sky(TimeOfDay time) => time switch
    {
        TimeOfDay.Dawn => new(
            Ramp("#3b5592", "#6f79b4", "#b596bd", "#efb1ac", "#fbcfa4", "#ffe8bf"), Hex("#efc7b8"), Hex("#ffe2a8") * 1.5f, Light(1.04f, 0.92f, 0.87f),
            Hex("#ffe3cf"), Hex("#a58cb0"), 0.14f, 0.1f),
        TimeOfDay.Sunset => new(
            Ramp("#20295f", "#4d3a80", "#9c4a86", "#e2655f", "#fb9550", "#ffcf73"), Hex("#e79a76"), Hex("#ffca66") * 1.7f, Light(1.10f, 0.80f, 0.63f),
            Hex("#ffb277"), Hex("#6b4480"), 0.12f, 0.25f),
        TimeOfDay.Dusk => new(
            Ramp("#10153c", "#232a66", "#443f86", "#7d5793", "#c0788a", "#e9a487"), Hex("#77618f"), Hex("#ffb58c") * 1.1f, Light(0.58f, 0.54f, 0.76f),
            Hex("#c58a9c"), Hex("#3a3566"), -0.06f, 0.75f),
        TimeOfDay.Night => new(
            Ramp("#04081c", "#081433", "#0f2450", "#193a6c", "#28548a", "#3c6f9f"), Hex("#1f3c62"), Hex("#eaf1ff") * 1.15f, Light(0.36f, 0.45f, 0.68f),
            Hex("#5a789f"), Hex("#0f1f42"), 0.72f, 1),
        _ => new(
            Ramp("#1c66bd", "#3a8bd8", "#69b0ea", "#9dd0f3", "#c8e7f6", "#e9f6f1"), Hex("#cfe5ee"), Hex("#fff6d8") * 1.6f, Light(1.03f, 1.0f, 0.95f),
            Hex("#ffffff"), Hex("#93aecb"), 0.8f, 0),
    };

    public static WeatherColours Weather(Weather weather) => weather switch
    {
        Pictures.Weather.Cloudy => new(0.72f, 0.35f, Light(0.97f, 1, 1.05f), 0.92f, 0.85f, 0.25f, 0.45f),
        Pictures.Weather.Rain => new(0.95f, 0.6f, Light(0.92f, 1, 1.1f), 0.72f, 0.7f, 0.45f, 0.65f),
        Pictures.Weather.Storm => new(1, 0.6f, Light(0.9f, 0.98f, 1.14f), 0.52f, 0.5f, 0.35f, 0.5f),
        Pictures.Weather.Snow => new(0.85f, 0.5f, Light(0.97f, 1, 1.06f), 0.95f, 0.9f, 0.5f, 0.65f),
        Pictures.Weather.Fog => new(0.35f, 0.5f, Light(1, 1.01f, 1.02f), 0.97f, 0.95f, 0.75f, 1),
        Pictures.Weather.Wind => new(0.5f, 0.08f, Light(1, 1, 1), 1, 0.95f, 0.05f, 0.3f),
        _ => new(0.34f, 0, Light(1, 1, 1), 1, 1, 0, 0.3f),
    };

    public static LandColours Land(Season season, bool snowing) => season switch
    {
        Season.Spring => new(
            Hex("#a6d35a"), Hex("#4f9a48"), Hex("#33694a"), Ramp("#f4a9c4", "#f9c6d8", "#fde3ec", "#b7d971"),
            Ramp("#ffd94a", "#ff8fb3", "#ffffff", "#c58bf2"), Hex("#8f8a99"), Hex("#9a7350"), snowing ? 0.8f : 0),
        Season.Autumn => new(
            Hex("#c8a84b"), Hex("#7d7434"), Hex("#3b5a3c"), Ramp("#e2892b", "#c8452c", "#eab63a", "#a5501f", "#d9692a"),
            Ramp("#d98a2b", "#b4472e", "#e8c46a"), Hex("#8a8190"), Hex("#8d6443"), snowing ? 0.8f : 0),
        Season.Winter => new(Snow, SnowShade, Hex("#36594f"), [], [], Hex("#848c9e"), Hex("#a99c92"), 1),
        _ => new(
            Hex("#93c34f"), Hex("#3d8343"), Hex("#285741"), Ramp("#4f9440", "#65a844", "#7fb84b", "#3c8048"),
            Ramp("#ffd23f", "#ff6b5e", "#ffffff", "#a77bf3", "#ff9ec7"), Hex("#8c8794"), Hex("#9b7751"), snowing ? 0.8f : 0),
    };

    private static Vector4 Hex(string text) => Colour.Hex(text);

    private static Vector4 Light(float red, float green, float blue) => new(red, green, blue, 0);

    private static Vector4[] Ramp(params ReadOnlySpan<string> stops)
    {
        var ramp = new Vector4[stops.Length];
        for (int i = 0; i < ramp.Length; i++)
        {
            ramp[i] = Hex(stops[i]);
        }

        return ramp;
    }
}
