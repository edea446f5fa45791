using Dragoman.Model;
using Dragoman.Server.Keys;

namespace Dragoman.Server.Tests.Keys;

/// <summary>How what is in the database comes into force.</summary>
public sealed class KeyFeedTests : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly KeyRig _rig = new();

    private static KeyDraft Draft => new("ann", KeyMode.Live);

    [Fact]
    public async Task Start_KeysOfEachKind_ThoseInForceAreIn()
    {
        var live = await _rig.Store.CreateAsync(Draft, default);
        var test = await _rig.Store.CreateAsync(new KeyDraft("t", KeyMode.Test), default);
        var revoked = await _rig.Store.CreateAsync(Draft, default);
        var expired = await _rig.Store.CreateAsync(Draft with { ExpiresAt = _rig.Time.GetUtcNow().AddMinutes(1) }, default);
        await _rig.Store.RevokeAsync(revoked.Key.Id, default);
        _rig.Time.Advance(TimeSpan.FromMinutes(1));

        using var later = _rig.Another();

        later.Ring.Find(live.Secret).ShouldNotBeNull().Mode.ShouldBe(KeyMode.Live);
        later.Ring.Find(test.Secret).ShouldNotBeNull().Mode.ShouldBe(KeyMode.Test);
        later.Ring.Find(revoked.Secret).ShouldBeNull();
        later.Opens(expired.Secret).ShouldBeFalse();
    }

    [Fact]
    public async Task Changes_ByAnotherProcess_AreInForceWithTheNextLook()
    {
        using var other = _rig.Another();
        var made = await other.Store.CreateAsync(Draft, default);
        _rig.Opens(made.Secret).ShouldBeFalse("it has not looked yet");
        _rig.Time.Advance(Look);
        _rig.Opens(made.Secret).ShouldBeTrue();

        await other.Store.UpdateAsync(made.Key.Id, new KeyChange { Name = new("bob") }, default);
        _rig.Time.Advance(Look);
        _rig.Ring.Find(made.Secret).ShouldNotBeNull().Name.ShouldBe("bob");

        var rotated = (await other.Store.RotateAsync(made.Key.Id, TimeSpan.Zero, default))!;
        _rig.Time.Advance(Look);
        _rig.Opens(rotated.Secret).ShouldBeTrue();
        _rig.Ring.Find(made.Secret).ShouldBeNull();

        await other.Store.RevokeAsync(made.Key.Id, default);
        _rig.Time.Advance(Look);
        _rig.Ring.Find(rotated.Secret).ShouldBeNull();
    }

    [Fact]
    public async Task Rotate_WithOverlap_BothOpenUntilItEnds()
    {
        var made = await _rig.Store.CreateAsync(Draft, default);
        var rotated = (await _rig.Store.RotateAsync(made.Key.Id, TimeSpan.FromHours(1), default))!;
        rotated.Key.FormerSecretUntil.ShouldBe(_rig.Time.GetUtcNow().AddHours(1));

        using (var later = _rig.Another())
        {
            foreach (var rig in (KeyRig[])[_rig, later])
            {
                rig.Opens(made.Secret).ShouldBeTrue();
                rig.Opens(rotated.Secret).ShouldBeTrue();
                rig.Ring.Find(made.Secret)!.KeyId.ShouldBe(made.Key.Id);
            }

            _rig.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
            _rig.Opens(made.Secret).ShouldBeTrue();
            _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
            _rig.Opens(made.Secret).ShouldBeFalse();
            later.Opens(made.Secret).ShouldBeFalse();
            _rig.Opens(rotated.Secret).ShouldBeTrue();
        }

        using var muchLater = _rig.Another();
        muchLater.Ring.Find(made.Secret).ShouldBeNull();
        muchLater.Opens(rotated.Secret).ShouldBeTrue();
    }

    [Fact]
    public async Task Rotate_AgainDuringTheOverlap_EndsTheOldestEvenWhereNobodyLookedBetween()
    {
        using var other = _rig.Another();
        var first = await _rig.Store.CreateAsync(Draft, default);
        var second = (await other.Store.RotateAsync(first.Key.Id, TimeSpan.FromHours(1), default))!;
        var third = (await other.Store.RotateAsync(first.Key.Id, TimeSpan.FromHours(1), default))!;
        _rig.Time.Advance(Look);

        _rig.Ring.Find(first.Secret).ShouldBeNull();
        _rig.Opens(second.Secret).ShouldBeTrue();
        _rig.Opens(third.Secret).ShouldBeTrue();
    }

    [Fact]
    public async Task Rotate_KeyThatEndsDuringTheOverlap_EndsBoth()
    {
        var end = _rig.Time.GetUtcNow().AddMinutes(10);
        var made = await _rig.Store.CreateAsync(Draft with { ExpiresAt = end }, default);
        await _rig.Store.RotateAsync(made.Key.Id, TimeSpan.FromHours(1), default);
        _rig.Ring.Find(made.Secret).ShouldNotBeNull().ExpiresAt.ShouldBe(end);
        await _rig.Store.UpdateAsync(made.Key.Id, new KeyChange { ExpiresAt = new(end.AddDays(1)) }, default);
        _rig.Ring.Find(made.Secret).ShouldNotBeNull().ExpiresAt.ShouldBe(_rig.Time.GetUtcNow().AddHours(1));
    }

    [Fact]
    public async Task Look_DatabaseThatCannotBeRead_KeepsTheKeysAndRecovers()
    {
        using var other = _rig.Another();
        var made = await _rig.Store.CreateAsync(Draft, default);
        _rig.Sql("ALTER TABLE keys RENAME TO elsewhere");
        _rig.Time.Advance(Look * 5);

        _rig.Opens(made.Secret).ShouldBeTrue();
        _rig.Lines.ShouldHaveSingleItem("told once, not at each look").ShouldContain("stay in force");

        _rig.Sql("ALTER TABLE elsewhere RENAME TO keys");
        var later = await other.Store.CreateAsync(Draft, default);
        _rig.Time.Advance(Look);
        _rig.Opens(later.Secret).ShouldBeTrue();
        _rig.Lines.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("dialects = '['")]
    [InlineData("dialects = 'null'")]
    [InlineData("models = '{}'")]
    [InlineData("mode = 'king'")]
    [InlineData("former_hash = x'00', former_secret_until = 9999999999999")]
    [InlineData("former_hash = hash, former_secret_until = 9223372036854775807")]
    [InlineData("expires_at = 9223372036854775807")]
    [InlineData("requests_per_day = 9999999999")]
    [InlineData("requests_per_minute = -5")]
    public async Task Look_DamagedRow_ClosesThatKeyAlone(string damage)
    {
        var made = await _rig.Store.CreateAsync(Draft, default);
        var neighbour = await _rig.Store.CreateAsync(Draft, default);
        _rig.Sql($"UPDATE keys SET {damage}, revision = 100 WHERE id = '{made.Key.Id}'");
        _rig.Time.Advance(Look);

        _rig.Ring.Find(made.Secret).ShouldBeNull();
        _rig.Opens(neighbour.Secret).ShouldBeTrue();
        _rig.Lines.ShouldHaveSingleItem().ShouldContain(made.Key.Id);
        using var later = _rig.Another();
        later.Ring.Find(made.Secret).ShouldBeNull();
        later.Opens(neighbour.Secret).ShouldBeTrue();
    }

    public void Dispose() => _rig.Dispose();
}
