using Dragoman.Knowledge;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

public sealed class ConversationEndpointsTests
{
    [Fact]
    public async Task Conversation_FromCreationToDeletion_IsToldAsItStands()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        var created = await server.SendAsync("POST", project + "conversations/", """{"name":" First "}""");
        var id = created.Json.GetProperty("id").GetGuid();
        created.ShouldBe(201, $$"""{"id":"{{id}}","name":"First"}""");
        var one = $"{project}conversations/{id}/";
        await server.Projects.AppendTurnAsync(server.Projects.All.Single().Id, id, new ConversationTurn("Hello?", null), default);

        (await server.SendAsync("GET", project + "conversations")).ShouldBe(200, $"[{created.Text}]");
        (await server.SendAsync("GET", one)).ShouldBe(200, $$"""{"id":"{{id}}","name":"First","messages":[{"user_text":"Hello?","assistant_text":null}]}""");
        foreach (var method in new[] { "PUT", "PATCH" })
        {
            (await server.SendAsync(method, one, $$"""{"name":"By {{method}}"}""")).Json.GetProperty("name").GetString().ShouldBe($"By {method}");
            (await server.SendAsync(method, one)).Json.GetProperty("name").GetString().ShouldBe($"By {method}");
            (await server.SendAsync(method, one, """{"name":""}""")).Json.GetProperty("name").GetString().ShouldBe("");
            (await server.SendAsync(method, one, """{"name":null}""")).Json.GetProperty("name").GetString().ShouldBeNull();
        }

        (await server.SendAsync("DELETE", one)).ShouldBe(204, "");
        (await server.SendAsync("DELETE", one)).ShouldBeNotFound();
        (await server.SendAsync("PATCH", one, """{"name":"x"}""")).ShouldBeNotFound();
        (await server.SendAsync("GET", one)).ShouldBeNotFound();
    }

    [Fact]
    public async Task Create_InEveryMediaType_IsRead()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        using var urlEncoded = new FormUrlEncodedContent([new("name", "a b")]);
        using var multipart = new MultipartFormDataContent { { new StringContent("ä"), "name" } };

        (await server.SendAsync("POST", project + "conversations/", urlEncoded)).Json.GetProperty("name").GetString().ShouldBe("a b");
        (await server.SendAsync("POST", project + "conversations/", multipart)).Json.GetProperty("name").GetString().ShouldBe("ä");
        (await server.SendAsync("POST", project + "conversations/")).Json.GetProperty("name").GetString().ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"name":[]}""", "Not a valid string.")]
    [InlineData("""{"name":"a\u0000"}""", "Null characters are not allowed.")]
    [InlineData(null, "Ensure this field has no more than 255 characters.")]
    public async Task Name_Wrong_IsTold(string? body, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        body ??= $$"""{"name":"{{new string('x', 256)}}"}""";
        (await server.SendAsync("POST", project + "conversations/", body)).Field("name").ShouldBe([message]);
    }
}
