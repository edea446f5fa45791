using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>The colours and the light of one picture, out of <see cref="Palettes"/> by time, weather, season and tints.</summary>
internal sealed record Look
{
    /// <summary>From the zenith to the horizon.</summary>
    public required Vector4[] Sky { get; init; }

    /// <summary>What far things fade into.</summary>
    public required Vector4 Haze { get; init; }

    /// <summary>The disc of sun or moon and the glow about it; may be brighter than white.</summary>
    public required Vector4 Sun { get; init; }

    /// <summary>Colours of things are multiplied by this.</summary>
    public required Vector4 Light { get; init; }

    public required Vector4 CloudLit { get; init; }

    public required Vector4 CloudShade { get; init; }

    /// <summary>Where sun or moon stands: 0 at the horizon, 1 at the picture's top; below 0 it has set.</summary>
    public required float SunHeight { get; init; }

    /// <summary>The share of the sky that is under clouds, 0 to 1.</summary>
    public required float Clouds { get; init; }

    /// <summary>How quickly distance takes colour away, 0 to 1.</summary>
    public required float Mist { get; init; }

    /// <summary>0 by day, 1 at night: windows, stars and lamps.</summary>
    public required float Darkness { get; init; }

    public required LandColours Land { get; init; }

    public bool Sunny => Clouds < 0.6f;

    public static Look Of(Scene scene)
    {
        SkyColours sky = Palettes.Sky(scene.Time);
        WeatherColours weather = Palettes.Weather(scene.Weather);
        Vector4 tint = Tint(scene.Tints, out float tinting);

        Vector4 Dull(Vector4 c)
        {
            float luma = Colour.Luma(c);
            Vector4 grey = new Vector4(luma, luma, luma, 0) * weather.Cast;
            return Colour.Mix(c, grey, weather.Greying) * weather.Dimming;
        }

        Vector4 Tinted(Vector4 c, float share) => tinting == 0 ? c : Colour.Mix(c, tint * (0.35f + (0.9f * Colour.Luma(c))), share);

        Vector4 middle = sky.Stops[^2];
        Vector4[] stops = [.. sky.Stops.Select(c => Tinted(Dull(Colour.Mix(c, middle, weather.Evening)), 0.45f))];
        Vector4 haze = Tinted(Dull(sky.Haze), 0.4f);
        return new Look
        {
            Sky = stops,
            Haze = haze,
            Sun = Tinted(sky.Sun, 0.3f),
            Light = Tinted(Dull(sky.Light), 0.3f),
            CloudLit = Tinted(Dull(sky.CloudLit), 0.4f),
            CloudShade = Tinted(Dull(sky.CloudShade) * weather.Belly, 0.4f),
            SunHeight = sky.SunHeight,
            Clouds = weather.Clouds,
            Mist = weather.Mist,
            Darkness = sky.Darkness,
            Land = Palettes.Land(scene.Season, scene.Weather == Weather.Snow).Tinted(c => Tinted(c, 0.25f)),
        };
    }

    private static Vector4 Tint(IReadOnlyList<string> tints, out float share)
    {
        Vector4 sum = default;
        foreach (string tint in tints)
        {
            sum += Colour.Hex(tint);
        }

        share = tints.Count == 0 ? 0 : 1;
        return tints.Count == 0 ? default : sum / tints.Count;
    }
}
