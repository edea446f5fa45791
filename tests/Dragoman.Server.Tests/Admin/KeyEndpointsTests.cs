using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Tests.Admin;

/// <summary>The keys' life through the admin API, on the real database, and what each step does to the door.</summary>
public sealed class KeyEndpointsTests
{
    private static readonly string[] Members =
    [
        "id", "name", "mode", "status", "ending", "project", "dialects", "models", "requests_per_minute", "requests_per_day", "tokens_per_minute",
        "concurrent_calls", "created_at", "expires_at", "revoked_at", "rotated_at", "former_secret_until",
    ];

    [Fact]
    public async Task Create_NameAlone_IsALiveKeyThatOpensAtOnce()
    {
        await using var gateway = await AdminGateway.StartAsync();

        var created = await gateway.CreateAsync("""{"name":"search service"}""");

        created.Status.ShouldBe(201);
        created.Headers["location"].ShouldBe($"/admin/v1/keys/{created.Id}");
        created.Headers["content-type"].ShouldBe("application/json");
        created.Secret.ShouldStartWith("dgm_live_");
        created.Text("ending").ShouldBe(created.Secret[^4..]);
        created.Text("mode").ShouldBe("live");
        created.Text("status").ShouldBe("active");
        created.Json.EnumerateObject().Select(member => member.Name).ShouldBe([Members[0], "key", .. Members[1..]]);
        foreach (var member in Members[5..12].Concat(Members[13..]))
        {
            created.Json.GetProperty(member).ValueKind.ShouldBe(JsonValueKind.Null, member);
        }

        (await gateway.CallAsync(created.Secret)).ShouldBe(404);
    }

    [Fact]
    public async Task Create_EverySetting_IsToldBackAndStored()
    {
        await using var gateway = await AdminGateway.StartAsync();

        var created = await gateway.CreateAsync("""
            {"name":"Größe 😀 'a' <b>","mode":"test","project":"shop","dialects":["AgentAI"],"models":["gpt-4o*","claude_opus"],"requests_per_minute":1,
             "requests_per_day":"none","tokens_per_minute":2147483647,"concurrent_calls":null,"expires_at":"2999-12-31T23:59:59.5+02:00"}
            """);
        var shown = await gateway.SendAsync("GET", "/" + created.Id);

        created.Secret.ShouldStartWith("dgm_test_");
        shown.Status.ShouldBe(200);
        shown.Json.EnumerateObject().Select(member => member.Name).ShouldBe(Members);
        shown.Json.GetRawText().ShouldNotContain(created.Secret);
        foreach (var answer in new[] { created, shown })
        {
            answer.Text("name").ShouldBe("Größe 😀 'a' <b>");
            answer.Json.GetProperty("name").GetRawText().ShouldEndWith("""
                 'a' <b>"
                """, customMessage: "for people, too");
            answer.Text("mode").ShouldBe("test");
            answer.Text("project").ShouldBe("shop");
            answer.Json.GetProperty("dialects").GetRawText().ShouldBe("""["agentai"]""");
            answer.Json.GetProperty("models").GetRawText().ShouldBe("""["gpt-4o*","claude_opus"]""");
            answer.Json.GetProperty("requests_per_minute").GetInt32().ShouldBe(1);
            answer.Text("requests_per_day").ShouldBe("none");
            answer.Json.GetProperty("tokens_per_minute").GetInt32().ShouldBe(int.MaxValue);
            answer.Json.GetProperty("concurrent_calls").ValueKind.ShouldBe(JsonValueKind.Null);
            answer.Text("expires_at").ShouldBe("2999-12-31T21:59:59.5Z");
        }
    }

    [Fact]
    public async Task Update_MergePatch_KeepsWhatIsAbsentAndResetsWhatIsNull()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var created = await gateway.CreateAsync("""
            {"name":"before","project":"shop","dialects":["agentai"],"models":["a"],"requests_per_minute":5,"requests_per_day":6,"tokens_per_minute":7,
             "concurrent_calls":8,"expires_at":"2999-01-01T00:00:00Z"}
            """);

