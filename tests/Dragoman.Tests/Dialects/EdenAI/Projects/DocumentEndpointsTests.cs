using System.Text.Json;
using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

public sealed class DocumentEndpointsTests
{
    [Fact]
    public async Task AddText_OneText_IsADocumentWhoseFileCanBePolled()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        var added = await server.SendAsync("POST", project + "add_text/", """{"texts":["  The warranty lasts two years.\n"],"metadata":[{"lang":"en","n":1}]}""");

        added.ShouldBe(201, "");
        var document = server.Documents.Added.ShouldHaveSingleItem();
        document.Kind.ShouldBe(DocumentKind.Text);
        document.Text.ShouldBe("  The warranty lasts two years.\n");
        document.MetadataJson.ShouldBe("""{"lang":"en","n":1}""");
        server.Documents.LastAdd!.Value.Wait.ShouldBe(TimeSpan.FromSeconds(20));
        server.Documents.LastAdd!.Value.Caller.KeyId.ShouldBe("k1");

        var file = (await server.SendAsync("GET", added.Location!)).Json;
        file.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["file_id", "user", "project", "file_type", "created_at", "status", "error", "task_id", "task_started_at", "file_path", "file_name"]);
        file.GetProperty("file_type").GetString().ShouldBe("text");
        file.GetProperty("status").GetString().ShouldBe("succeeded");
        file.GetProperty("created_at").GetString().ShouldBe("2026-11-22T10:00:01.000000Z");
        file.GetProperty("task_started_at").GetString().ShouldBe("2026-11-22T10:00:02.000000Z");
        project.ShouldContain(file.GetProperty("project").GetString()!);
        foreach (var absent in new[] { "error", "task_id", "file_path", "file_name" })
        {
            file.GetProperty(absent).ValueKind.ShouldBe(JsonValueKind.Null, absent);
        }
    }

    [Theory]
    [InlineData("Pending", "processing", false)]
    [InlineData("Processing", "processing", true)]
    [InlineData("Done", "succeeded", true)]
    [InlineData("Failed", "failed", true)]
    public async Task Files_Status_HasTheDocumentedWord(string status, string word, bool hasStarted)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        server.Documents.StatusOfNew = Enum.Parse<DocumentStatus>(status);
        await server.SendAsync("POST", project + "add_text/", """{"texts":["x"]}""");

        var file = (await server.SendAsync("GET", project + "files/")).Json.EnumerateArray().ShouldHaveSingleItem();

        file.GetProperty("status").GetString().ShouldBe(word);
        file.GetProperty("error").GetString().ShouldBe(status == "Failed" ? "It has no text." : null);
        (file.GetProperty("task_started_at").ValueKind == JsonValueKind.String).ShouldBe(hasStarted);
    }

    [Fact]
    public async Task AddText_ShorterMetadata_LeavesTheRestEmpty()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        var added = await server.SendAsync("POST", project + "add_text/", """{"texts":["a","b"],"metadata":[{"k":[1]}]}""");

        added.ShouldBe(201, "");
        added.Location.ShouldBeNull();
        server.Documents.Added.Select(document => (document.Text, document.MetadataJson)).ShouldBe([("a", """{"k":[1]}"""), ("b", "{}")]);
    }

    [Theory]
    [InlineData("{}", "texts", "This field is required.")]
    [InlineData("""{"texts":[]}""", "texts", "This list may not be empty.")]
    [InlineData("""{"texts":"a"}""", "texts", "Expected a list of items but got type \"str\".")]
    [InlineData("""{"texts":["a"," \n"]}""", "texts", "texts[1]: This field may not be blank.")]
    [InlineData("""{"texts":["a",{}]}""", "texts", "texts[1]: Not a valid string.")]
    [InlineData("""{"texts":["a\u0000"]}""", "texts", "texts[0]: Null characters are not allowed.")]
    [InlineData("""{"texts":["a"],"metadata":[{},{}]}""", "metadata", "Ensure this field has no more than 1 elements.")]
    [InlineData("""{"texts":["a"],"metadata":{}}""", "metadata", "Expected a list of items but got type \"dict\".")]
    [InlineData("""{"texts":["a"],"metadata":[7]}""", "metadata", "metadata[0]: Expected a dictionary of items but got type \"int\".")]
    [InlineData("""{"texts":["a"],"metadata":[{"a":[[[[[[[[]]]]]]]]}]}""", "metadata", "metadata[0]: Ensure this value nests no deeper than 8 levels.")]
    public async Task AddText_FieldWrong_IsTold(string body, string field, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        (await server.SendAsync("POST", project + "add_text/", body)).Field(field).ShouldBe([message]);
        server.Documents.Added.ShouldBeEmpty();
    }

    [Fact]
    public async Task AddText_TooMuch_IsTold()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        var many = string.Join(',', Enumerable.Repeat("\"x\"", 1001));
        (await server.SendAsync("POST", project + "add_text/", $$"""{"texts":[{{many}}]}""")).Field("texts")
            .ShouldBe(["Ensure this field has no more than 1000 elements."]);
        (await server.SendAsync("POST", project + "add_text/", $$"""{"texts":["x"],"metadata":[{"k":"{{new string('v', 16384)}}"}]}""")).Field("metadata")
            .ShouldBe(["metadata[0]: Ensure this field has no more than 16384 characters."]);
        (await server.SendAsync("POST", project + "add_text/", $$"""{"texts":["x"],"metadata":[{"k":[{{string.Join(',', Enumerable.Repeat(1, 101))}}]}]}""")).Field("metadata")
            .ShouldBe(["metadata[0]: Ensure this field has no more than 100 elements."]);
    }

    [Fact]
    public async Task AddText_SomeFail_TellsWhichAndThatTheOthersStay()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        server.Documents.Judge = document =>
            document.Text == "bad" ? new GatewayError(ErrorKind.InvalidRequest, "It has no words.") : null;

        var answer = await server.SendAsync("POST", project + "add_text/", """{"texts":["good","bad","fine","bad"]}""");

        answer.Field("texts").ShouldBe(["texts[1]: It has no words.", "texts[3]: It has no words.", "The other 2 were added."]);
        (await server.SendAsync("GET", project + "files/")).Json.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task AddText_TheOneFails_TellsWhyWithoutAnIndex()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        server.Documents.Judge = _ => new GatewayError(ErrorKind.InvalidRequest, "It has no words.");
        (await server.SendAsync("POST", project + "add_text/", """{"texts":["bad"]}""")).Field("texts").ShouldBe(["It has no words."]);
    }

    [Fact]
    public async Task AddText_EmbedderDown_HasTheStatusOfThat()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        server.Documents.Judge = _ => new GatewayError(ErrorKind.UpstreamUnreachable, "cohere cannot be reached.");

        var answer = await server.SendAsync("POST", project + "add_text/", """{"texts":["a","b"]}""");

        answer.Status.ShouldBe(503);
        answer.Json.GetProperty("error").GetProperty("message").GetString().ShouldBe("cohere cannot be reached.");
    }

    [Fact]
    public async Task AddUrl_Pages_AreDocumentsOfTheirOwn()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        var added = await server.SendAsync(
            "POST", project + "add_url/", """{"urls":["https://example.com/a","http://example.com/b?c=d"],"js_render":[true],"metadata":[{},{"k":"v"}]}""");

        added.ShouldBe(201, "");
        server.Documents.Added.Select(document => (document.Kind, document.FileType, document.Name, document.Address, document.RenderScripts, document.MetadataJson)).ShouldBe(
        [
            (DocumentKind.Page, "url", "https://example.com/a", "https://example.com/a", true, "{}"),
            (DocumentKind.Page, "url", "http://example.com/b?c=d", "http://example.com/b?c=d", false, """{"k":"v"}"""),
        ]);
    }

    [Theory]
    [InlineData("{}", "urls", "This field is required.")]
    [InlineData("""{"urls":["example.com"]}""", "urls", "urls[0]: Enter a valid URL.")]
    [InlineData("""{"urls":["ftp://example.com/"]}""", "urls", "urls[0]: Enter a valid URL.")]
    [InlineData("""{"urls":["file:///etc/passwd"]}""", "urls", "urls[0]: Enter a valid URL.")]
    [InlineData("""{"urls":["https://a.example",""]}""", "urls", "urls[1]: This field may not be blank.")]
    [InlineData("""{"urls":["https://a.example"],"js_render":["maybe"]}""", "js_render", "js_render[0]: Must be a valid boolean.")]
    [InlineData("""{"urls":["https://a.example"],"js_render":[true,false]}""", "js_render", "Ensure this field has no more than 1 elements.")]
    public async Task AddUrl_FieldWrong_IsTold(string body, string field, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        (await server.SendAsync("POST", project + "add_url/", body)).Field(field).ShouldBe([message]);
    }

    [Fact]
    public async Task Files_Deleted_AreGone()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        var location = (await server.SendAsync("POST", project + "add_text/", """{"texts":["x"]}""")).Location!;

        (await server.SendAsync("DELETE", location)).ShouldBe(204, "");

        (await server.SendAsync("DELETE", location)).ShouldBeNotFound();
        (await server.SendAsync("GET", location)).ShouldBeNotFound();
        (await server.SendAsync("GET", project + "files/no-id/")).ShouldBeNotFound();
        (await server.SendAsync("GET", project + "files")).ShouldBe(200, "[]");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "texts=a")]
    [InlineData("text/plain", "a")]
    [InlineData("application/xml", "<a/>")]
    public async Task AddText_NotJson_IsUnsupported(string type, string body)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue(type));
        (await server.SendAsync("POST", project + "add_text/", content)).Status.ShouldBe(415);
    }
}
