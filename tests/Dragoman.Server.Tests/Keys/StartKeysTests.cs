using System.Security.Cryptography;
using System.Text.Json;
using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Server.Keys;
using Dragoman.Server.Tests.EndToEnd;

namespace Dragoman.Server.Tests.Keys;

/// <summary>The keys that a start brings along, and what it takes over from a former version.</summary>
public sealed class StartKeysTests : IDisposable
{
    private const string AdminKey = "dgm_admin_test-key-0123456789";

    private readonly KeyRig _rig = new();

    [Fact]
    public async Task FreshDirectory_GetsOneKey_OnceTheStartHasSucceeded()
    {
        _rig.Start().NewKey.ShouldBeNull();
        var fresh = _rig.Start(); // The one before failed later on: it has left nothing.
        await fresh.StartedAsync(default);
        var key = fresh.NewKey.ShouldNotBeNull();
        key.ShouldStartWith("dgm_live_");
        _rig.Ring.Find(key).ShouldNotBeNull().Name.ShouldBe("bootstrap");

        using var later = _rig.Another();
        var again = later.Start();
        await again.StartedAsync(default);
        again.NewKey.ShouldBeNull();
        later.Opens(key).ShouldBeTrue();
        later.Ring.Find(key.AsSpan(0, key.Length - 1)).ShouldBeNull();
        (await later.Store.ListAsync(new KeyQuery(), default)).Keys.ShouldHaveSingleItem().Ending.ShouldBe(key[^4..]);
    }

    [Fact]
    public async Task DirectoryWithKeys_EvenIfRevoked_GetsNone()
    {
        var made = await _rig.Store.CreateAsync(new KeyDraft("ann", KeyMode.Live), default);
        await _rig.Store.RevokeAsync(made.Key.Id, default);
        var start = _rig.Start();
        await start.StartedAsync(default);
        start.NewKey.ShouldBeNull();
    }

    [Fact]
    public async Task TwoStartsAtOnce_OneBringsAKey()
    {
        using var other = _rig.Another();
        var (first, second) = (_rig.Start(), other.Start());
        await first.StartedAsync(default);
        await second.StartedAsync(default);
        first.NewKey.ShouldNotBeNull();
        second.NewKey.ShouldBeNull();
        other.Opens(first.NewKey).ShouldBeTrue();
    }

    [Fact]
    public async Task ChosenKey_TakesThePlaceOfTheFormer_BeforeTheFirstCall()
    {
        var first = _rig.Start();
        await first.StartedAsync(default);

        var chosen = _rig.Start(RunningGateway.Key);
        _rig.Opens(RunningGateway.Key).ShouldBeTrue("before anything listens");
        _rig.Opens(first.NewKey!).ShouldBeTrue("the start may fail yet");
        await chosen.StartedAsync(default);
        _rig.Opens(RunningGateway.Key).ShouldBeTrue();
        _rig.Opens(first.NewKey!).ShouldBeFalse();

        // Another value, and back.
        const string Another = "dgm_live_another-value-of-the-operator";
        await StartAgainAsync(Another);
        await StartAgainAsync(RunningGateway.Key);
        using var later = _rig.Another();
        later.Opens(RunningGateway.Key).ShouldBeTrue();
        later.Opens(Another).ShouldBeFalse();
        (await later.Store.ListAsync(new KeyQuery(), default)).Keys.ShouldHaveSingleItem().Name.ShouldBe("bootstrap");
    }