        var untouched = await gateway.SendAsync("PATCH", "/" + created.Id, "{}");
        var changed = await gateway.SendAsync("PATCH", "/" + created.Id, """{"name":"after","requests_per_day":"none","models":["b","c"]}""");
        var reset = await gateway.SendAsync("PATCH", "/" + created.Id, """
            {"project":null,"dialects":null,"models":null,"requests_per_minute":null,"requests_per_day":null,"tokens_per_minute":null,"concurrent_calls":null,
             "expires_at":null}
            """);

        foreach (var member in Members)
        {
            untouched.Json.GetProperty(member).GetRawText().ShouldBe(created.Json.GetProperty(member).GetRawText(), member);
        }

        changed.Text("name").ShouldBe("after");
        changed.Text("requests_per_day").ShouldBe("none");
        changed.Json.GetProperty("models").GetArrayLength().ShouldBe(2);
        changed.Text("project").ShouldBe("shop");
        changed.Json.GetProperty("requests_per_minute").GetInt32().ShouldBe(5);
        changed.Json.GetProperty("concurrent_calls").GetInt32().ShouldBe(8);
        changed.Text("expires_at").ShouldBe("2999-01-01T00:00:00Z");
        reset.Text("name").ShouldBe("after");
        foreach (var member in Members[5..12].Append("expires_at"))
        {
            reset.Json.GetProperty(member).ValueKind.ShouldBe(JsonValueKind.Null, member);
        }

