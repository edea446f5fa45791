using System.Numerics;

namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>How each place is painted, from the sky to the ground on which subjects stand, and what comes before them.</summary>
internal static class Settings
{
    /// <summary>The share of the picture's height above the ground.</summary>
    public static float HorizonOf(Place place) => place switch
    {
        Place.Mountains => 0.64f,
        Place.Lake => 0.56f,
        Place.Sea => 0.54f,
        Place.Beach => 0.44f,
        Place.City => 0.70f,
        Place.Forest => 0.62f,
        Place.Room => 0.70f,
        Place.Table => 0.60f,
        Place.Sky or Place.Space or Place.Underwater => 1,
        _ => 0.58f,
    };

    public static void Paint(Painting painting)
    {
        if (painting.Scene.Place is not (Place.Space or Place.Underwater or Place.Table))
        {
            SkyPainter.Paint(painting);
        }

        float s = painting.Short, h = painting.Horizon;
        switch (painting.Scene.Place)
        {
            case Place.Hills: Hills(painting); break;
            case Place.Mountains: Mountains(painting); break;
            case Place.Forest: Forest(painting); break;
            case Place.Lake: Lake(painting); break;
            case Place.River: River(painting); break;
            case Place.Sea: Sea(painting); break;
            case Place.Beach: Beach(painting); break;
            case Place.Underwater: UnderwaterPainter.Paint(painting); break;
            case Place.Desert: Desert(painting); break;
            case Place.Snowfield: Snowfield(painting); break;
            case Place.City: City(painting); break;
            case Place.Village: Village(painting); break;
            case Place.Garden: Garden(painting); break;
            case Place.Field: Field(painting); break;
            case Place.Road: Road(painting); break;
            case Place.Sky: CloudSea(painting); break;
            case Place.Space: SpacePainter.Paint(painting); break;
            case Place.Room: InteriorPainter.Room(painting); break;
            case Place.Table: InteriorPainter.Table(painting); break;
            default: Meadow(painting); break;
        }
    }

    /// <summary>What grows before the subjects, at the lower border.</summary>
    public static void PaintBefore(Painting painting)
    {
        switch (painting.Scene.Place)
        {
            case Place.Meadow or Place.Hills or Place.Mountains or Place.River or Place.Village or Place.Garden or Place.Forest or Place.Field:
                new MeadowPainter(painting, painting.Dice.Fork(300))
                    .Paint(0.93f, painting.Look.Land.Snow > 0.9f ? 12 : 46, painting.Scene.Place == Place.Garden ? 0.6f : 0.28f);
                break;
            case Place.Underwater:
                UnderwaterPainter.Bubbles(painting);
                break;
            default:
                break;
        }
    }

    private static void Hill(Painting painting, ulong concern, float foot, float height, float length, Vector4 lit, Vector4 shade, float hazing, float trees = 0, float firs = 0.4f, float density = 0.6f)
    {
        Ridge ridge = Ridge.Hills(painting, concern, foot, height, length);
        if (trees > 0)
        {
            ridge = ridge.Wooded(painting, concern + 50, trees, firs, density);
        }

        LandPainter.Hill(painting, concern, ridge, painting.Horizon + (painting.Short * 0.08f), lit, shade, hazing, trees > 0 ? 2.2f : 1, trees > 0 ? 0.3f : 0.8f);
    }

    private static void FarMountains(Painting painting, ulong concern, float height, float snow, float hazing, float peak, float length = 0.5f)
    {
        float s = painting.Short, h = painting.Horizon;
        LandPainter.Mountains(painting, concern, Ridge.Mountains(painting, concern, h, s * height, s * length, peak), h + (s * 0.02f), s * length, snow, hazing);
    }

    /// <summary>Mountains behind any land, where the prompt asks for them.</summary>
    private static void AskedMountains(Painting painting)
    {
        if (painting.Scene.Subjects.Any(Backdrops.IsMountain))
        {
            FarMountains(painting, 90, 0.5f, 0.45f, 0.35f, painting.Width - painting.SunX);
        }

        if (painting.Scene.Subjects.Any(Backdrops.IsSkyline))
        {
            CityPainter.Skyline(painting, painting.Horizon + 2, 0.6f);
        }
    }

    private static void Grass(Painting painting, float flowers, int tufts = 420)
    {
        LandColours land = painting.Look.Land;
        GroundPainter.Paint(painting, land.GrassLit, land.GrassShade, 0.6f, 1);
        new MeadowPainter(painting, painting.Dice.Fork(301)).Paint(0.14f, land.Snow > 0.9f ? tufts / 6 : tufts, flowers);
    }

