using System.Text.Json;
using Dragoman.Knowledge;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

public sealed class ProjectEndpointsTests
{
    private const string Create = "/v2/aiproducts/askyoda/v2/";

    [Fact]
    public async Task Create_RequiredFieldsAlone_HasTheDocumentedDefaults()
    {
        await using var server = await ProjectServer.StartAsync();

        await server.NewProjectAsync();

        var project = server.Projects.All.ShouldHaveSingleItem();
        project.Owner.ShouldBe(new Owner("key:k1", IsLive: true));
        project.DbProvider.ShouldBe("qdrant");
        project.OcrProvider.ShouldBe("amazon");
        project.SpeechToTextProvider.ShouldBe("openai");
        project.Embedder.Provider.ShouldBe("starter");
        project.Chunking.ShouldBe(ChunkRules.Default);
        project.LlmProvider.ShouldBeNull();
    }

    [Fact]
    public async Task Create_AllFields_AreKeptAndWhatHasNoUseIsNamed()
    {
        await using var server = await ProjectServer.StartAsync();

        var answer = await server.SendAsync("POST", Create, """
            {"project_name":" Manuals ","collection_name":"c","embeddings_provider":"starter","db_provider":"supabase","ocr_provider":"mistral",
             "speech_to_text_provider":"deepgram","llm_provider":"openai","llm_model":"gpt-4o","chunk_size":"1200","chunk_separators":["\n\n"," "],
             "credential":"x","asset":null,"color":"red"}
            """);

        answer.Status.ShouldBe(200, answer.Text);
        answer.Dropped.ShouldBe("color, credential");
        var project = server.Projects.All.ShouldHaveSingleItem();
        project.Name.ShouldBe("Manuals");
        project.DbProvider.ShouldBe("supabase");
        project.SpeechToTextProvider.ShouldBe("deepgram");
        project.LlmModel.ShouldBe("gpt-4o");
        project.Chunking.Size.ShouldBe(1200);
        project.Chunking.Separators.ShouldBe(["\n\n", " "]);
    }

    [Fact]
    public async Task Create_EveryFieldWrong_TellsAllAtOnce()
    {
        await using var server = await ProjectServer.StartAsync();

        var answer = await server.SendAsync("POST", Create, """
            {"project_name":"","collection_name":null,"embeddings_provider":"hugging","db_provider":"pinecone","ocr_provider":[],"llm_model":"",
             "chunk_size":10001,"chunk_separators":["",1,null],"credential":{}}
            """);

        answer.Field("project_name").ShouldBe(["This field may not be blank."]);
        answer.Field("collection_name").ShouldBe(["This field may not be null."]);
        answer.Field("embeddings_provider").ShouldBe(["\"hugging\" is not a valid choice."]);
        answer.Field("db_provider").ShouldBe(["\"pinecone\" is not a valid choice."]);
        answer.Field("ocr_provider").ShouldBe(["Not a valid string."]);
        answer.Field("llm_model").ShouldBe(["This field may not be blank."]);
        answer.Field("chunk_size").ShouldBe(["Ensure this value is less than or equal to 10000."]);
        answer.Field("chunk_separators").ShouldBe(["chunk_separators[0]: This field may not be blank.", "chunk_separators[1]: Not a valid string.", "chunk_separators[2]: This field may not be null."]);
        answer.Field("credential").ShouldBe(["Not a valid string."]);
        server.Projects.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}", "project_name", "This field is required.")]
    [InlineData("{}", "collection_name", "This field is required.")]
    [InlineData("{}", "embeddings_provider", "This field is required.")]
    [InlineData("""{"chunk_size":0}""", "chunk_size", "Ensure this value is greater than or equal to 1.")]
    [InlineData("""{"chunk_size":1.5}""", "chunk_size", "A valid integer is required.")]
    [InlineData("""{"chunk_separators":"x"}""", "chunk_separators", "Expected a list of items but got type \"str\".")]
    [InlineData("""{"project_name":"a\u0000b"}""", "project_name", "Null characters are not allowed.")]
    public async Task Create_FieldWrong_IsToldInTheFrameworksWords(string body, string field, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        (await server.SendAsync("POST", Create, body)).Field(field).ShouldBe([message]);
    }

