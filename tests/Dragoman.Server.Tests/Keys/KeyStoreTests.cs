using System.Text;
using Dragoman.Model;
using Dragoman.Server.Keys;

namespace Dragoman.Server.Tests.Keys;

/// <summary>What keys may be, and what becomes of them.</summary>
public sealed class KeyStoreTests : IDisposable
{
    private readonly KeyRig _rig = new();

    private static KeyDraft Draft => new("ann", KeyMode.Live);

    [Fact]
    public async Task Create_EverythingSaid_IsKeptAcrossAStart()
    {
        var draft = Draft with
        {
            Project = "shop",
            Dialects = ["Gainly", "agentai", "gainly"],
            Models = ["gpt*", "claude-sonnet-4-6", "GPT*"],
            Limits = new CallLimits { RequestsPerMinute = 60, RequestsPerDay = CallLimits.None, ConcurrentCalls = 4 },
            ExpiresAt = _rig.Time.GetUtcNow().AddDays(1).AddTicks(5),
        };

        var made = await _rig.Store.CreateAsync(draft, default);

        made.Secret.ShouldStartWith("dgm_live_");
        made.Key.Id.ShouldMatch("^key_[0-9a-f]{16}$");
        made.Key.Ending.ShouldBe(made.Secret[^4..]);
        made.Key.Dialects.ShouldBe(["gainly", "agentai"]);
        made.Key.Models.ShouldBe(["gpt*", "claude-sonnet-4-6"]);
        made.Key.Limits.ShouldBe(draft.Limits);
        made.Key.CreatedAt.ShouldBe(_rig.Time.GetUtcNow());
        made.Key.ExpiresAt.ShouldBe(_rig.Time.GetUtcNow().AddDays(1), "whole milliseconds, as they are stored");

        using var later = _rig.Another();
        ShouldBeTheSame((await later.Store.FindAsync(made.Key.Id, default)).ShouldNotBeNull(), made.Key);
        var caller = later.Ring.Find(made.Secret).ShouldNotBeNull();
        caller.KeyId.ShouldBe(made.Key.Id);
        caller.Project.ShouldBe("shop");
        caller.Dialects.ShouldNotBeNull().ShouldBe(["agentai", "gainly"], ignoreOrder: true);
        caller.Models.ShouldNotBeNull().Contains("gpt-4o").ShouldBeTrue();
        caller.Limits.ShouldBe(draft.Limits);
        caller.ExpiresAt.ShouldBe(made.Key.ExpiresAt);
    }

