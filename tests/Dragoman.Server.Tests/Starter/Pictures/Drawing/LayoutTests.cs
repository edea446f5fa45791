using Dragoman.Starter.Pictures;
using Dragoman.Starter.Pictures.Drawing;

namespace Dragoman.Server.Tests.Starter.Pictures.Drawing;

public sealed class LayoutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(12)]
    public void Of_Count_PlacesAsMany(int count) =>
        Of(new Subject("elephant", count)).Count.ShouldBe(count);

    [Fact]
    public void Of_UnknownArt_IsLeftOut() =>
        Of(new Subject("no-such-art", 3), new Subject("dog")).ShouldHaveSingleItem().Subject.ShouldBe(1);

    [Fact]
    public void Of_ManyThings_AreInsideThePicture()
    {
        foreach (Place place in Enum.GetValues<Place>())
        {
            IReadOnlyList<Placed> things = Of(
                place,
                [new Subject("elephant", 4) { Metres = 3 }, new Subject("bird", 5) { Habitat = Habitat.Air }, new Subject("sailboat", 3) { Habitat = Habitat.Water }]);
            things.Count.ShouldBe(12);
            things.ShouldAllBe(t => t.X > 0 && t.X < 400 && t.Base > 0 && t.Top < 300 && t.Tall > 4, place.ToString());
        }
    }

    [Fact]
    public void Of_OneThing_StandsOnAThirdAndIsLarge()
    {
        Placed thing = Of(new Subject("elephant") { Metres = 3 }).ShouldHaveSingleItem();
        (thing.X / 400).ShouldBeInRange(0.25f, 0.75f);
        Math.Max(thing.Tall, thing.Wide).ShouldBeInRange(300 * 0.25f, 300 * 0.6f);
    }

    [Fact]
    public void Of_MouseBesideHouse_IsSmallerAndStillSeen()
    {
        IReadOnlyList<Placed> things = Of(new Subject("house") { Metres = 8 }, new Subject("mouse") { Metres = 0.1, Relation = new Relation(RelationKind.Beside, 0) });
        Placed house = things.Single(t => t.Subject == 0), mouse = things.Single(t => t.Subject == 1);
        mouse.Tall.ShouldBeLessThan(house.Tall * 0.5f);
        mouse.Tall.ShouldBeGreaterThan(300 * 0.03f);
    }

    [Fact]
    public void Of_Relations_AreHonoured()
    {
        Placed On(RelationKind kind, out Placed house)
        {
            IReadOnlyList<Placed> things = Of(new Subject("cat") { Metres = 0.4, Relation = new Relation(kind, 1) }, new Subject("house") { Metres = 8 });
            house = things.Single(t => t.Subject == 1);
            return things.Single(t => t.Subject == 0);
        }

        Placed on = On(RelationKind.On, out Placed house);
        on.Base.ShouldBeInRange(house.Top, house.Base - (house.Tall * 0.2f));
        on.X.ShouldBe(house.X, house.Wide / 2);
        on.Nearness.ShouldBeGreaterThan(house.Nearness);
        On(RelationKind.Before, out house).Base.ShouldBeGreaterThan(house.Base);
        On(RelationKind.Behind, out house).Nearness.ShouldBeLessThan(house.Nearness);
        On(RelationKind.Above, out house).Base.ShouldBeLessThanOrEqualTo(house.Top + 1);
        Placed beside = On(RelationKind.Beside, out house);
        Math.Abs(beside.X - house.X).ShouldBeGreaterThan(house.Wide * 0.3f);
    }

    private static IReadOnlyList<Placed> Of(params Subject[] subjects) => Of(Place.Meadow, subjects);

    private static IReadOnlyList<Placed> Of(Place place, Subject[] subjects) =>
        Layout.Of(new Painting(new Scene { Subjects = subjects, Place = place, Width = 400, Height = 300, Seed = 5 }, DrawingParts.Art));
}