    [Theory]
    [InlineData("project_name", 100)]
    [InlineData("collection_name", 255)]
    [InlineData("llm_provider", 255)]
    public async Task Create_TextTooLong_IsTold(string field, int most)
    {
        await using var server = await ProjectServer.StartAsync();
        var answer = await server.SendAsync("POST", Create, $$"""{"{{field}}":"{{new string('x', most + 1)}}"}""");
        answer.Field(field).ShouldBe([$"Ensure this field has no more than {most} characters."]);
    }

    [Fact]
    public async Task Create_ProviderWithoutEmbeddings_IsRefusedOnThatField()
    {
        await using var server = await ProjectServer.StartAsync("""{ "Providers": { "groq": { "ApiKey": "k" } } }""");

        var answer = await server.SendAsync("POST", Create, """{"project_name":"p","collection_name":"c","embeddings_provider":"cohere"}""");

        answer.Field("embeddings_provider").ShouldHaveSingleItem().ShouldContain("cohere");
        server.Projects.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{\"project_name\":\"\\ud800\"}", "surrogate")]
    public async Task Create_BodyIsNoObject_IsToldAsText(string body, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var answer = await server.SendAsync("POST", Create, body);
        answer.Status.ShouldBe(400);
        if (body.Length > 0)
        {
            answer.Json.GetProperty("error").GetProperty("message").GetString()!.ShouldContain(message);
        }
        else
        {
            answer.Field("project_name").ShouldBe(["This field is required."]);
        }
    }

    [Fact]
    public async Task List_OneOwnersProjects_AreTheSchemasMembers()
    {
        await using var server = await ProjectServer.StartAsync();
        await server.NewProjectAsync();
        await server.NewProjectAsync(key: "test");

        var one = (await server.SendAsync("GET", "/v2/aiproducts/")).Json.EnumerateArray().ShouldHaveSingleItem();

        var project = server.Projects.All.First();
        one.GetProperty("project_id").GetGuid().ShouldBe(project.Id);
        one.GetProperty("project_name").GetString().ShouldBe("p");
        one.GetProperty("project_type").GetString().ShouldBe("AskYoDa");
        one.GetProperty("created_at").GetString().ShouldBe("2026-11-22T10:00:00.250000Z");
        one.GetProperty("user").GetGuid().Version.ShouldBe(8);
        var alone = await server.SendAsync("GET", $"/v2/aiproducts/{project.Id}");
        alone.Text.ShouldBe(one.GetRawText());
        var others = (await server.SendAsync("GET", "/v2/aiproducts/", key: "test")).Json.EnumerateArray().ShouldHaveSingleItem();
        others.GetProperty("user").GetGuid().ShouldNotBe(one.GetProperty("user").GetGuid());
    }

    [Theory]
    [InlineData("AskYoDa", 1)]
    [InlineData("askyoda", 1)]
    [InlineData("", 1)]
    [InlineData("Translathor", 0)]
    [InlineData("nothing", 0)]
    public async Task List_ByType_GivesThose(string type, int count)
    {
        await using var server = await ProjectServer.StartAsync();
        await server.NewProjectAsync();
        (await server.SendAsync("GET", $"/v2/aiproducts/?project_type={type}")).Json.GetArrayLength().ShouldBe(count);
    }

    [Fact]
    public async Task Update_SomeFields_LeavesTheOthersAndNullGoesBack()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync(""","chunk_size":500,"chunk_separators":["\n"],"ocr_provider":"google" """);