    /// <summary>Some trees at the sides, which frame the picture.</summary>
    private static void Trees(Painting painting, int count, float firs, float tall)
    {
        Dice dice = painting.Dice.Fork(302);
        var svg = new SvgWriter();
        var flora = new Flora(painting, svg, dice);
        for (int i = 0; i < count; i++)
        {
            float nearness = 0.05f + (0.22f * i / count), edge = dice.Unit() * (0.34f - (0.2f * i / count));
            float x = painting.Width * (dice.Chance(0.5f) ? edge : 1 - edge), height = painting.Short * tall * (0.55f + (1.9f * nearness)) * dice.Between(0.8f, 1.2f);
            float foot = painting.GroundRow(nearness);
            if (dice.Chance(firs))
            {
                flora.Fir(x, foot, height, nearness + 0.25f);
            }
            else
            {
                flora.Tree(x, foot, height, nearness + 0.25f);
                flora.Bush(x + (dice.Around() * height * 0.6f), foot + 2, height * 0.35f, nearness + 0.25f);
            }
        }

        painting.Draw(svg, painting.Horizon - (painting.Short * tall * 1.5f), painting.Height);
    }

    private static void Meadow(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        Dice dice = painting.Dice.Fork(305);
        AskedMountains(painting);
        if (dice.Chance(0.35f))
        {
            FarMountains(painting, 106, 0.26f, 0.4f, 0.62f, painting.Width - painting.SunX);
        }

        Hill(painting, 100, h, s * dice.Between(0.12f, 0.2f), s * 0.45f, Vector4.Lerp(land.Fir, land.GrassShade, 0.5f), land.Fir, 0.58f);
        Hill(painting, 102, h + (s * 0.03f), s * dice.Between(0.07f, 0.14f), s * 0.5f, Vector4.Lerp(land.GrassShade, land.GrassLit, 0.35f), land.GrassShade, 0.36f, s * 0.045f, dice.Unit() * 0.6f, dice.Between(0.25f, 0.7f));
        Grass(painting, dice.Between(0.06f, 0.24f));
        Trees(painting, 3 + dice.Below(5), dice.Unit() * 0.3f, 0.21f);
    }

    private static void Hills(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        AskedMountains(painting);
        for (int i = 0; i < 5; i++)
        {
            float depth = i / 4f;
            Hill(
                painting, (ulong)(400 + i), h - (s * 0.10f) + (s * 0.16f * depth), s * (0.12f + (0.02f * i)), s * (0.5f + (0.12f * i)),
                Vector4.Lerp(land.GrassShade, land.GrassLit, 0.25f + (0.6f * depth)), Vector4.Lerp(land.Fir, land.GrassShade, depth), 0.62f - (0.5f * depth),
                i is 1 or 2 or 3 ? s * (0.02f + (0.014f * i)) : 0, 0.25f, 0.22f);
        }

        Grass(painting, 0.2f);
        Trees(painting, 2, 0, 0.2f);
    }

    private static void Mountains(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        FarMountains(painting, 110, 0.32f, 0.5f, 0.62f, painting.SunX, 0.4f);
        FarMountains(painting, 112, 0.48f, 0.42f, 0.26f, painting.Width - painting.SunX);
        Hill(painting, 114, h + (s * 0.02f), s * 0.10f, s * 0.35f, land.Fir * 1.1f, land.Fir * 0.75f, 0.34f, s * 0.05f, 0.95f, 0.9f);
        Grass(painting, 0.2f);
        Trees(painting, 7, 1, 0.22f);
    }

    private static void Forest(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon, firs = land.Leaves.Length > 0 && painting.Scene.Season is Season.Autumn or Season.Spring ? 0.45f : 0.8f;
        Vector4 wood = firs > 0.5f ? land.Fir : Vector4.Lerp(land.Fir, land.Leaves[0], 0.35f);
        for (int i = 0; i < 3; i++)
        {
            float depth = i / 2f;
            Hill(painting, (ulong)(150 + i), h + (s * 0.03f * depth), s * 0.05f, s * 0.5f, wood * 1.2f, wood * 0.7f, 0.70f - (0.34f * depth), s * (0.16f + (0.1f * depth)), Math.Max(firs, 0.6f), 1);
        }

        Grass(painting, 0.1f);
        Trees(painting, 13, firs, 0.42f);
    }

    private static void Lake(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        FarMountains(painting, 120, 0.24f, 0.45f, 0.60f, painting.SunX, 0.4f);
        FarMountains(painting, 122, 0.38f, 0.42f, 0.28f, painting.Width - painting.SunX, 0.45f);
        Ridge wood = Ridge.Hills(painting, 124, h, s * 0.06f, s * 0.35f).Wooded(painting, 125, s * 0.045f, 0.9f, 0.9f);
        LandPainter.Hill(painting, 124, wood, h + (s * 0.02f), land.Fir * 1.05f, land.Fir * 0.6f, 0.25f, mist: 0.3f);
        WaterPainter.Paint(painting, h, painting.Scene.Weather is Weather.Storm or Weather.Wind ? 0.5f : 0.08f);
        Bank(painting);
    }

