using Dragoman.Starter.Pictures;
using Dragoman.Starter.Pictures.Reading;

namespace Dragoman.Server.Tests.Starter.Pictures.Reading;

/// <summary>What is read by word alone.</summary>
public sealed class SceneReaderTests
{
    private static readonly ArtIndex Index = ArtIndex.Build(Vocabulary.Instance, new BlindEmbedder());

    [Theory]
    [InlineData("three red boats", "3 sailboat #d32f2f")]
    [InlineData("3 boats", "3 sailboat")]
    [InlineData("a dozen boats", "12 sailboat")]
    [InlineData("a pair of elephants", "2 elephant")]
    [InlineData("a flock of birds", "7 bird")]
    [InlineData("two or three cars", "3 automobile")]
    [InlineData("999999999999999999999 boats", "12 sailboat")]
    [InlineData("zero cats and a dog", "dog")]
    [InlineData("in 1999 a car", "automobile")]
    [InlineData("three children", "2 boy, girl")]
    [InlineData("two glasses of red wine", "2 wine-glass")]
    public void Read_Number_IsTheCount(string prompt, string subjects) => SceneText.Subjects(Read(prompt)).ShouldBe(subjects);

    [Theory]
    [InlineData("a red fox", "fox")] // It is red already.
    [InlineData("a navy blue car", "automobile #0d2b6b")]
    [InlineData("a red and white boat", "sailboat #d32f2f")]
    [InlineData("a boat that is red", "sailboat #d32f2f")]
    [InlineData("boats in red, and a house", "3 sailboat #d32f2f, house")]
    [InlineData("the house is blue and the car is green", "house #1e6fd9, automobile #43a047")]
    [InlineData("a red boat and a blue boat", "sailboat #d32f2f, sailboat #1e6fd9")]
    [InlineData("a boat on a lake. The boat is red.", "sailboat #d32f2f")]
    [InlineData("an orange", "tangerine")]
    [InlineData("an orange car", "automobile #f57c00")]
    [InlineData("a rose", "rose")]
    [InlineData("a black cat", "black-cat")]
    [InlineData("cherry blossoms", "deciduous-tree #f4a6c0")]
    [InlineData("a cat with blue eyes", "cat")]
    public void Read_Color_IsThatOfItsThing(string prompt, string subjects) => SceneText.Subjects(Read(prompt)).ShouldBe(subjects);

    [Theory]
    [InlineData("a landscape in pastel pink", "Meadow #f8bbd0")]
    [InlineData("a boat under a purple sunset", "Sea Sunset #8e24aa | sailboat")]
    [InlineData("a field under a purple sky", "Field #8e24aa")]
    [InlineData("green lemons on a blue background", "Table #1e6fd9 | 3 lemon #43a047")]
    [InlineData("green hills and a blue sea", "Hills")] // As they are anyway.
    [InlineData("a bicycle against a yellow wall", "Room #fbc02d | bicycle")]
    public void Read_ColorOfNoThing_IsATint(string prompt, string scene) => SceneText.Of(Read(prompt)).ShouldBe(scene);

    [Theory]
    [InlineData("a cat on a sofa", "cat on 1, couch-and-lamp")]
    [InlineData("a cat and a dog on a sofa", "cat on 2, dog on 2, couch-and-lamp")]
    [InlineData("a cat on a chair and a dog on a sofa", "cat on 1, chair, dog on 3, couch-and-lamp")]
    [InlineData("a dog in front of a house", "dog before 1, house")]
    [InlineData("a child behind a tree", "child behind 1, deciduous-tree")]
    [InlineData("a mouse next to a piece of cheese", "mouse beside 1, cheese-wedge")]
    [InlineData("a moon above a tree", "deciduous-tree, full-moon above 0")]
    [InlineData("a dog under no tree", "dog")]
    [InlineData("a girl riding a horse", "horse-racing")]
    [InlineData("a corgi wearing a hat, riding a horse", "dog on 2, top-hat, horse")]
    [InlineData("a girl with an umbrella on a bench", "girl on 2, umbrella on 2, bench")]
    [InlineData("a monkey riding a horse", "monkey on 1, horse")]
    public void Read_Preposition_RelatesThings(string prompt, string subjects) => SceneText.Subjects(Read(prompt)).ShouldBe(subjects);

    [Theory]
    [InlineData("a beach with no people", "Beach")]
    [InlineData("no people and a dog", "Meadow | dog")]
    [InlineData("mountains without clouds", "Mountains")]
    [InlineData("a lake without a boat", "Lake")]
    [InlineData("no boats on lake or sea", "Lake")]
    [InlineData("mountains without snow in spring", "Mountains Spring")]
    public void Read_Negation_TakesOut(string prompt, string scene) => SceneText.Of(Read(prompt)).ShouldBe(scene);

    [Theory]
    [InlineData("children building a snowman", "boy, girl, snowman")]
    [InlineData("a boy building snowmen", "boy, 3 snowman")]
    [InlineData("an apple cake", "birthday-cake")]
    [InlineData("two chocolate cakes", "2 birthday-cake #795548")]
    [InlineData("a man walking his dog", "man-walking, dog")]
    [InlineData("Der Baum, un árbol, 木, 🌳", "")]
    public void Read_Phrase_IsItsHead(string prompt, string subjects) => SceneText.Subjects(Read(prompt)).ShouldBe(subjects);