    public static TheoryData<string, object> Faults => new()
    {
        { "name", "" },
        { "name", "  " },
        { "name", new string('x', 101) },
        { "name", "a\nb" },
        { "name", "a\u001b[2Jb" },
        { "name", "a\u2028b" },
        { "name", "a\ud800" },
        { "project", "" },
        { "project", new string('x', 101) },
        { "project", "a\0b" },
        { "requests_per_minute", -1 },
        { "requests_per_day", -1 },
        { "tokens_per_minute", int.MinValue },
        { "concurrent_calls", -1 },
        { "expires_at", 0.0 },
        { "expires_at", -1.0 },
        { "dialects", Array.Empty<string>() },
        { "dialects", new[] { "agentai", "latin" } },
        { "dialects", new[] { "" } },
        { "name", "a\u202eb" },
        { "project", "a\u2066b" },
        { "models", Array.Empty<string>() },
        { "models", Enumerable.Range(0, 101).Select(i => $"m{i}").ToArray() },
        { "models", new[] { "" } },
        { "models", new[] { new string('m', 257) } },
        { "models", new[] { "a b" } },
        { "models", new[] { "a\tb" } },
        { "models", new[] { "a*b" } },
        { "models", new[] { "**" } },
        { "models", new[] { "a\udc00" } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task CreateAndUpdate_WhatCannotBe_NamesTheFieldAndChangesNothing(string field, object value)
    {
        var made = await _rig.Store.CreateAsync(Draft, default);
        var (draft, change) = With(field, value);

        var fault = await Should.ThrowAsync<KeyException>(() => _rig.Store.CreateAsync(draft, default));
        fault.Field.ShouldBe(field);
        fault.Message.ShouldContain(field);
        fault.Message.ShouldNotContain("\u001b");
        (await Should.ThrowAsync<KeyException>(() => _rig.Store.UpdateAsync(made.Key.Id, change, default))).Field.ShouldBe(field);
        (await _rig.Store.ListAsync(new KeyQuery(), default)).Keys.ShouldHaveSingleItem();
        ShouldBeTheSame((await _rig.Store.FindAsync(made.Key.Id, default))!, made.Key);
    }

    [Fact]
    public async Task Create_AtTheBounds_IsGood()
    {
        // A hundred characters as a person counts them.
        var name = string.Concat(Enumerable.Repeat("🐪", 100));
        var made = await _rig.Store.CreateAsync(
            Draft with
            {
                Name = name,
                Project = new string('x', 100),
                Models = [.. Enumerable.Range(0, 99).Select(i => $"m{i}"), new string('m', 256)],
                Limits = new CallLimits { RequestsPerMinute = 1, RequestsPerDay = int.MaxValue },
                ExpiresAt = _rig.Time.GetUtcNow().AddMilliseconds(1),
            },
            default);
        made.Key.Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("dialects = '['")]
    [InlineData("mode = 'king'")]
    [InlineData("expires_at = 9223372036854775807")]
    public async Task Read_DamagedRow_SaysSo(string damage)
    {
        var made = await _rig.Store.CreateAsync(Draft, default);
        _rig.Sql($"UPDATE keys SET {damage}");

        await ShouldSaySoAsync(() => _rig.Store.FindAsync(made.Key.Id, default));
        await ShouldSaySoAsync(() => _rig.Store.ListAsync(new KeyQuery(), default));
        await ShouldSaySoAsync(() => _rig.Store.RevokeAsync(made.Key.Id, default));

        static async Task ShouldSaySoAsync(Func<Task> read) => (await Should.ThrowAsync<InvalidDataException>(read)).Message.ShouldContain("damaged");
    }

    [Fact]
    public async Task Create_AdminKeyWithLimits_IsRefused()
    {
        var draft = new KeyDraft("root", KeyMode.Admin);
        (await _rig.Store.CreateAsync(draft, default)).Secret.ShouldStartWith("dgm_admin_");
        await RefusedAsync(draft with { Dialects = ["agentai"] }, "dialects");
        await RefusedAsync(draft with { Models = ["*"] }, "models");
        await RefusedAsync(draft with { Limits = new CallLimits { RequestsPerMinute = 5 } }, "requests_per_minute");
        await RefusedAsync(draft with { Limits = new CallLimits { RequestsPerDay = 5 } }, "requests_per_day");
        await RefusedAsync(draft with { Limits = new CallLimits { TokensPerMinute = 5 } }, "tokens_per_minute");
        await RefusedAsync(draft with { Limits = new CallLimits { ConcurrentCalls = CallLimits.None } }, "concurrent_calls");

        async Task RefusedAsync(KeyDraft refused, string field) =>
            (await Should.ThrowAsync<KeyException>(() => _rig.Store.CreateAsync(refused, default))).Field.ShouldBe(field);
    }

    [Fact]
    public async Task Update_WhatIsNamed_ChangesAndNothingElse()
    {
        var made = await _rig.Store.CreateAsync(
            Draft with { Project = "shop", Models = ["gpt*"], Limits = new CallLimits { RequestsPerMinute = 5, TokensPerMinute = 100 } }, default);

        var changed = await _rig.Store.UpdateAsync(
            made.Key.Id, new KeyChange { Name = new("bob"), Models = new(null), RequestsPerMinute = new(null), RequestsPerDay = new(CallLimits.None) }, default);

        changed.ShouldNotBeNull();
        changed.Name.ShouldBe("bob");
        changed.Project.ShouldBe("shop");
        changed.Models.ShouldBeNull();
        changed.Limits.ShouldBe(new CallLimits { TokensPerMinute = 100, RequestsPerDay = CallLimits.None });
        ShouldBeTheSame((await _rig.Store.FindAsync(made.Key.Id, default))!, changed);
        var caller = _rig.Ring.Find(made.Secret).ShouldNotBeNull("in force when the method returns");
        caller.Name.ShouldBe("bob");
        caller.Models.ShouldBeNull();
        caller.Limits.ShouldBe(changed.Limits);
    }

    [Fact]
    public async Task Update_ExpiredKey_MayBeRenamedAndProlonged()
    {
        var made = await _rig.Store.CreateAsync(Draft with { ExpiresAt = _rig.Time.GetUtcNow().AddHours(1) }, default);
        _rig.Time.Advance(TimeSpan.FromHours(1));
        _rig.Opens(made.Secret).ShouldBeFalse();

        (await _rig.Store.UpdateAsync(made.Key.Id, new KeyChange { Name = new("late") }, default)).ShouldNotBeNull().StatusAt(_rig.Time.GetUtcNow()).ShouldBe(KeyStatus.Expired);
        _rig.Opens(made.Secret).ShouldBeFalse();
        await _rig.Store.UpdateAsync(made.Key.Id, new KeyChange { ExpiresAt = new(null) }, default);
        _rig.Opens(made.Secret).ShouldBeTrue();
    }

    [Fact]
    public async Task Revoke_AKey_IsForGood()
    {
        var made = await _rig.Store.CreateAsync(Draft, default);
        var rotated = (await _rig.Store.RotateAsync(made.Key.Id, TimeSpan.FromDays(1), default)).ShouldNotBeNull();
        _rig.Opens(made.Secret).ShouldBeTrue();

        var revoked = (await _rig.Store.RevokeAsync(made.Key.Id, default)).ShouldNotBeNull();

        _rig.Opens(made.Secret).ShouldBeFalse();
        _rig.Opens(rotated.Secret).ShouldBeFalse();
        revoked.StatusAt(_rig.Time.GetUtcNow()).ShouldBe(KeyStatus.Revoked);
        revoked.FormerSecretUntil.ShouldBeNull();
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        ShouldBeTheSame((await _rig.Store.RevokeAsync(made.Key.Id, default))!, revoked);
        (await Should.ThrowAsync<KeyException>(() => _rig.Store.UpdateAsync(made.Key.Id, new KeyChange { Name = new("x") }, default))).IsRevoked.ShouldBeTrue();
        (await Should.ThrowAsync<KeyException>(() => _rig.Store.RotateAsync(made.Key.Id, TimeSpan.Zero, default))).IsRevoked.ShouldBeTrue();
        using var later = _rig.Another();
        later.Opens(made.Secret).ShouldBeFalse();
        later.Opens(rotated.Secret).ShouldBeFalse();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(30 * 86400 + 1)]
    public async Task Rotate_OverlapThatCannotBe_IsRefused(int seconds)
    {
        var made = await _rig.Store.CreateAsync(Draft, default);
        (await Should.ThrowAsync<KeyException>(() => _rig.Store.RotateAsync(made.Key.Id, TimeSpan.FromSeconds(seconds), default))).Field.ShouldBe("overlap");
        _rig.Opens(made.Secret).ShouldBeTrue();
    }

    [Fact]
    public async Task AnyChange_UnknownId_IsNull()
    {
        (await _rig.Store.FindAsync("key_0", default)).ShouldBeNull();
        (await _rig.Store.UpdateAsync("' OR 1=1 --", new KeyChange { Name = new("x") }, default)).ShouldBeNull();
        (await _rig.Store.RotateAsync("", TimeSpan.Zero, default)).ShouldBeNull();
        (await _rig.Store.RevokeAsync("key_0", default)).ShouldBeNull();
    }

    [Fact]
    public async Task List_InPages_ShowsEachKeyOnceInTheOrderOfCreation()
    {
        List<string> ids = [];
        for (var i = 0; i < 7; i++)
        {
            ids.Add((await _rig.Store.CreateAsync(
                new KeyDraft($"k{i}", i % 2 == 0 ? KeyMode.Live : KeyMode.Test)
                {
                    Project = i < 3 ? "shop" : null,
                    ExpiresAt = i == 1 ? _rig.Time.GetUtcNow().AddMinutes(1) : null,
                },
                default)).Key.Id);
        }

        await _rig.Store.RevokeAsync(ids[2], default);
        _rig.Time.Advance(TimeSpan.FromMinutes(2));

        List<string> seen = [];
        var query = new KeyQuery(Limit: 3);
        var pages = 0;
        do
        {
            var page = await _rig.Store.ListAsync(query, default);
            seen.AddRange(page.Keys.Select(key => key.Id));
            query = query with { After = page.NextAfter };
            pages++;
        }
        while (query.After is not null);

        seen.ShouldBe(ids);
        pages.ShouldBe(3);
        (await _rig.Store.ListAsync(new KeyQuery(Limit: 7), default)).NextAfter.ShouldBeNull();
        (await Ids(new KeyQuery { IncludeEnded = false })).ShouldBe([ids[0], .. ids[3..]]);
        (await Ids(new KeyQuery { Project = "shop" })).ShouldBe(ids[..3]);
        (await Ids(new KeyQuery { Mode = KeyMode.Test })).ShouldBe([ids[1], ids[3], ids[5]]);
        (await Should.ThrowAsync<KeyException>(() => _rig.Store.ListAsync(new KeyQuery("key_0"), default))).Field.ShouldBe("after");
    }

    [Fact]
    public async Task Changes_InParallelFromTwoProcesses_AllCountAndRevisionsRise()
    {
        using var other = _rig.Another();
        var made = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            var store = (i % 2 == 0 ? _rig : other).Store;
            var key = await store.CreateAsync(Draft with { Name = $"k{i}" }, default);
            await store.UpdateAsync(key.Key.Id, new KeyChange { Project = new("p") }, default);
            return key;
        })));

        _rig.Time.Advance(TimeSpan.FromMilliseconds(250));
        made.ShouldAllBe(key => _rig.Ring.Find(key.Secret)!.Project == "p" && other.Ring.Find(key.Secret)!.Project == "p");
        await using var db = _rig.Database.Context();
        db.Keys.Select(row => row.Revision).ToList().ShouldBeUnique();
        db.Keys.Max(row => row.Revision).ShouldBe(32);
    }

    [Fact]
    public async Task Files_AfterEveryKindOfChange_HoldNoSecret()
    {
        var made = await _rig.Store.CreateAsync(Draft, default);
        var rotated = await _rig.Store.RotateAsync(made.Key.Id, TimeSpan.FromHours(1), default);
        var first = _rig.Start("dgm_live_chosen-by-the-operator", "dgm_admin_chosen-by-the-operator");
        await first.StartedAsync(default);

        foreach (var file in Directory.EnumerateFiles(_rig.Data))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            foreach (var secret in (string[])[made.Secret, rotated!.Secret, "chosen-by-the-operator"])
            {
                bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)).ShouldBe(-1, file);
            }
        }

        _rig.Lines.ShouldAllBe(line => !line.Contains("chosen-by-the-operator"));
    }

    public void Dispose() => _rig.Dispose();

    private static (KeyDraft, KeyChange) With(string field, object value) => field switch
    {
        "name" => (Draft with { Name = (string)value }, new KeyChange { Name = new((string)value) }),
        "project" => (Draft with { Project = (string)value }, new KeyChange { Project = new((string)value) }),
        "requests_per_minute" => (Draft with { Limits = new() { RequestsPerMinute = (int)value } }, new KeyChange { RequestsPerMinute = new((int)value) }),
        "requests_per_day" => (Draft with { Limits = new() { RequestsPerDay = (int)value } }, new KeyChange { RequestsPerDay = new((int)value) }),
        "tokens_per_minute" => (Draft with { Limits = new() { TokensPerMinute = (int)value } }, new KeyChange { TokensPerMinute = new((int)value) }),
        "concurrent_calls" => (Draft with { Limits = new() { ConcurrentCalls = (int)value } }, new KeyChange { ConcurrentCalls = new((int)value) }),
        "dialects" => (Draft with { Dialects = (string[])value }, new KeyChange { Dialects = new((string[])value) }),
        "models" => (Draft with { Models = (string[])value }, new KeyChange { Models = new((string[])value) }),
        "expires_at" when new Dragoman.Tests.FakeTime().GetUtcNow().AddSeconds((double)value) is var time => (Draft with { ExpiresAt = time }, new KeyChange { ExpiresAt = new(time) }),
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    private static void ShouldBeTheSame(KeyInfo key, KeyInfo other)
    {
        key.Dialects.ShouldBe(other.Dialects);
        key.Models.ShouldBe(other.Models);
        (key with { Dialects = null, Models = null }).ShouldBe(other with { Dialects = null, Models = null });
    }

    private async Task<List<string>> Ids(KeyQuery query) => [.. (await _rig.Store.ListAsync(query, default)).Keys.Select(key => key.Id)];
}