    [Fact]
    public async Task ChosenKey_InPlaceOfOneWithLessRights_HasNoMore()
    {
        await StartAgainAsync(RunningGateway.Key);
        var id = _rig.Ring.Find(RunningGateway.Key)!.KeyId;
        await _rig.Store.UpdateAsync(id, new KeyChange { Dialects = new(["gainly"]) }, default);

        const string Another = "dgm_live_another-value-of-the-operator";
        _rig.Start(Another);
        _rig.Ring.Find(Another).ShouldNotBeNull().Dialects.ShouldNotBeNull().ShouldBe(["gainly"]);
        await StartAgainAsync(Another);
        _rig.Ring.Find(Another).ShouldNotBeNull().Dialects.ShouldNotBeNull().ShouldBe(["gainly"]);
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("rotated")]
    [InlineData("rotated twice")]
    public async Task ChosenKey_ThatHasEnded_StaysDeadAndIsTold(string how)
    {
        await StartAgainAsync(RunningGateway.Key);
        var id = _rig.Ring.Find(RunningGateway.Key)!.KeyId;
        switch (how)
        {
            case "revoked":
                await _rig.Store.RevokeAsync(id, default);
                break;
            case "expired":
                await _rig.Store.UpdateAsync(id, new KeyChange { ExpiresAt = new(_rig.Time.GetUtcNow().AddMinutes(1)) }, default);
                _rig.Time.Advance(TimeSpan.FromMinutes(2));
                break;
            case "rotated twice":
                await _rig.Store.RotateAsync(id, TimeSpan.Zero, default);
                goto default;
            default:
                await _rig.Store.RotateAsync(id, TimeSpan.Zero, default);
                break;
        }

        _rig.Opens(RunningGateway.Key).ShouldBeFalse();
        using var later = _rig.Another();
        await later.Start(RunningGateway.Key).StartedAsync(default);

        later.Opens(RunningGateway.Key).ShouldBeFalse();
        later.Lines.ShouldHaveSingleItem().ShouldContain("not brought back");
        (await later.Store.ListAsync(new KeyQuery(), default)).Keys.ShouldHaveSingleItem();

        // Another value is a key of its own, or the next secret of the one that still lives.
        await later.Start("dgm_live_another-value-of-the-operator").StartedAsync(default);
        later.Opens("dgm_live_another-value-of-the-operator").ShouldBeTrue();
    }

    [Fact]
    public async Task ChosenKey_RevokedWhileTheStartWentOn_StaysDead()
    {
        await StartAgainAsync(RunningGateway.Key);
        var id = _rig.Ring.Find(RunningGateway.Key)!.KeyId;
        const string Another = "dgm_live_another-value-of-the-operator";
        var start = _rig.Start(Another);
        using var other = _rig.Another();
        await other.Start(Another).StartedAsync(default);
        await other.Store.RevokeAsync(id, default);
        await start.StartedAsync(default);
        _rig.Opens(Another).ShouldBeFalse();
    }

    [Fact]
    public async Task AdminKey_Chosen_IsAnAdminKeyAndOnlyThen()
    {
        await StartAgainAsync(RunningGateway.Key);
        (await _rig.Store.ListAsync(new KeyQuery { Mode = KeyMode.Admin }, default)).Keys.ShouldBeEmpty();

        await StartAgainAsync(RunningGateway.Key, AdminKey);
        await StartAgainAsync(RunningGateway.Key, AdminKey);
        _rig.Ring.Find(AdminKey).ShouldNotBeNull().Mode.ShouldBe(KeyMode.Admin);
        (await _rig.Store.ListAsync(new KeyQuery { Mode = KeyMode.Admin }, default)).Keys.ShouldHaveSingleItem().Name.ShouldBe("admin");
        _rig.Ring.Find(RunningGateway.Key).ShouldNotBeNull().Mode.ShouldBe(KeyMode.Live);
    }

    [Fact]
    public async Task AdminKey_ThatIsAnotherKindsKey_EndsTheStart()
    {
        Should.Throw<InvalidDataException>(() => _rig.Start(AdminKey, AdminKey)).Message.ShouldContain("must not be the same");
        await StartAgainAsync(RunningGateway.Key);
        Should.Throw<InvalidDataException>(() => _rig.Start(null, RunningGateway.Key)).Message.ShouldNotContain(RunningGateway.Key);
        Should.Throw<InvalidDataException>(() => _rig.Start(null, "tiny")).Message.ShouldContain("DRAGOMAN_ADMIN_KEY");
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("a key with spaces in it")]
    public void ChosenKey_ThatWillNotDo_IsRefused(string chosen) =>
        Should.Throw<InvalidDataException>(() => _rig.Start(chosen)).Message.ShouldNotContain(chosen);