    [Theory]
    [InlineData("a castle", "Mountains | castle")]
    [InlineData("a camel and a cactus", "Desert | camel, cactus")]
    [InlineData("a dog and the moon", "Meadow Night | dog, full-moon")]
    [InlineData("a dog under a starless sky", "Meadow | dog")]
    [InlineData("twelve balloons in the sky", "Sky | 12 balloon")]
    [InlineData("a river in the forest near a village", "River | 5 deciduous-tree, houses")]
    [InlineData("a car on a road in the desert", "Desert | automobile")]
    [InlineData("a mountain lake", "Lake | snow-capped-mountain")]
    [InlineData("a lake in the mountains", "Lake | snow-capped-mountain")]
    [InlineData("a palm beach", "Beach | 7 palm-tree")]
    [InlineData("a dog in the snow", "Snowfield Winter | dog")]
    [InlineData("a cup of coffee by the window", "Table | hot-beverage")]
    [InlineData("a girl with a book", "Room | girl, open-book")]
    [InlineData("an astronaut on the moon", "Space Night | astronaut on 1, full-moon")]
    [InlineData("the harbour at blue hour in a thunderstorm, october", "Sea Dusk Storm Autumn")]
    public void Read_Place_IsNamedOrImplied(string prompt, string scene) => SceneText.Of(Read(prompt)).ShouldBe(scene);

    [Fact]
    public void Read_Size_ScalesMetres()
    {
        double usual = Read("a strawberry").Subjects[0].Metres;

        Read("a giant strawberry").Subjects[0].Metres.ShouldBe(3 * usual);
        Read("a tiny red strawberry").Subjects[0].Metres.ShouldBe(0.35 * usual);
        Read("a baby elephant").Subjects.ShouldHaveSingleItem().Metres.ShouldBeLessThan(Read("an elephant").Subjects[0].Metres);
    }

    [Fact]
    public void Read_Flying_IsInTheAir() =>
        Read("a dragon flying over a castle, flying cars, a dog flying a drone").Subjects.Select(subject => subject.Habitat)
            .ShouldBe([Habitat.Air, Habitat.Ground, Habitat.Air, Habitat.Ground, Habitat.Air]);

    [Fact]
    public void Read_NoSeed_IsMadeOfTheCall()
    {
        Scene scene = Read("boats", seed: null);

        Read("boats", seed: null).Seed.ShouldBe(scene.Seed);
        Read("Boats", seed: null).Seed.ShouldNotBe(scene.Seed);
        Read("boats", width: 640, seed: null).Seed.ShouldNotBe(scene.Seed);
        Read("boats", PictureStyle.Photo, seed: null).Seed.ShouldNotBe(scene.Seed);
        Read("boats", seed: -7).Seed.ShouldBe(-7);
    }

    [Fact]
    public void Read_PluralWithoutNumber_IsSomeByTheSeed() =>
        Enumerable.Range(-20, 40).Select(seed => Read("boats", seed: seed).Subjects[0].Count).Distinct().Order().ShouldBe([2, 3, 4]);

    [Fact]
    public void Read_UnknownWords_AreGuessedWithinBounds()
    {
        var embedder = new BlindEmbedder();
        new SceneReader(Index, embedder).Read("a gorgeous zyx of the qwertz on some abcde, a blorb, a blarb, a blirb, a blurb, a blerb, a blyrb", default, 1, 1, null);

        embedder.Asked.Count.ShouldBe(8);
        embedder.Asked[..3].ShouldBe(["zyx", "qwertz", "abcde"]);
    }

    public static TheoryData<string> Hostile =>
    [
        "",
        " \t\r\n\0\u0001\u200b\ufeff",
        string.Concat(Enumerable.Repeat("a ", 50_000)),
        string.Concat(Enumerable.Repeat("boats ", 20_000)),
        string.Concat(Enumerable.Repeat("red and ", 20_000)),
        string.Concat(Enumerable.Repeat("no ", 20_000)),
        string.Concat(Enumerable.Repeat("cat on ", 20_000)),
        new string('x', 100_000),
        new string('7', 100_000),
        new string('\'', 100_000),
        string.Concat(Enumerable.Repeat("🏳️‍🌈", 5000)),
        new string('x', 1999) + "🌳",
        "\ud83c \udf33 \udf33\ud83c",
        "قارب أحمر في البحر عند غروب الشمس",
        "<script>alert('boats')</script> & \"</svg>\" {0} %s ../../etc/passwd",
        "-5 boats, 1e9 boats, ٣ boats, ½ boat",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Read_AnyText_GivesAScene(string prompt)
    {
        Scene scene = Read(prompt);

        scene.Subjects.Count.ShouldBeLessThanOrEqualTo(SceneReader.MostSubjects);
        scene.Subjects.ShouldAllBe(subject => subject.Count >= 1 && subject.Count <= SceneReader.MostOfAKind);
        scene.Subjects.Where(subject => subject.Relation is not null).ShouldAllBe(subject => subject.Relation!.To < scene.Subjects.Count);
        SceneText.Of(Read(prompt)).ShouldBe(SceneText.Of(scene));
    }

    private static Scene Read(string prompt, PictureStyle style = PictureStyle.Default, int width = 1024, long? seed = 1) =>
        new SceneReader(Index, new BlindEmbedder()).Read(prompt, style, width, 1024, seed);
}