        (await server.SendAsync("PATCH", project + "update_project/", """{"llm_provider":"openai","llm_model":"gpt-4o","chunk_size":null}""")).ShouldBe(200, """
            {"ocr_provider":"google","speech_to_text_provider":"openai","llm_provider":"openai","llm_model":"gpt-4o","chunk_size":null,"chunk_separators":["\n"]}
            """);
        (await server.SendAsync("PATCH", project + "update_project", """{"chunk_separators":null,"chunk_size":7}""")).Json
            .GetProperty("chunk_separators").ValueKind.ShouldBe(JsonValueKind.Null);
        server.Projects.All.Single().Chunking.Size.ShouldBe(7);
    }

    [Fact]
    public async Task Update_FieldWrong_ChangesNothing()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        var answer = await server.SendAsync("PATCH", project + "update_project/", """{"ocr_provider":"","llm_model":"gpt-4o","embeddings_provider":"x"}""");

        answer.Field("ocr_provider").ShouldBe(["This field may not be blank."]);
        answer.Dropped.ShouldBe("embeddings_provider");
        server.Projects.All.Single().LlmModel.ShouldBeNull();
    }

    [Fact]
    public async Task Info_ProjectWithoutModel_TellsWhatWouldAnswer()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        await server.SendAsync("POST", project + "add_text/", """{"texts":["a","b"]}""");

        var info = (await server.SendAsync("GET", project + "info/")).Json;

        info.EnumerateObject().Select(member => member.Name)
            .ShouldBe(["db_provider", "embeddings_provider", "llm_provider", "llm_model", "collection_size", "embedder"]);
        info.GetProperty("llm_provider").GetString().ShouldBe("starter");
        info.GetProperty("llm_model").GetString().ShouldNotBeNullOrEmpty();
        info.GetProperty("collection_size").GetInt32().ShouldBe(2);
        info.GetProperty("embedder").GetString().ShouldStartWith("starter/");
        (await server.SendAsync("GET", project + "get_collection_info/")).Text.ShouldBe(info.GetRawText());
    }

    [Fact]
    public async Task Info_ProjectsOwnModel_IsToldAsItWasSet()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync(""","llm_provider":"microsoft","llm_model":"gpt-4o" """);

        var info = (await server.SendAsync("GET", project + "info/")).Json;

        info.GetProperty("llm_provider").GetString().ShouldBe("microsoft");
        info.GetProperty("llm_model").GetString().ShouldBe("gpt-4o");
    }

    [Fact]
    public async Task Delete_Project_IsGone()
    {
        await using var server = await ProjectServer.StartAsync();
        await server.NewProjectAsync();
        var id = server.Projects.All.Single().Id;

        (await server.SendAsync("DELETE", $"/v2/aiproducts/delete/{id}/", key: "test")).ShouldBeNotFound();
        (await server.SendAsync("DELETE", $"/v2/aiproducts/delete/{id}/")).ShouldBe(204, "");
        (await server.SendAsync("DELETE", $"/v2/aiproducts/delete/{id}/")).ShouldBeNotFound();
    }

    /// <summary>Every path of a project, in both spellings, with another's key and with an id that nothing has.</summary>
    [Fact]
    public async Task ProjectOfAnother_OnEveryPath_IsNotFound()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        (string Method, string Tail)[] routes =
        [
            ("PATCH", "update_project"), ("GET", "info"), ("GET", "get_collection_info"), ("POST", "add_text"), ("POST", "add_url"), ("POST", "add_file"),
            ("POST", "add_image"), ("POST", "add_video"), ("GET", "files"), ("GET", $"files/{Guid.NewGuid()}"), ("DELETE", $"files/{Guid.NewGuid()}"),
            ("POST", "list_chunks_ids"), ("DELETE", "delete_chunk"), ("DELETE", "delete_all_chunks"), ("POST", "query"), ("GET", "conversations"),
            ("POST", "conversations"), ("GET", $"conversations/{Guid.NewGuid()}"), ("PUT", $"conversations/{Guid.NewGuid()}"),
            ("PATCH", $"conversations/{Guid.NewGuid()}"), ("DELETE", $"conversations/{Guid.NewGuid()}"), ("POST", "create_bot_prompt"),
            ("POST", "create_bot_profile"), ("PATCH", "some-prompt"), ("DELETE", "remove_bot_prompt"),
        ];
        foreach (var (method, tail) in routes)
        {
            foreach (var slash in new[] { "", "/" })
            {
                (await server.SendAsync(method, project + tail + slash, key: "test")).ShouldBeNotFound();
                (await server.SendAsync(method, $"/v2/aiproducts/askyoda/v2/{Guid.NewGuid()}/{tail}{slash}")).ShouldBeNotFound();
                (await server.SendAsync(method, $"/v2/aiproducts/askyoda/v2/no-id/{tail}{slash}")).ShouldBeNotFound();
            }
        }
    }

    [Fact]
    public async Task Requests_PastTheLimit_AreRefusedBeforeTheBodyIsRead()
    {
        await using var server = await ProjectServer.StartAsync("""{ "Dialects": { "edenai": { "Limits": { "RequestsPerMinute": 2 } } } }""");
        var project = await server.NewProjectAsync();
        (await server.SendAsync("POST", project + "add_text/", "{")).Status.ShouldBe(400);

        var answer = await server.SendAsync("POST", project + "add_text/", "{");

        answer.Status.ShouldBe(429);
        answer.Json.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("2 requests a minute");
    }
}