    [Fact]
    public async Task KeyFile_OfAFormerVersion_IsTakenInOnce()
    {
        var data = FormerVersion(out var keys);
        using (var rig = new KeyRig(data))
        {
            keys.ShouldAllBe(key => rig.Opens(key));
            rig.Ring.Find(keys[1])!.Mode.ShouldBe(KeyMode.Test);
            File.Exists(Path.Combine(data, "keys.json")).ShouldBeFalse();
            await rig.Store.RevokeAsync(rig.Ring.Find(keys[1])!.KeyId, default);
            var start = rig.Start();
            await start.StartedAsync(default);
            start.NewKey.ShouldBeNull();
        }

        // A death before the renaming, or a copy put back: nothing comes to life again.
        File.Move(Path.Combine(data, "keys.json.imported"), Path.Combine(data, "keys.json"));
        using (var rig = new KeyRig(data))
        {
            rig.Opens(keys[0]).ShouldBeTrue();
            rig.Opens(keys[1]).ShouldBeFalse();

            // The former version's first key is this version's.
            await rig.Start(RunningGateway.Key).StartedAsync(default);
            rig.Opens(keys[0]).ShouldBeFalse();
        }

        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("[{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("{}")]
    [InlineData("""[{"id":"a","name":"b","is_live":true,"hash":"zz","created":"2026-01-01T00:00:00Z"}]""")]
    public void KeyFile_Damaged_EndsTheStartAndStays(string damaged)
    {
        File.WriteAllText(Path.Combine(_rig.Data, "keys.json"), damaged);
        Should.Throw<InvalidDataException>(() => _rig.Another()).Message.ShouldContain("keys.json");
        File.ReadAllText(Path.Combine(_rig.Data, "keys.json")).ShouldBe(damaged);
    }

    [Fact]
    public async Task Secret_MissingOrDamagedWhereThereAreKeys_EndsTheStart()
    {
        var secret = Path.Combine(_rig.Data, "keys.secret");
        File.Delete(secret);
        using (_rig.Another())
        {
            // No keys yet: another one is made.
            File.ReadAllBytes(secret).Length.ShouldBe(32);
        }

        await _rig.Store.CreateAsync(new KeyDraft("ann", KeyMode.Live), default);
        File.Delete(secret);
        Should.Throw<InvalidDataException>(() => _rig.Another()).Message.ShouldContain("keys.secret is missing");
        File.Exists(secret).ShouldBeFalse();
        File.WriteAllBytes(secret, new byte[31]);
        Should.Throw<InvalidDataException>(() => _rig.Another()).Message.ShouldContain("keys.secret");

        var former = FormerVersion(out _);
        File.Delete(Path.Combine(former, "keys.secret"));
        Should.Throw<InvalidDataException>(() => new KeyRig(former)).Message.ShouldContain("keys.secret is missing");
        Directory.Delete(former, recursive: true);
    }

    public void Dispose() => _rig.Dispose();

    private Task StartAgainAsync(string? bootstrapKey, string? adminKey = null) => _rig.Start(bootstrapKey, adminKey).StartedAsync(default);

    /// <summary>A data directory as the version before the database left it, with a live and a test key.</summary>
    private static string FormerVersion(out string[] keys)
    {
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        var secret = RandomNumberGenerator.GetBytes(32);
        File.WriteAllBytes(Path.Combine(data, "keys.secret"), secret);
        var ring = new KeyRing(secret);
        keys = [ApiKey.Create(KeyMode.Live), ApiKey.Create(KeyMode.Test)];
        File.WriteAllText(Path.Combine(data, "keys.json"), JsonSerializer.Serialize(keys.Select((key, i) => new
        {
            id = $"key_{i:x16}",
            name = i == 0 ? "bootstrap" : "other",
            is_live = i == 0,
            hash = Convert.ToHexStringLower(ring.Hash(key).ToArray()),
            created = "2026-11-01T00:00:00+00:00",
        })));
        return data;
    }
}
