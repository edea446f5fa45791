using Dragoman.Knowledge;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

public sealed class BotPromptEndpointsTests
{
    [Theory]
    [InlineData("create_bot_prompt/")]
    [InlineData("create_bot_profile")]
    public async Task Create_ByBody_IsSet(string path)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        (await server.SendAsync("POST", project + path, """
            {"name":"pirate-1","model":"openai/gpt-4o","text":"Talk like a pirate.","system_prompt":"Be brief.","params":{"temperature": 0.5},
             "file_urls":["https://example.com/flag.png"]}
            """)).ShouldBe(201, "");

        var prompt = await PromptAsync(server);
        prompt!.Name.ShouldBe("pirate-1");
        prompt.Text.ShouldBe("Talk like a pirate.");
        prompt.SystemPrompt.ShouldBe("Be brief.");
        prompt.ParametersJson.ShouldBe("""{"temperature":0.5}""");
        prompt.FileUrls.ShouldBe(["https://example.com/flag.png"]);
    }

    [Fact]
    public async Task Create_ByQueryFormOrBoth_IsSet()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        (await server.SendAsync(
            "POST", project + "create_bot_prompt/?name=a&model=m&text=t%20u&params=%7B%22n%22%3A1%7D&file_urls=https://a.example/&file_urls=https://b.example/")).ShouldBe(201, "");
        var prompt = await PromptAsync(server);
        prompt!.Text.ShouldBe("t u");
        prompt.ParametersJson.ShouldBe("""{"n":1}""");
        prompt.FileUrls.ShouldBe(["https://a.example/", "https://b.example/"]);

        using var form = new FormUrlEncodedContent([new("name", "b"), new("text", "from the form")]);
        (await server.SendAsync("POST", project + "create_bot_prompt/?model=m&text=x", form)).ShouldBe(201, "");
        (await PromptAsync(server))!.Text.ShouldBe("from the form");
    }

    [Theory]
    [InlineData("{}", "name", "This field is required.")]
    [InlineData("{}", "model", "This field is required.")]
    [InlineData("{}", "text", "This field is required.")]
    [InlineData("""{"name":"a b"}""", "name", "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.")]
    [InlineData("""{"params":"x"}""", "params", "Value must be valid JSON.")]
    [InlineData("""{"params":[1]}""", "params", "Expected a dictionary of items but got type \"list\".")]
    [InlineData("""{"file_urls":["x"]}""", "file_urls", "file_urls[0]: Enter a valid URL.")]
    [InlineData("""{"system_prompt":""}""", "system_prompt", "This field may not be blank.")]
    public async Task Create_FieldWrong_IsTold(string body, string field, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        (await server.SendAsync("POST", project + "create_bot_prompt/", body)).Field(field).ShouldBe([message]);
    }

    [Fact]
    public async Task Update_SomeFields_LeavesTheOthers()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        await server.SendAsync("POST", project + "create_bot_prompt/", """{"name":"a","model":"m","text":"t","system_prompt":"s"}""");

        (await server.SendAsync("PATCH", project + "a/", """{"text":"u"}""")).ShouldBe(204, "");
        var prompt = (await PromptAsync(server))!;
        (prompt.Name, prompt.Model, prompt.Text, prompt.SystemPrompt).ShouldBe(("a", "m", "u", "s"));
        (await server.SendAsync("PATCH", project + "a?name=b&model=n&text=v")).ShouldBe(204, "");
        (await server.SendAsync("PATCH", project + "a/", """{"text":"u"}""")).ShouldBeNotFound();
        (await server.SendAsync("PATCH", project + "b/", """{"text":""}""")).Field("text").ShouldBe(["This field may not be blank."]);
    }

    [Fact]
    public async Task Create_WhatHasNoEffect_IsNamedAsDropped()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        (await server.SendAsync(
            "POST",
            project + "create_bot_prompt/",
            """{"name":"a","model":"m","text":"t","params":{"temperature":0.5,"max_tokens":7,"top_p":1},"file_urls":["https://example.com/"]}"""))
            .Dropped.ShouldBe("file_urls, params.top_p");
    }

    [Fact]
    public async Task Set_ProjectGoesAwayMeanwhile_IsNotFound()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        await server.SendAsync("POST", project + "create_bot_prompt/", """{"name":"a","model":"m","text":"t"}""");
        server.Projects.AreVanishing = true;

        (await server.SendAsync("POST", project + "create_bot_prompt/", """{"name":"a","model":"m","text":"t"}""")).ShouldBeNotFound();
        (await server.SendAsync("PATCH", project + "a/", """{"text":"u"}""")).ShouldBeNotFound();
        (await server.SendAsync("POST", project + "conversations/", "{}")).ShouldBeNotFound();
    }

    [Fact]
    public async Task Remove_Prompt_IsGone()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        await server.SendAsync("POST", project + "create_bot_prompt/", """{"name":"a","model":"m","text":"t"}""");

        (await server.SendAsync("DELETE", project + "remove_bot_prompt/")).ShouldBe(204, "");

        (await server.SendAsync("DELETE", project + "remove_bot_prompt/")).ShouldBeNotFound();
        (await server.SendAsync("PATCH", project + "a/")).ShouldBeNotFound();
    }

    private static ValueTask<BotPrompt?> PromptAsync(ProjectServer server) => server.Projects.FindBotPromptAsync(server.Projects.All.Single().Id, default);
}
