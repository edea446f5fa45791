using System.Net;
using System.Net.Sockets;
using System.Text;
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
    [InlineData("application/json", true)]
    [InlineData("Application/JSON; charset=UTF-8", true)]
    [InlineData("application/json; charset=\"utf-8\"", true)]
    [InlineData("application/vnd.agentai+json", true)]
    [InlineData(null, true)]
    [InlineData("application/json; charset=utf-16", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("multipart/form-data; boundary=x", false)]
    [InlineData("text/plain", false)]
    [InlineData("text/json", false)]
    [InlineData("application/xml", false)]
    public async Task InvokeLlm_ContentType_MustBeJson(string? contentType, bool accepted)
    {
        await using var server = await AgentAIServer.StartAsync();

        using var response = await server.PostAsync(Question, contentType);

        if (accepted)
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        else
        {
            (await AgentAIServer.ErrorOfAsync(response, 415)).ShouldContain("application/json");
        }
    }

    [Fact]
    public async Task InvokeLlm_BodyCompressed_IsRefused()
    {
        await using var server = await AgentAIServer.StartAsync();
        using var content = new StringContent(Question, Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");

        using var response = await server.Client.PostAsync("/v1/action/invoke_llm", content);

        await AgentAIServer.ErrorOfAsync(response, 415);
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
    [InlineData(true)]
    [InlineData(false)]
    public async Task InvokeLlm_BodyOverTheLimit_Is413AndTheConnectionLives(bool chunked)
    {
        await using var server = await AgentAIServer.StartAsync(maxRequestBodyBytes: 10_000);
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/action/invoke_llm")
            {
                Content = new StringContent($$"""{"instructions":"{{new string('x', 200_000)}}"}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.TransferEncodingChunked = chunked;

            using var response = await server.Client.SendAsync(request);

            (await AgentAIServer.ErrorOfAsync(response, 413)).ShouldContain("10000 bytes");
        }

        using var after = await server.PostAsync(Question);
        after.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task InvokeLlm_BodyOfExactlyTheLimit_IsRead()
    {
        await using var server = await AgentAIServer.StartAsync(maxRequestBodyBytes: 2_000);
        const string Frame = """{"instructions":""}""";

        using var fits = await server.PostAsync(Frame.Insert(17, new string('x', 2_000 - Frame.Length)));
        using var tooLong = await server.PostAsync(Frame.Insert(17, new string('x', 2_001 - Frame.Length)));

        fits.StatusCode.ShouldBe(HttpStatusCode.OK);
        await AgentAIServer.ErrorOfAsync(tooLong, 413);
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

    [Fact]
    public async Task InvokeLlm_TextOfAllPlanes_ComesBackUnchanged()
    {
        await using var server = await AgentAIServer.StartAsync();
        const string Text = "ß é Ω ж 日本語 العربية 😀 👩‍👩‍👧 𝔸 \u2028 \u0001 \" \\ / <script>";

        using var response = await server.PostAsync(JsonSerializer.Serialize(new { instructions = Text }));

        var raw = await response.Content.ReadAsStringAsync();
        raw.ShouldContain("ß é Ω ж 日本語 العربية");
        (await ResponseOfAsync(response)).ShouldBe(Text);
    }

    [Theory]
    [InlineData(ErrorKind.ModelNotConfigured, 404)]
    [InlineData(ErrorKind.RateLimited, 429)]
    [InlineData(ErrorKind.BudgetExceeded, 402)]
    [InlineData(ErrorKind.Forbidden, 403)]
    [InlineData(ErrorKind.UpstreamUnreachable, 502)]
    [InlineData(ErrorKind.UpstreamOverloaded, 503)]
    [InlineData(ErrorKind.UpstreamTimeout, 504)]
    [InlineData(ErrorKind.Internal, 500)]
    public async Task InvokeLlm_GatewayRefuses_SaysSoUnderTheSameStatus(ErrorKind kind, int status)
    {
        await using var server = await AgentAIServer.StartAsync();
        server.Gateway.Answer = (_, _) => new(new GatewayError(kind, "Das geht nicht — “so”."));

        using var response = await server.PostAsync(Question);

        (await AgentAIServer.ErrorOfAsync(response, status)).ShouldBe("Das geht nicht — “so”.");
        response.Headers.RetryAfter.ShouldBeNull();
    }

    [Theory]
    [InlineData(0, "1")]
    [InlineData(-5, "1")]
    [InlineData(200, "1")]
    [InlineData(1_001, "2")]
    [InlineData(30_000, "30")]
    public async Task InvokeLlm_ToldToWait_SendsWholeSeconds(int milliseconds, string seconds)
    {
        await using var server = await AgentAIServer.StartAsync();
        server.Gateway.Answer = (_, _) =>
            new(new GatewayError(ErrorKind.RateLimited, "Slow down.") { RetryAfter = TimeSpan.FromMilliseconds(milliseconds) });

        using var response = await server.PostAsync(Question);

        response.Headers.GetValues("retry-after").ShouldBe([seconds]);
    }

    [Theory]
    [InlineData(FinishReason.ContentFilter)]
    [InlineData(FinishReason.Refusal)]
    public async Task InvokeLlm_AnswerWithheld_IsAnErrorAndNotAnEmptyText(FinishReason reason)
    {
        await using var server = await AgentAIServer.StartAsync();
        server.Gateway.Answer = (call, _) =>
        {
            call.ServedBy = "azure/gpt-4o";
            return new(FakeChatGateway.Text("", reason));
        };

        using var response = await server.PostAsync(Question);

        (await AgentAIServer.ErrorOfAsync(response, 400)).ShouldContain("withheld");
        response.Headers.GetValues("x-dragoman-served-by").ShouldBe(["azure/gpt-4o"]);
    }

    [Fact]
    public async Task InvokeLlm_NobodyCalls_Is401()
    {
        await using var server = await AgentAIServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("Authorization", "Bearer nobody");

        using var response = await server.PostAsync(Question);

        await AgentAIServer.ErrorOfAsync(response, 401);
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        server.Gateway.LastCall.ShouldBeNull();
    }

    [Fact]
    public async Task InvokeLlm_ClientLeaves_CancelsTheCall()
    {
        await using var server = await AgentAIServer.StartAsync();
        var entered = new TaskCompletionSource();
        var canceled = new TaskCompletionSource();
        server.Gateway.Answer = async (_, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => canceled.SetResult(), TaskScheduler.Default);
            return new GatewayError(ErrorKind.Canceled, "The client went away.");
        };
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent(Question, Encoding.UTF8, "application/json");

        var post = server.Client.PostAsync("/v1/action/invoke_llm", content, leaving.Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(post);
        await canceled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task InvokeLlm_ClientLeftBeforeTheAnswer_IsNoFault()
    {
        await using var server = await AgentAIServer.StartAsync();
        var entered = new TaskCompletionSource();
        server.Gateway.Answer = async (_, cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
            return FakeChatGateway.Text(new string('x', 3_000_000));
        };
        using var leaving = new CancellationTokenSource();
        using var content = new StringContent(Question, Encoding.UTF8, "application/json");

        var post = server.Client.PostAsync("/v1/action/invoke_llm", content, leaving.Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(post);
        await server.Gateway.Handled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task InvokeLlm_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await using var server = await AgentAIServer.StartAsync();

        await Parallel.ForAsync(0, 500, async (i, _) =>
        {
            using var response = await server.PostAsync($$"""{"instructions":"{{i}} {{new string('x', i * 10)}}"}""");
            (await ResponseOfAsync(response)).ShouldBe($"{i} {new string('x', i * 10)}");
        });
    }

    [Fact]
    public async Task InvokeLlm_BodyCutShort_LeavesTheServerWell()
    {
        await using var server = await AgentAIServer.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port);
            await socket.GetStream().WriteAsync(
                "POST /v1/action/invoke_llm HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"ins"u8.ToArray());
        }

        using var response = await server.PostAsync(Question);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
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
    [InlineData("POST", "/v1/action/invoke_lm", "There is no action invoke_lm. The actions of this server are: invoke_llm.")]
    [InlineData("GET", "/v1/action/a/b", "There is nothing at /v1/action/a/b. The actions")]
    [InlineData("POST", "/v1/action//invoke_llm", "There is nothing at /v1/action//invoke_llm. The actions of this server are: invoke_llm.")]
    [InlineData("POST", "/v1/action/invoke_llm//", "There is nothing at /v1/action/invoke_llm//. The actions")]
    [InlineData("POST", "/v1/action//", "There is nothing at /v1/action//. The actions")]
    [InlineData("POST", "/v1/action", "The actions of this server are: invoke_llm.")]
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
    public async Task Document_Asked_IsJsonWithATagThatSavesTheSecondFetch(string version)
    {
        await using var server = await AgentAIServer.StartAsync();
        var path = $"/api-reference/v1/v{version}_openapi.json";

        using var first = await server.Client.GetAsync(path);
        using var headRequest = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await server.Client.SendAsync(headRequest);
        using var againRequest = new HttpRequestMessage(HttpMethod.Get, path);
        againRequest.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await server.Client.SendAsync(againRequest);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        first.Headers.CacheControl!.Public.ShouldBeTrue();
        using var json = JsonDocument.Parse(await first.Content.ReadAsStringAsync());
        json.RootElement.GetProperty("info").GetProperty("version").GetString().ShouldBe(version);
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe(first.Content.Headers.ContentLength);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        again.Headers.ETag.ShouldBe(first.Headers.ETag);
    }

    [Fact]
    public async Task InvokeLlm_AnyBytes_AreNeverAServerErrorAndAlwaysTheShape()
    {
        await using var server = await AgentAIServer.StartAsync();
        var accepted = 0;
        var bodies = new RandomBody(["instructions", "llm_engine"], """ "llm_engine":"gpt4o","instructions":"hello" """);
        for (var seed = 0; seed < 400; seed++)
        {
            var body = bodies.Make(new Random(seed));

            using var response = await server.PostAsync(body);

            if (response.StatusCode == HttpStatusCode.OK)
            {
                accepted++;
                (await ResponseOfAsync(response)).ShouldNotBeNullOrWhiteSpace($"seed {seed}");
            }
            else
            {
                (await AgentAIServer.ErrorOfAsync(response, 400)).ShouldNotBeNullOrWhiteSpace($"seed {seed}");
            }
        }

        accepted.ShouldBeInRange(40, 360); // Otherwise the bodies are all of one kind and prove little.
    }

    private static async Task<string> ResponseOfAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        json.RootElement.GetProperty("status").GetInt32().ShouldBe(200);
        return json.RootElement.GetProperty("response").GetString()!;
    }
}