    /// <summary>The near shore: reeds and stones at one side, or ground to stand on where something stands there.</summary>
    private static void Bank(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short;
        bool stood = painting.Scene.Subjects.Any(x => x.Habitat == Habitat.Ground);
        Noise noise = painting.Noise(126);
        float side = painting.SunOnLeft ? 1 : 0;
        Ridge shore = Ridge.Of(painting, x =>
        {
            float away = MathF.Abs((x / (float)painting.Width) - side);
            float row = painting.GroundRow(stood ? 0.74f + (0.10f * away) : 0.80f + (0.62f * away));
            return row + (s * 0.05f * (noise.Fractal(x / s * 5, 1, 3) - 0.5f));
        });
        LandPainter.Hill(painting, 127, shore, painting.Height * 1.15f, land.GrassLit * 0.92f, land.GrassShade * 0.75f, 0, 1.2f, 0);
        Dice dice = painting.Dice.Fork(303);
        var svg = new SvgWriter();
        var flora = new Flora(painting, svg, dice);
        for (int i = 0; i < 90; i++)
        {
            float x = dice.Unit() * painting.Width, foot = shore[(int)x] + (s * 0.02f) + (dice.Unit() * (painting.Height - shore[(int)x])), near = painting.NearnessOf(foot);
            if (foot < painting.Height * 1.03f)
            {
                flora.Reeds(x, foot, s * (0.03f + (0.05f * near)), near);
            }
        }

        for (int i = 0; i < 5; i++)
        {
            float x = dice.Unit() * painting.Width, foot = shore[(int)x] + (s * 0.012f);
            flora.Rock(x, foot, s * dice.Between(0.03f, 0.08f), 0.9f);
        }

        painting.Draw(svg, shore.Top - (s * 0.1f), painting.Height);
    }

    private static void River(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        AskedMountains(painting);
        Hill(painting, 100, h, s * 0.18f, s * 0.45f, Vector4.Lerp(land.Fir, land.GrassShade, 0.5f), land.Fir, 0.58f);
        Hill(painting, 102, h + (s * 0.02f), s * 0.08f, s * 0.5f, Vector4.Lerp(land.GrassShade, land.GrassLit, 0.35f), land.GrassShade, 0.36f, s * 0.05f, 0.35f, 0.8f);
        GroundPainter.Paint(painting, land.GrassLit, land.GrassShade, 0.6f, 1);
        WayPainter.River(painting, h + (s * 0.03f));
        Trees(painting, 9, 0.15f, 0.24f);
    }

    private static void Sea(Painting painting)
    {
        bool rough = painting.Scene.Weather is Weather.Storm or Weather.Wind;
        AskedMountains(painting);
        WaterPainter.Paint(painting, painting.Horizon, rough ? 1 : painting.Scene.Weather == Weather.Rain ? 0.5f : 0.25f);
    }

    private static void Beach(Painting painting)
    {
        float s = painting.Short;
        Noise noise = painting.Noise(161);
        float side = painting.SunOnLeft ? 1 : 0;
        WaterPainter.Paint(painting, painting.Horizon, 0.3f);
        Ridge surf = Ridge.Of(painting, x => painting.GroundRow(0.30f + (0.26f * MathF.Abs((x / (float)painting.Width) - side)))
            + (s * 0.05f * (noise.Fractal(x / s * 2.5f, 1, 3) - 0.5f)));
        painting.Canvas.Glaze(0, (int)surf.Top - (int)(s * 0.05f), painting.Width, painting.Height, new SandGlaze(painting, surf));
        var svg = new SvgWriter();
        var flora = new Flora(painting, svg, painting.Dice.Fork(304));
        float edge = side == 1 ? painting.Width : 0, inward = side == 1 ? -1 : 1;
        flora.Palm(edge + (inward * s * 0.17f), painting.GroundRow(0.40f), s * 0.40f, 0.6f, inward);
        flora.Palm(edge + (inward * s * 0.05f), painting.GroundRow(0.56f), s * 0.58f, 0.8f, inward);
        painting.Draw(svg, 0, painting.Height);
    }

    private static void Desert(Painting painting)
    {
        float s = painting.Short, h = painting.Horizon, low = h + (s * 0.1f);
        Vector4 lit = Palettes.Sand, shade = Palettes.SandShade;
        AskedMountains(painting);
        GroundPainter.Paint(painting, lit, shade, 0.35f, 0.3f);
        LandPainter.Hill(painting, 130, Ridge.Dunes(painting, 130, h + (s * 0.02f), s * 0.10f, s * 0.6f), low, lit, shade, 0.5f, 0.25f);
        LandPainter.Hill(painting, 132, Ridge.Dunes(painting, 132, h + (s * 0.06f), s * 0.13f, s * 0.75f), low, lit, shade, 0.22f, 0.25f, 0.5f);
        painting.Canvas.Glaze(0, (int)(h + (s * 0.05f)), painting.Width, painting.Height, new DuneGlaze(painting, Ridge.Dunes(painting, 134, h + (s * 0.12f), s * 0.07f, s * 1.1f)));
    }

