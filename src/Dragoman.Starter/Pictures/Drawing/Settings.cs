using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>How each place is painted, from the sky to the ground on which subjects stand.</summary>
internal static class Settings
{
    /// <summary>The share of the picture's height above the ground.</summary>
    public static float HorizonOf(Place place) => place switch
    {
        Place.Mountains => 0.66f,
        Place.Lake => 0.56f,
        Place.Sea => 0.54f,
        Place.Beach => 0.46f,
        Place.City => 0.72f,
        Place.Forest => 0.60f,
        Place.Room => 0.70f,
        Place.Table => 0.62f,
        Place.Sky or Place.Space or Place.Underwater => 1,
        _ => 0.58f,
    };

    public static void Paint(Painting painting)
    {
        SkyPainter.Paint(painting);
        switch (painting.Scene.Place)
        {
            case Place.Mountains: Mountains(painting); break;
            case Place.Lake: Lake(painting); break;
            case Place.Sea: Sea(painting); break;
            case Place.Desert: Desert(painting); break;
            case Place.Snowfield: Snowfield(painting); break;
            case Place.Forest: Forest(painting); break;
            default: Meadow(painting); break;
        }
    }

    private static void Meadow(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        LandPainter.Hill(painting, 100, Ridge.Hills(painting, 100, h, s * 0.16f, s * 0.45f), h + (s * 0.02f), Vector4.Lerp(land.Fir, land.GrassShade, 0.4f), land.Fir, 0.62f);
        Ridge middle = Ridge.Hills(painting, 102, h + (s * 0.03f), s * 0.10f, s * 0.5f);
        LandPainter.Hill(painting, 103, middle.Wooded(painting, 104, s * 0.045f, 0.3f, 0.6f), h + (s * 0.05f), Vector4.Lerp(land.Fir, land.GrassLit, 0.35f), land.Fir, 0.36f);
        GroundPainter.Paint(painting, h + (s * 0.03f), land.GrassLit, land.GrassShade, 0.6f, 1);
    }

    private static void Mountains(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon, peak = painting.Width - painting.SunX;
        LandPainter.Mountains(painting, 110, Ridge.Mountains(painting, 110, h, s * 0.30f, s * 0.4f, painting.SunX), h, s * 0.4f, 0.5f, 0.62f);
        LandPainter.Mountains(painting, 112, Ridge.Mountains(painting, 112, h, s * 0.46f, s * 0.5f, peak), h, s * 0.5f, 0.42f, 0.28f);
        Ridge wood = Ridge.Hills(painting, 114, h + (s * 0.02f), s * 0.10f, s * 0.35f).Wooded(painting, 115, s * 0.05f, 0.95f, 0.9f);
        LandPainter.Hill(painting, 114, wood, h + (s * 0.05f), land.Fir * 1.1f, land.Fir * 0.75f, 0.34f);
        GroundPainter.Paint(painting, h + (s * 0.03f), land.GrassLit, land.GrassShade, 0.6f, 1);
    }

    private static void Lake(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon, peak = painting.Width - painting.SunX;
        LandPainter.Mountains(painting, 120, Ridge.Mountains(painting, 120, h, s * 0.24f, s * 0.4f, painting.SunX), h, s * 0.4f, 0.45f, 0.60f);
        LandPainter.Mountains(painting, 122, Ridge.Mountains(painting, 122, h, s * 0.36f, s * 0.45f, peak), h, s * 0.45f, 0.4f, 0.30f);
        Ridge wood = Ridge.Hills(painting, 124, h, s * 0.06f, s * 0.35f).Wooded(painting, 125, s * 0.045f, 0.9f, 0.9f);
        LandPainter.Hill(painting, 124, wood, h + (s * 0.02f), land.Fir * 1.05f, land.Fir * 0.6f, 0.25f, mist: 0.3f);
        WaterPainter.Paint(painting, h, 0.08f);
    }

    private static void Sea(Painting painting) => WaterPainter.Paint(painting, painting.Horizon, painting.Scene.Weather is Weather.Storm or Weather.Wind ? 0.9f : 0.35f);

    private static void Desert(Painting painting)
    {
        float s = painting.Short, h = painting.Horizon;
        Vector4 lit = Palettes.Sand, shade = Palettes.SandShade;
        LandPainter.Hill(painting, 130, Ridge.Dunes(painting, 130, h + (s * 0.02f), s * 0.10f, s * 0.6f), h + (s * 0.06f), lit, shade, 0.5f, 0.25f);
        LandPainter.Hill(painting, 132, Ridge.Dunes(painting, 132, h + (s * 0.07f), s * 0.13f, s * 0.75f), h + (s * 0.2f), lit, shade, 0.25f, 0.25f);
        GroundPainter.Paint(painting, h + (s * 0.08f), lit, shade, 0.35f, 0.3f);
    }

    private static void Snowfield(Painting painting)
    {
        float s = painting.Short, h = painting.Horizon;
        LandPainter.Mountains(painting, 140, Ridge.Mountains(painting, 140, h, s * 0.22f, s * 0.5f, painting.Width - painting.SunX), h, s * 0.5f, 0.9f, 0.5f);
        LandPainter.Hill(painting, 142, Ridge.Hills(painting, 142, h + (s * 0.03f), s * 0.07f, s * 0.6f), h + (s * 0.05f), Palettes.Snow, Palettes.SnowShade, 0.2f, 0.4f);
        GroundPainter.Paint(painting, h + (s * 0.02f), Palettes.Snow, Palettes.SnowShade, 0.5f, 0.5f);
    }

    private static void Forest(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        for (int i = 0; i < 4; i++)
        {
            float depth = i / 3f;
            Ridge wood = Ridge.Hills(painting, (ulong)(150 + i), h + (s * 0.03f * depth), s * 0.05f, s * 0.5f)
                .Wooded(painting, (ulong)(155 + i), s * (0.16f + (0.12f * depth)), 0.85f, 0.75f);
            LandPainter.Hill(painting, (ulong)(150 + i), wood, h + (s * 0.05f), land.Fir * 1.2f, land.Fir * 0.7f, 0.72f - (0.5f * depth));
        }

        GroundPainter.Paint(painting, h + (s * 0.03f), land.GrassLit, land.GrassShade, 0.8f, 1);
    }
}
