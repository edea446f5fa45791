using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>Projects of the Eden AI dialect on the whole server: what is stored, what is found, whose it is, and what is left when it is deleted.</summary>
public sealed class EdenAIKnowledgeTests
{
    private const string Settings = """{ "Dialects": { "edenai": { "Limits": { "RequestsPerMinute": "none" } } } }""";

    [Fact]
    public async Task Documents_OfEveryWayIn_AreFoundByAQuestion()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: Settings);
        var project = await NewProjectAsync(gateway.Client);

        await PostAsync(gateway.Client, project + "add_text/", """{"texts":["The warranty of the lamp lasts two years."],"metadata":[{"part":"warranty"}]}""", 201);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes("# Delivery\n\nThe lamp is delivered within five days.\n")), "file", "delivery.md" },
            { new StringContent("markdown"), "data_type" },
            { new StringContent("""{"part":"delivery"}"""), "metadata" },
        };
        using var uploaded = await gateway.Client.PostAsync(new Uri(project + "add_file/", UriKind.Relative), form);
        ((int)uploaded.StatusCode).ShouldBe(201, await uploaded.Content.ReadAsStringAsync());

        var found = await QueryAsync(gateway.Client, project, """{"query":"When does the lamp arrive?","k":1}""");
        found.ShouldHaveSingleItem().GetProperty("payload").GetProperty("page_content").GetString()!.ShouldContain("five days");
        var filtered = await QueryAsync(gateway.Client, project, """{"query":"When does the lamp arrive?","filter_documents":{"part":"warranty"}}""");
        filtered.ShouldHaveSingleItem().GetProperty("payload").GetProperty("metadata").GetProperty("part").GetString().ShouldBe("warranty");

        var file = await gateway.Client.GetFromJsonAsync<JsonElement>(uploaded.Headers.Location);
        file.GetProperty("status").GetString().ShouldBe("succeeded");
        file.GetProperty("file_name").GetString().ShouldBe("delivery.md");
    }

    [Fact]
    public async Task Documents_Deleted_AreFoundNoMore()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: Settings);
        var project = await NewProjectAsync(gateway.Client);
        await PostAsync(gateway.Client, project + "add_text/", """{"texts":["The warranty lasts two years.","The lamp weighs three kilograms."]}""", 201);
        var found = await QueryAsync(gateway.Client, project, """{"query":"How long does the warranty last?","k":1}""");

        await DeleteAsync(gateway.Client, $"{project}delete_chunk/?id={found[0].GetProperty("id").GetString()}", 200);
        (await QueryAsync(gateway.Client, project, """{"query":"How long does the warranty last?"}""")).Select(TextOf).ShouldBe(["The lamp weighs three kilograms."]);

        await DeleteAsync(gateway.Client, project + "delete_all_chunks/", 200);
        (await QueryAsync(gateway.Client, project, """{"query":"What does the lamp weigh?"}""")).ShouldBeEmpty();
        (await gateway.Client.GetFromJsonAsync<JsonElement>(new Uri(project + "info/", UriKind.Relative))).GetProperty("collection_size").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task SameText_AddedTwice_IsOneDocument()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: Settings);
        var project = await NewProjectAsync(gateway.Client);
        for (var i = 0; i < 2; i++)
        {
            await PostAsync(gateway.Client, project + "add_text/", """{"texts":["The warranty lasts two years."]}""", 201);
        }

        (await gateway.Client.GetFromJsonAsync<JsonElement>(new Uri(project + "files/", UriKind.Relative))).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Project_OfAnotherKey_IsNotThere()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: Settings);
        var project = await NewProjectAsync(gateway.Client);
        using var stranger = await gateway.NewClientAsync(new CallLimits());

        using var answer = await stranger.GetAsync(new Uri(project + "info/", UriKind.Relative));

        ((int)answer.StatusCode).ShouldBe(404);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"details":"Not Found"}""");
        (await stranger.GetStringAsync(new Uri("/v2/aiproducts/", UriKind.Relative))).ShouldBe("[]");
    }

    [Fact]
    public async Task TestKey_OverDocuments_IsAnsweredBySandboxTheSameWayEachTime()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: Settings);
        using var client = await gateway.NewClientAsync(new CallLimits(), KeyMode.Test);
        var project = await NewProjectAsync(client);
        await PostAsync(client, project + "add_text/", """{"texts":["The warranty lasts two years. sandbox:error:overloaded"]}""", 201);

        var answers = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            var answer = JsonDocument.Parse(await PostAsync(client, project + "ask_llm/", """{"query":"How long does the warranty last?"}""", 200)).RootElement;
            answer.GetProperty("llm_provider").GetString().ShouldBe("sandbox");
            answers.Add(answer.GetProperty("result").GetString());
        }

        answers.Distinct().ShouldHaveSingleItem().ShouldNotBeNull().ShouldContain("How long does the warranty last?");
    }

    [Fact]
    public async Task Unanswerable_WithoutAProvider_IsSaidNotToBeInTheDocumentsAndCitesNone()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: Settings);
        var project = await NewProjectAsync(gateway.Client);
        await PostAsync(gateway.Client, project + "add_text/", """{"texts":["The warranty of the lamp lasts two years."]}""", 201);

        var known = await AskAsync("How long does the warranty of the lamp last?");
        var unknown = await AskAsync("Who won the football world cup?");

        known.GetProperty("result").GetString().ShouldBe("The warranty of the lamp lasts two years. [1]");
        known.GetProperty("citations").GetArrayLength().ShouldBe(1);
        (known.GetProperty("llm_provider").GetString(), known.GetProperty("llm_model").GetString()).ShouldBe(("starter", "extractive"));
        unknown.GetProperty("result").GetString().ShouldBe("Not found in the documents.");
        unknown.GetProperty("citations").GetArrayLength().ShouldBe(0);

        async Task<JsonElement> AskAsync(string question) => JsonDocument.Parse(
            await PostAsync(gateway.Client, project + "ask_llm/", $$"""{"query":"{{question}}"}""", 200)).RootElement;
    }

    [Fact]
    public async Task Requests_PastTheKeysLimit_AreRefusedUntilTheWindowEnds()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: Settings);
        using var client = await gateway.NewClientAsync(new CallLimits { RequestsPerMinute = 2 });
        var project = await NewProjectAsync(client);
        await PostAsync(client, project + "conversations/", "{}", 201);

        using var answer = await client.GetAsync(new Uri("/v2/aiproducts/", UriKind.Relative));

        ((int)answer.StatusCode).ShouldBe(429);
        answer.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Upload_NotWhatItSaysItIs_IsRefusedAndLeavesNothing()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: Settings);
        var project = await NewProjectAsync(gateway.Client);
        using var form = new MultipartFormDataContent { { new StringContent("This is no PDF."), "file", "a.pdf" }, { new StringContent("pdf"), "data_type" } };

        using var answer = await gateway.Client.PostAsync(new Uri(project + "add_file/", UriKind.Relative), form);

        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(400, text);
        text.ShouldNotContain(gateway.Data);
        (await gateway.Client.GetStringAsync(new Uri(project + "files/", UriKind.Relative))).ShouldBe("[]");
    }

    private static async Task<string> NewProjectAsync(HttpClient client)
    {
        var answer = await PostAsync(client, "/v2/aiproducts/askyoda/v2/", """{"project_name":"lamps","collection_name":"lamps","embeddings_provider":"starter"}""", 200);
        return $"/v2/aiproducts/askyoda/v2/{JsonDocument.Parse(answer).RootElement.GetProperty("project_id").GetString()}/";
    }

    private static async Task<JsonElement[]> QueryAsync(HttpClient client, string project, string body) =>
        [.. JsonDocument.Parse(await PostAsync(client, project + "query/", body, 200)).RootElement.GetProperty("result").EnumerateArray()];

    private static string TextOf(JsonElement found) => found.GetProperty("payload").GetProperty("page_content").GetString()!;

    private static async Task<string> PostAsync(HttpClient client, string path, string body, int status)
    {
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, text);
        return text;
    }

    private static async Task DeleteAsync(HttpClient client, string path, int status)
    {
        using var answer = await client.DeleteAsync(new Uri(path, UriKind.Relative));
        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
    }
}
