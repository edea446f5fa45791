using Dragoman.Starter.Native;
using Dragoman.Starter.Pictures;
using Dragoman.Starter.Pictures.Drawing;

namespace Dragoman.Server.Tests.Starter.Pictures.Drawing;

public sealed class ComposerTests
{
    private static readonly Scene Boats = new()
    {
        Subjects = [new Subject("sailboat", 3) { Habitat = Habitat.Water, Metres = 8, Color = "#d02020" }],
        Place = Place.Sea,
        Time = TimeOfDay.Sunset,
        Width = 160,
        Height = 120,
        Seed = 7,
    };

    [Fact]
    public void Draw_SameSceneTwice_IsTheSamePicture() => Pixels(Boats).ShouldBe(Pixels(Boats));

    [Fact]
    public void Draw_OtherSeed_IsAnotherPicture() => Pixels(Boats with { Seed = 8 }).ShouldNotBe(Pixels(Boats));

    [Fact]
    public void Draw_OtherStyle_IsAnotherPicture()
    {
        List<byte[]> pictures = [.. Enum.GetValues<PictureStyle>().Select(style => Pixels(Boats with { Style = style }))];
        for (int i = 0; i < pictures.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                // Different at a glance: the mean difference of a sample is more than a few steps of 255.
                pictures[i].Zip(pictures[j]).Average(p => Math.Abs(p.First - p.Second)).ShouldBeGreaterThan(4);
            }
        }
    }

    [Theory]
    [InlineData(256, 456)]
    [InlineData(456, 256)]
    [InlineData(341, 256)]
    [InlineData(257, 257)]
    [InlineData(1024, 256)]
    public void Draw_AnySize_IsExact(int width, int height)
    {
        using VipsImage picture = Composer.Draw(Boats with { Width = width, Height = height }, DrawingParts.Art);
        (picture.Width, picture.Height, picture.Bands).ShouldBe((width, height, 3));
    }

    [Fact]
    public void Draw_EveryPlaceAtEveryTime_IsPainted()
    {
        foreach (Place place in Enum.GetValues<Place>())
        {
            foreach (TimeOfDay time in Enum.GetValues<TimeOfDay>())
            {
                byte[] pixels = Pixels(new Scene { Place = place, Time = time, Width = 96, Height = 96, Seed = (int)place });
                ShouldBePainted(pixels, 96, $"{place} at {time}");
            }
        }
    }

    [Fact]
    public void Draw_RandomScenes_NeverFails()
    {
        string[] names = [.. DrawingParts.Art.Names.Order(StringComparer.Ordinal), "no-such-art"];
        var dice = new Dice(11);
        T Any<T>()
            where T : struct, Enum => dice.Pick(Enum.GetValues<T>());
        for (int i = 0; i < 200; i++)
        {
            var scene = new Scene
            {
                Subjects =
                [
                    .. Enumerable.Range(0, dice.Below(5)).Select(_ => new Subject(dice.Pick(names), 1 + dice.Below(4))
                    {
                        Habitat = Any<Habitat>(),
                        Metres = Math.Pow(10, dice.Between(-3, 5)),
                        Color = dice.Chance(0.3f) ? $"#{dice.Next() & 0xFFFFFF:x6}" : null,
                        Relation = dice.Chance(0.4f) ? new Relation(Any<RelationKind>(), dice.Below(5)) : null,
                    }),
                ],
                Place = Any<Place>(),
                Time = Any<TimeOfDay>(),
                Weather = Any<Weather>(),
                Season = Any<Season>(),
                Style = Any<PictureStyle>(),
                Tints = dice.Chance(0.2f) ? ["#ff88aa"] : [],
                Width = 48 + dice.Below(80),
                Height = 48 + dice.Below(80),
                Seed = (long)dice.Next(),
            };
            ShouldBePainted(Pixels(scene), scene.Width, scene.ToString());
        }
    }

    [Fact]
    public void Draw_HostileScene_IsDrawn()
    {
        Subject[] subjects =
        [
            .. DrawingParts.Art.Names.Order(StringComparer.Ordinal).Take(6).Select(name => new Subject(name, 12)),
            new Subject("no-such-art", 12),
            new Subject("dog", int.MaxValue) { Metres = double.NaN, Color = "red" },
            new Subject("cat", -3) { Metres = double.PositiveInfinity, Color = "" },
            new Subject("house") { Metres = -1, Relation = new Relation(RelationKind.On, 10) },
            new Subject("ant", 12) { Metres = 0, Relation = new Relation(RelationKind.Above, 9) },
            new Subject("fish", 12) { Relation = new Relation(RelationKind.Behind, 99), Habitat = Habitat.Underwater },
        ];
        var scene = new Scene { Subjects = subjects, Tints = ["nonsense"], Width = 128, Height = 128, Seed = long.MinValue };
        ShouldBePainted(Pixels(scene), 128, "hostile");
    }

    private static byte[] Pixels(Scene scene)
    {
        using VipsImage lazy = Composer.Draw(scene, DrawingParts.Art);
        using VipsImage picture = lazy.Decode();
        return picture.Pixels.ToArray();
    }

    /// <summary>No half of the picture is all of one colour, which is how a value that is no number looks.</summary>
    private static void ShouldBePainted(byte[] pixels, int width, string what)
    {
        int half = pixels.Length / 6 * 3;
        pixels.AsSpan(0, half).IndexOfAnyExcept(pixels[0]).ShouldBeGreaterThanOrEqualTo(0, what);
        pixels.AsSpan(half).IndexOfAnyExcept(pixels[half]).ShouldBeGreaterThanOrEqualTo(0, what);
        pixels.Length.ShouldBe(width * (pixels.Length / 3 / width) * 3);
    }
}
