using System.Net;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.AgentAI;

public sealed class AgentAIEndpointsTests
{
    private const string Question = """{"instructions":"What is an AI agent?","llm_engine":"gpt4o"}""";

    [Fact]
    public async Task InvokeLlm_Answered_IsTheEnvelopeByteForByte()
    {
        await using var server = await AgentAIServer.StartAsync();
        server.Gateway.Answer = (call, _) =>
        {
            call.ServedBy = "openai/gpt-4o";
            return new(FakeChatGateway.Text("A program.") with { Usage = new Usage { InputTokens = 3, OutputTokens = 2 } });
        };

        using var response = await server.PostAsync(Question);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        response.Headers.GetValues("x-dragoman-served-by").ShouldBe(["openai/gpt-4o"]);
        response.Headers.Contains("x-dragoman-dropped").ShouldBeFalse();
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldBe(
            """{"status":200,"response":"A program.","metadata":{"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"input_tokens":""" +
            """3,"output_tokens":2}}}""");
        response.Content.Headers.ContentLength.ShouldBe(text.Length);

        var call = server.Gateway.LastCall!;
        call.Dialect.ShouldBe("agentai");
        call.Caller.KeyId.ShouldBe("k1");
        call.Request.Model.ShouldBe("gpt4o");
        call.StartedAt.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task InvokeLlm_ThingsDropped_AreNamedInOneHeader()
    {
        await using var server = await AgentAIServer.StartAsync();
        server.Gateway.Answer = (call, _) =>
        {
            call.ServedBy = "ollama/модель\r\nx-evil: 1";
            call.Dropped = ["seed"];
            return new(new ChatResponse
            {
                Choices = [new ChatChoice(0, new ChatMessage(ChatRole.Assistant, [new ImagePart { Url = "x" }, new TextPart("t")]), FinishReason.Stop)],
            });
        };

        using var response = await server.PostAsync("""{"instructions":"x","max_tokens":5,"a,b\r\nc":1}""");

        response.Headers.GetValues("x-dragoman-dropped").ShouldBe(["seed, max_tokens, a%2Cb%0D%0Ac, image output"]);
        response.Headers.GetValues("x-dragoman-served-by").Single().ShouldStartWith("ollama/%D0%BC");
        response.Headers.Contains("x-evil").ShouldBeFalse();
    }

    [Fact]
    public async Task InvokeLlm_ManyLongMembers_HeaderStaysShortAndCountsTheRest()
    {
        await using var server = await AgentAIServer.StartAsync();
        var members = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"{(char)('а' + i)}{new string('я', 70)}\":{i}"));

        using var response = await server.PostAsync($$"""{"instructions":"x",{{members}}}""");

        var dropped = response.Headers.GetValues("x-dragoman-dropped").Single();
        dropped.Length.ShouldBeLessThanOrEqualTo(2048);
        var names = dropped.Split(", ");
        names[^1].ShouldBe($"and-{40 - (names.Length - 1)}-more");
        names.Length.ShouldBeGreaterThan(2);
    }

    [Theory]
    [InlineData("", 400, "empty")]
    [InlineData("[]", 400, "object")]
    [InlineData("{", 400, "not valid JSON")]
    [InlineData("{}", 400, "Input instructions is not provided.")]
    [InlineData("""{"instructions":1}""", 400, "must be a string")]
    public async Task InvokeLlm_BodyWrong_IsToldInTheDialectsShape(string body, int status, string message)
    {
        await using var server = await AgentAIServer.StartAsync();

        using var response = await server.PostAsync(body);

        (await AgentAIServer.ErrorOfAsync(response, status)).ShouldContain(message);
        server.Gateway.LastCall.ShouldBeNull();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(31)] // Beyond Kestrel's own bound, within ours.
    public async Task InvokeLlm_InstructionsOfMegabytes_ComeBackWhole(int megabytes)
    {
        await using var server = await AgentAIServer.StartAsync();
        var instructions = new string('y', megabytes * 1024 * 1024);

        using var response = await server.PostAsync($$"""{"instructions":"{{instructions}}"}""");

        (await ResponseOfAsync(response)).ShouldBe(instructions);
    }

    [Theory]
    [InlineData("GET", "/v1/action/invoke_llm", 405, "POST")]
    [InlineData("DELETE", "/v1/action/invoke_llm", 405, "POST")]
    [InlineData("POST", "/api-reference/v1/v1.1.0_openapi.json", 405, "GET, HEAD")]
    public async Task Path_WrongMethod_Is405WithAllow(string method, string path, int status, string allow)
    {
        await using var server = await AgentAIServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await server.Client.SendAsync(request);

        await AgentAIServer.ErrorOfAsync(response, status);
        string.Join(", ", response.Content.Headers.Allow).ShouldBe(allow);
    }

    [Theory]
    [InlineData("POST", "/v1/action/invoke_lm", "There is no action invoke_lm. The actions of this server are: invoke_llm, generate_image.")]
    [InlineData("GET", "/v1/action/a/b", "There is nothing at /v1/action/a/b. The actions")]
    [InlineData("POST", "/v1/action//invoke_llm", "There is nothing at /v1/action//invoke_llm. The actions of this server are: invoke_llm, generate_image.")]
    [InlineData("POST", "/v1/action/invoke_llm//", "There is nothing at /v1/action/invoke_llm//. The actions")]
    [InlineData("POST", "/v1/action//", "There is nothing at /v1/action//. The actions")]
    [InlineData("POST", "/v1/action", "The actions of this server are: invoke_llm, generate_image.")]
    [InlineData("POST", "/v1/action/%22%0D%0A%3Cb%3E", "There is no action \"\r\n<b>.")]
    [InlineData("GET", "/api-reference/v1/v9_openapi.json", "There is nothing at this path.")]
    public async Task Path_Unknown_Is404AndNamesTheActions(string method, string path, string message)
    {
        await using var server = await AgentAIServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await server.Client.SendAsync(request);

        (await AgentAIServer.ErrorOfAsync(response, 404)).ShouldContain(message);
    }

    [Theory]
    [InlineData("", 100, "no action ", "")]
    [InlineData("", 101, "no action ", "…")]
    [InlineData("", 4000, "no action ", "…")]
    [InlineData("a/", 4000, "nothing at /v1/action/a/", "…")]
    public async Task Path_UnknownAndLong_IsSaidBackInPart(string before, int length, string said, string cut)
    {
        await using var server = await AgentAIServer.StartAsync();

        using var response = await server.Client.PostAsync($"/v1/action/{before}{new string('x', length)}", null);

        (await AgentAIServer.ErrorOfAsync(response, 404)).ShouldStartWith($"There is {said}{new string('x', 100 - before.Length)}{cut}. The actions");
    }

    [Theory]
    [InlineData("1.0.1")]
    [InlineData("1.1.0")]
    public async Task Document_OfEachVersion_IsServed(string version)
    {
        await using var server = await AgentAIServer.StartAsync();

        using var json = JsonDocument.Parse(await server.Client.GetStringAsync($"/api-reference/v1/v{version}_openapi.json"));

        json.RootElement.GetProperty("info").GetProperty("version").GetString().ShouldBe(version);
    }

    private static async Task<string> ResponseOfAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        json.RootElement.GetProperty("status").GetInt32().ShouldBe(200);
        return json.RootElement.GetProperty("response").GetString()!;
    }
}