    private static void Snowfield(Painting painting)
    {
        float s = painting.Short, h = painting.Horizon;
        FarMountains(painting, 140, 0.24f, 0.9f, 0.5f, painting.Width - painting.SunX);
        Hill(painting, 142, h + (s * 0.03f), s * 0.07f, s * 0.6f, Palettes.Snow, Palettes.SnowShade, 0.2f);
        GroundPainter.Paint(painting, Palettes.Snow, Palettes.SnowShade, 0.5f, 0.5f);
    }

    private static void City(Painting painting)
    {
        float h = painting.Horizon;
        CityPainter.Skyline(painting, h + 2);
        WaterPainter.Paint(painting, h, painting.Scene.Weather is Weather.Storm or Weather.Wind ? 0.4f : 0.12f);
        if (painting.Scene.Subjects.Any(s => s.Habitat == Habitat.Ground))
        {
            // A quay to stand on, wet enough to show the lights.
            float quay = painting.GroundRow(0.3f);
            painting.Canvas.Glaze(0, (int)quay, painting.Width, painting.Height, new QuayGlaze(painting, quay));
        }
    }

    private static void Village(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        AskedMountains(painting);
        Hill(painting, 100, h, s * 0.22f, s * 0.45f, Vector4.Lerp(land.Fir, land.GrassShade, 0.5f), land.Fir, 0.58f, s * 0.03f, 0.8f, 0.4f);
        Hill(painting, 102, h + (s * 0.02f), s * 0.08f, s * 0.5f, Vector4.Lerp(land.GrassShade, land.GrassLit, 0.35f), land.GrassShade, 0.34f, s * 0.05f, 0.3f, 0.6f);
        Grass(painting, 0.14f);
        CityPainter.Village(painting, h + (s * 0.05f));
        Trees(painting, 3, 0.2f, 0.17f);
    }

    private static void Garden(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        Hill(painting, 102, h + (s * 0.02f), s * 0.10f, s * 0.5f, Vector4.Lerp(land.GrassShade, land.GrassLit, 0.2f), land.Fir, 0.34f, s * 0.10f, 0.1f, 0.9f);
        Grass(painting, 0.75f, 640);
        Trees(painting, 6, 0, 0.27f);
    }

    private static void Field(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        AskedMountains(painting);
        Hill(painting, 100, h, s * 0.12f, s * 0.45f, Vector4.Lerp(land.Fir, land.GrassShade, 0.5f), land.Fir, 0.6f);
        Hill(painting, 102, h + (s * 0.02f), s * 0.05f, s * 0.5f, land.GrassLit, land.GrassShade, 0.36f, s * 0.03f, 0.1f, 0.4f);
        bool winter = land.Snow > 0.9f;
        Vector4 ripe = winter ? land.GrassLit : painting.Scene.Season == Season.Spring ? land.GrassLit : Colour.Hex("#e2b650"), stalk = winter ? land.GrassShade : Vector4.Lerp(ripe * 0.66f, land.GrassShade, 0.3f);
        painting.Canvas.Fill((int)(h + (s * 0.02f)), painting.Height, 2, new RowsShader(painting, ripe, stalk));
        Trees(painting, 2, 0, 0.18f);
    }

    private static void Road(Painting painting)
    {
        LandColours land = painting.Look.Land;
        float s = painting.Short, h = painting.Horizon;
        AskedMountains(painting);
        Hill(painting, 100, h, s * 0.18f, s * 0.45f, Vector4.Lerp(land.Fir, land.GrassShade, 0.5f), land.Fir, 0.6f);
        Hill(painting, 102, h + (s * 0.02f), s * 0.08f, s * 0.5f, Vector4.Lerp(land.GrassShade, land.GrassLit, 0.35f), land.GrassShade, 0.36f, s * 0.045f, 0.4f, 0.6f);
        Grass(painting, 0.1f);
        WayPainter.Road(painting, h + (s * 0.02f));
        Trees(painting, 6, 0.3f, 0.26f);
    }

    /// <summary>Clouds seen from above, like a sea to the horizon.</summary>
    private static void CloudSea(Painting painting)
    {
        int top = (int)(painting.Height * 0.68f);
        painting.Canvas.Glaze(0, top, painting.Width, painting.Height, new CloudSeaGlaze(painting, top));
    }
}