        (await gateway.SendAsync("GET", "/" + created.Id)).Json.GetRawText().ShouldBe(reset.Json.GetRawText());
    }

    [Fact]
    public async Task Update_MergePatchMediaType_IsTaken()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var created = await gateway.CreateAsync("""{"name":"before"}""");

        var changed = await gateway.SendAsync(
            "PATCH", "/" + created.Id, new StringContent("""{"name":"after"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/merge-patch+json")));

        changed.Text("name").ShouldBe("after");
    }

    [Fact]
    public async Task Rotate_WithoutABody_TakesTheFormerSecretOutOfForceAtOnce()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var created = await gateway.CreateAsync("""{"name":"rotating"}""");

        var rotated = await gateway.SendAsync("POST", $"/{created.Id}/rotate");

        rotated.Status.ShouldBe(200);
        rotated.Id.ShouldBe(created.Id);
        rotated.Secret.ShouldNotBe(created.Secret);
        rotated.Text("rotated_at").ShouldNotBeNull();
        rotated.Text("former_secret_until").ShouldBeNull();
        (await gateway.CallAsync(created.Secret)).ShouldBe(401);
        (await gateway.CallAsync(rotated.Secret)).ShouldBe(404);
    }

    [Fact]
    public async Task Rotate_WithAnOverlap_KeepsBothSecrets()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var created = await gateway.CreateAsync("""{"name":"rotating"}""");

        var rotated = await gateway.SendAsync("POST", $"/{created.Id}/rotate", """{"overlap_seconds":2592000}""");

        var until = rotated.Json.GetProperty("former_secret_until").GetDateTimeOffset();
        (until - rotated.Json.GetProperty("rotated_at").GetDateTimeOffset()).ShouldBe(TimeSpan.FromDays(30), TimeSpan.FromSeconds(5));
        (await gateway.CallAsync(created.Secret)).ShouldBe(404);
        (await gateway.CallAsync(rotated.Secret)).ShouldBe(404);
    }

    [Fact]
    public async Task Revoke_IsForGood()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var created = await gateway.CreateAsync("""{"name":"leaver"}""");

        var revoked = await gateway.SendAsync("POST", $"/{created.Id}/revoke");
        var again = await gateway.SendAsync("POST", $"/{created.Id}/revoke", "{}");

        revoked.Text("status").ShouldBe("revoked");
        revoked.Text("revoked_at").ShouldNotBeNull();
        again.Json.GetRawText().ShouldBe(revoked.Json.GetRawText());
        (await gateway.CallAsync(created.Secret)).ShouldBe(401);
        (await gateway.SendAsync("PATCH", "/" + created.Id, """{"name":"back"}""")).ShouldBeRefused(409, "key_revoked");
        (await gateway.SendAsync("POST", $"/{created.Id}/rotate")).ShouldBeRefused(409, "key_revoked");
        (await gateway.SendAsync("GET", "/" + created.Id)).Json.GetRawText().ShouldBe(revoked.Json.GetRawText());
    }

    [Fact]
    public async Task List_InPages_ShowsEachKeyOnceInTheOrderOfTheirMaking()
    {
        await using var gateway = await AdminGateway.StartAsync();
        List<string> made = [];
        for (var i = 0; i < 7; i++)
        {
            made.Add((await gateway.CreateAsync($$"""{"name":"key {{i}}","project":"pages"}""")).Id);
        }

        List<string> seen = [];
        List<int> sizes = [];
        string? after = null;
        do
        {
            var page = await gateway.SendAsync("GET", "?project=pages&limit=3" + (after is null ? "" : "&after=" + after));
            page.Status.ShouldBe(200);
            page.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["data", "next_after"]);
            seen.AddRange(page.Json.GetProperty("data").EnumerateArray().Select(key => key.GetProperty("id").GetString()!));
            sizes.Add(page.Json.GetProperty("data").GetArrayLength());
            after = page.Text("next_after");
        }
        while (after is not null);

        seen.ShouldBe(made);
        sizes.ShouldBe([3, 3, 1]);
    }

    [Fact]
    public async Task List_WithFilters_ShowsWhatFits()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var live = (await gateway.CreateAsync("""{"name":"a","project":"shop"}""")).Id;
        var test = (await gateway.CreateAsync("""{"name":"b","project":"shop","mode":"test"}""")).Id;
        var ended = (await gateway.CreateAsync("""{"name":"c","project":"shop","mode":"test"}""")).Id;
        await gateway.CreateAsync("""{"name":"d","project":"other"}""");
        await gateway.SendAsync("POST", $"/{ended}/revoke");

        (await IdsAsync("?project=shop")).ShouldBe([live, test, ended]);
        (await IdsAsync("?project=shop&status=all&mode=test")).ShouldBe([test, ended]);
        (await IdsAsync("?status=active&project=shop")).ShouldBe([live, test]);
        (await IdsAsync("?project=nobody's")).ShouldBeEmpty();
        (await IdsAsync("?mode=admin")).Count.ShouldBe(1);
        (await IdsAsync("")).Count.ShouldBe(6, "the bootstrap key and the admin key too");

        async Task<List<string>> IdsAsync(string query) =>
            [.. (await gateway.SendAsync("GET", query)).Json.GetProperty("data").EnumerateArray().Select(key => key.GetProperty("id").GetString()!)];
    }

    [Fact]
    public async Task AdminKey_MakesAnother_AndTheLastMayRevokeItself()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var second = await gateway.CreateAsync("""{"name":"second","mode":"admin"}""");
        second.Secret.ShouldStartWith("dgm_admin_");
        var first = (await gateway.SendAsync("GET", "?mode=admin", key: second.Secret)).Json.GetProperty("data")[0].GetProperty("id").GetString();

        (await gateway.SendAsync("POST", $"/{first}/revoke", key: second.Secret)).Text("status").ShouldBe("revoked");
        (await gateway.SendAsync("GET")).ShouldBeRefused(401, "unauthenticated");
        (await gateway.SendAsync("POST", $"/{second.Id}/revoke", key: second.Secret)).Text("status").ShouldBe("revoked");
        (await gateway.SendAsync("GET", key: second.Secret)).ShouldBeRefused(401, "unauthenticated");
    }

    [Fact]
    public async Task Create_ManyAtOnce_AllAreKept()
    {
        await using var gateway = await AdminGateway.StartAsync();

        var created = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => gateway.CreateAsync($$"""{"name":"key {{i}}","project":"rush"}""")));

        created.ShouldAllBe(answer => answer.Status == 201);
        var listed = (await gateway.SendAsync("GET", "?project=rush&limit=1000")).Json.GetProperty("data").EnumerateArray()
            .ToDictionary(key => key.GetProperty("id").GetString()!, key => key.GetProperty("name").GetString());
        listed.ShouldBe(created.ToDictionary(answer => answer.Id, answer => answer.Text("name")), ignoreOrder: true);
        foreach (var answer in created)
        {
            (await gateway.CallAsync(answer.Secret)).ShouldBe(404);
        }
    }

    [Fact]
    public async Task Changes_OfOneKeyAtOnce_AllCount()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var id = (await gateway.CreateAsync("""{"name":"busy"}""")).Id;
        string[] changes = ["\"name\":\"busier\"", "\"project\":\"p\"", "\"requests_per_minute\":1", "\"requests_per_day\":2", "\"tokens_per_minute\":3", "\"concurrent_calls\":4"];

        await Task.WhenAll(changes.Select(change => gateway.SendAsync("PATCH", "/" + id, $"{{{change}}}")));

        var key = (await gateway.SendAsync("GET", "/" + id)).Json.GetRawText();
        changes.ShouldAllBe(change => key.Contains(change, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mutations_AreLoggedWithWhoAndWhich_AndWithoutSecrets()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var admin = (await gateway.SendAsync("GET", "?mode=admin")).Json.GetProperty("data")[0].GetProperty("id").GetString();
        var created = await gateway.CreateAsync("""{"name":"watched"}""");
        await gateway.SendAsync("PATCH", "/" + created.Id, """{"project":"shop"}""");
        var rotated = await gateway.SendAsync("POST", $"/{created.Id}/rotate", """{"overlap_seconds":60}""");
        await gateway.SendAsync("POST", $"/{created.Id}/revoke");
        await gateway.SendAsync("PATCH", "/" + created.Id, """{"project":"refused"}""");

        string[] lines = [.. gateway.Log.Split('\n').Where(line => line.Contains("Admin key", StringComparison.Ordinal)).Select(line => line.Trim())];

        lines.ShouldBe(
        [
            $"Information Admin key {admin} created live key {created.Id}",
            $"Information Admin key {admin} updated key {created.Id}",
            $"Information Admin key {admin} rotated key {created.Id}; the former secret is good for 60 s more",
            $"Information Admin key {admin} revoked key {created.Id}",
        ]);
        foreach (var secret in new[] { created.Secret, rotated.Secret, AdminGateway.Key })
        {
            gateway.Log.ShouldNotContain(secret);
            foreach (var file in Directory.EnumerateFiles(gateway.Data))
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                (await new StreamReader(stream, System.Text.Encoding.Latin1).ReadToEndAsync()).ShouldNotContain(secret);
            }
        }
    }

    [Fact]
    public async Task Database_ThatCannotBeUsed_IsToldAndLoggedAndLeavesKeysInForce()
    {
        await using var gateway = await AdminGateway.StartAsync();
        var created = await gateway.CreateAsync("""{"name":"kept"}""");
        await using (var database = new SqliteConnection($"Data Source={Path.Combine(gateway.Data, "dragoman.db")}"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "ALTER TABLE keys RENAME TO mislaid";
            await command.ExecuteNonQueryAsync();
        }

        (await gateway.SendAsync("GET")).ShouldBeRefused(503, "store_unavailable");
        (await gateway.CreateAsync("""{"name":"lost"}""")).ShouldBeRefused(503, "store_unavailable");
        (await gateway.SendAsync("POST", $"/{created.Id}/revoke")).ShouldBeRefused(503, "store_unavailable");
        (await gateway.CallAsync(created.Secret)).ShouldBe(404);
        gateway.Log.ShouldContain("Error The admin API cannot read or change keys.");
    }

    [Fact]
    public async Task Document_TellsEveryErrorAndEveryMember()
    {
        await using var gateway = await AdminGateway.StartAsync();
        using var response = await gateway.ReadDocumentAsync();
        var schemas = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("components").GetProperty("schemas");

        var types = schemas.GetProperty("Error").GetProperty("properties").GetProperty("error").GetProperty("properties").GetProperty("type").GetProperty("enum");
        types.EnumerateArray().Select(type => type.GetString()).ShouldBe(
            Enum.GetValues<Server.Admin.AdminErrorType>().Select(type => Server.Admin.AdminErrors.Get(type).Name));
        schemas.GetProperty("Key").GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(Members);
        schemas.GetProperty("Key").GetProperty("properties").EnumerateObject().Select(member => member.Name).ShouldBe(Members);

        using var known = await gateway.ReadDocumentAsync(response.Headers.ETag!.ToString());
        ((int)known.StatusCode).ShouldBe(304);
    }
}
