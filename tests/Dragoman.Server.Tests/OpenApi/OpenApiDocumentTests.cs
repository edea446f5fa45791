using Dragoman.Server.Tests.Admin;
using Dragoman.Server.Tests.EndToEnd;
using Dragoman.Server.Tests.Starter;
using Dragoman.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.OpenApi;

/// <summary>The OpenAPI documents as a running gateway serves them, judged and used by public tools.</summary>
public sealed class OpenApiDocumentTests
{
    /// <summary>Every document that is served; a new one is a line here.</summary>
    public static TheoryData<string> Documents =>
    [
        "/api-reference/v1/v1.0.1_openapi.json",
        "/api-reference/v1/v1.1.0_openapi.json",
        "/v20241104/openapi.json",
        "/v2/aiproducts/openapi.json",
        "/admin/v1/openapi.json",
    ];

    [Fact]
    public async Task Documents_OfTheServer_AreTheListedOnes()
    {
        await using var gateway = await RunningGateway.StartAsync();

        gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Where(path => path.EndsWith("openapi.json", StringComparison.Ordinal))
            .ShouldBe(Documents.Select(row => row.Data), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Document_AsServed_IsValid(string path)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var file = new TemporaryFile(await gateway.Client.GetStringAsync(new Uri(path, UriKind.Relative)));

        await NodeTools.RunAsync("validate.mjs", file.Path);
    }

    [Theory]
    [InlineData("no such schema", "\"#/components/schemas/InvokeLlmRequest\"", "\"#/components/schemas/Nothing\"", "no-unresolved-refs")]
    [InlineData("no such status", "\"200\": {", "\"two hundred\": {", "struct")]
    [InlineData("an example that its schema refuses", "\"instructions\": \"What is an AI agent?\"", "\"instructions\": 7", "no-invalid-media-type-examples")]
    public async Task Document_WithAFault_IsRefused(string fault, string right, string wrong, string rule)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var document = await gateway.Client.GetStringAsync(new Uri("/api-reference/v1/v1.1.0_openapi.json", UriKind.Relative));
        document.ShouldContain(right, customMessage: fault);
        using var file = new TemporaryFile(document.Replace(right, wrong, StringComparison.Ordinal));

        var refusal = await Should.ThrowAsync<NodeToolException>(() => NodeTools.RunAsync("validate.mjs", file.Path));

        refusal.Message.ShouldContain(rule, customMessage: fault);
    }

    [Fact]
    public async Task AgentAIDocument_GeneratedClient_Calls()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");

        var answer = await GeneratedClient.RunAsync(
            new Uri(gateway.Client.BaseAddress!, "/api-reference/v1/v1.1.0_openapi.json"),
            RunningGateway.Key,
            """
            const { data } = await api.invokeLlm({ body: { instructions: "Say hello", llm_engine: "gpt4o" }, throwOnError: true });
            const refused = await api.generateImage({ body: { prompt: "", model: "Ideogram", model_style: "photo", model_aspect_ratio: "4:3" } });
            return { status: data.status, text: data.response, refusal: refused.error?.error };
            """);

        answer.GetProperty("status").GetInt32().ShouldBe(200);
        answer.GetProperty("text").GetString().ShouldNotBeNullOrEmpty();
        answer.GetProperty("refusal").GetString().ShouldBe("Input prompt is not provided.");
    }

    [Fact]
    public async Task AgentAIDocument_GeneratedClient_HasPicturesMade()
    {
        StarterParts.Require();
        await using var gateway = await RunningGateway.StartAsync();

        // Every member is read as the document declares it, or it would not compile.
        var answer = await GeneratedClient.RunAsync(
            new Uri(gateway.Client.BaseAddress!, "/api-reference/v1/v1.0.1_openapi.json"),
            RunningGateway.Key,
            """
            const { data } = await api.generateImage({
              body: { prompt: "A serene mountain lake at sunset", model: "DALL-E 3", model_style: "default", model_aspect_ratio: "9:16" },
              throwOnError: true,
            });
            const [image] = data.metadata.images;
            const picture = await fetch(image.url);
            return { html: data.response, prompt: image.prompt, composed: data.metadata.composed, type: picture.headers.get("content-type") };
            """);

        answer.GetProperty("html").GetString().ShouldNotBeNull().ShouldStartWith("<img src=\"http");
        answer.GetProperty("prompt").GetString().ShouldBe("A serene mountain lake at sunset");
        answer.GetProperty("composed").GetBoolean().ShouldBeTrue();
        answer.GetProperty("type").GetString().ShouldBe("image/jpeg");
    }

    [Fact]
    public async Task GainlyDocument_GeneratedClient_Calls()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync(upstream, "OPENAI");
        upstream.Enqueue(Reply.Text("We can be reached at 512-512-5252.").WithUsage(input: 70, output: 33));

        // The documentation's request; what is returned is read by the members that the document declares, or it would not compile.
        var answer = await GeneratedClient.RunAsync(
            new Uri(gateway.Client.BaseAddress!, "/v20241104/openapi.json"),
            RunningGateway.Key,
            """
            const { data } = await api.invokeLlm({
              body: {
                instruction: "Rewrite the following text in first-person plural (using we and us) as a customer service agent.",
                input: "You can contact AwesomeCompany at 512-512-5252. They are happy to assist you with any questions you may have.",
              },
              throwOnError: true,
            });
            const { output, stop_reason } = data.data[0];
            const { llm_output_tokens, llm_input_tokens, model } = data.token_usage.llm_tokens;
            const { data: versions } = await api.listVersions({ throwOnError: true });
            const refused = await api.invokeLlm({ body: { instruction: "x", temperature: 2 } });
            return {
              output, stop_reason, llm_output_tokens, llm_input_tokens, model,
              url: data.url, input: data.input, livemode: data.livemode,
              version: versions.data[0].version,
              refusal: refused.error?.error.type, status: refused.response?.status,
            };
            """);

        answer.GetProperty("output").GetString().ShouldBe("We can be reached at 512-512-5252.");
        answer.GetProperty("stop_reason").GetString().ShouldBe("end_turn");
        answer.GetProperty("llm_output_tokens").GetInt32().ShouldBe(33);
        answer.GetProperty("llm_input_tokens").GetInt32().ShouldBe(70);
        answer.GetProperty("model").GetString().ShouldBe("model_3");
        answer.GetProperty("url").GetString().ShouldBe("/v20241104/invoke-llm");
        answer.GetProperty("livemode").GetBoolean().ShouldBeTrue();
        answer.GetProperty("version").GetString().ShouldBe("v20241104");
        answer.GetProperty("refusal").GetString().ShouldBe("invalid_request_error");
        answer.GetProperty("status").GetInt32().ShouldBe(422);
        upstream.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task EdenAIDocument_GeneratedClient_MakesAProjectFillsSearchesAndDeletesIt()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var answer = await GeneratedClient.RunAsync(
            new Uri(gateway.Client.BaseAddress!, "/v2/aiproducts/openapi.json"),
            RunningGateway.Key,
            """
            const created = (await api.createProject({
              body: { project_name: "manuals", collection_name: "manuals", embeddings_provider: "starter", chunk_size: 500 },
              throwOnError: true,
            })).data;
            const path = { project_id: created.project_id };
            const texts = ["The warranty of the lamp lasts two years.", "The lamp is delivered within five days.", "The lamp weighs three kilograms."];
            await api.addTexts({ path, body: { texts, metadata: [{ part: "warranty" }, { part: "delivery" }] }, throwOnError: true });
            const info = (await api.getProjectInfo({ path, throwOnError: true })).data;
            const files = (await api.listFiles({ path, throwOnError: true })).data;
            const found = (await api.query({ path, body: { query: "How long is the warranty?", k: 1 }, throwOnError: true })).data;
            const chunks = (await api.listChunks({ path, body: { filter_documents: { part: "delivery" }, with_payload: true }, throwOnError: true })).data;
            await api.deleteChunks({ path, query: { chunk_ids: chunks.chunks_ids }, throwOnError: true });
            const left = (await api.listChunks({ path, throwOnError: true })).data;
            const conversation = (await api.createConversation({ path, body: { name: "First" }, throwOnError: true })).data;
            const refused = await api.query({ path, body: { query: "" } });
            await api.deleteProject({ path, throwOnError: true });
            const gone = await api.getProject({ path });
            return {
              size: info.collection_size, statuses: files.map((file) => file.status),
              found: found.result[0].payload.page_content, score: found.result[0].score,
              delivery: chunks.chunks?.map((chunk) => chunk.payload.page_content), left: left.chunks_ids.length,
              conversation: conversation.name, refusal: refused.error && "error" in refused.error && refused.error.error.message,
              gone: gone.response?.status,
            };
            """);

        answer.GetProperty("size").GetInt32().ShouldBe(3);
        answer.GetProperty("statuses").GetRawText().ShouldBe("""["succeeded","succeeded","succeeded"]""");
        answer.GetProperty("found").GetString()!.ShouldContain("two years");
        answer.GetProperty("score").GetDouble().ShouldBeInRange(0.1, 1);
        answer.GetProperty("delivery").GetRawText().ShouldBe("""["The lamp is delivered within five days."]""");
        answer.GetProperty("left").GetInt32().ShouldBe(2);
        answer.GetProperty("conversation").GetString().ShouldBe("First");
        answer.GetProperty("refusal").GetRawText().ShouldBe("""{"query":["This field may not be blank."]}""");
        answer.GetProperty("gone").GetInt32().ShouldBe(404);
    }

    [Fact]
    public async Task AdminDocument_GeneratedClient_HandsOutAKeyAndTakesItBack()
    {
        await using var gateway = await AdminGateway.StartAsync();

        var answer = await GeneratedClient.RunAsync(
            gateway.Document,
            AdminGateway.Key,
            """
            const created = (await api.createKey({
              body: { name: "generated", project: "clients", models: ["gpt*"], requests_per_minute: 60, requests_per_day: "none", expires_at: null },
              throwOnError: true,
            })).data;
            const path = { id: created.id };
            const changed = (await api.updateKey({ path, body: { requests_per_minute: null }, throwOnError: true })).data;
            const rotated = (await api.rotateKey({ path, body: { overlap_seconds: 60 }, throwOnError: true })).data;
            const rotatedAgain = (await api.rotateKey({ path, throwOnError: true })).data;
            const listed = (await api.listKeys({ query: { project: "clients", status: "active", limit: 10 }, throwOnError: true })).data;
            const revoked = (await api.revokeKey({ path, throwOnError: true })).data;
            const shown = (await api.getKey({ path, throwOnError: true })).data;
            const refused = await api.updateKey({ path, body: { name: "back" } });
            return {
              secret: rotatedAgain.key,
              secrets: new Set([created.key, rotated.key, rotatedAgain.key]).size,
              limits: [created.requests_per_minute, created.requests_per_day, changed.requests_per_minute],
              listed: listed.data.map((key) => key.id === created.id),
              statuses: [created.status, revoked.status, shown.status],
              refusal: refused.error?.error.type,
            };
            """);

        answer.GetProperty("secrets").GetInt32().ShouldBe(3);
        answer.GetProperty("limits").GetRawText().ShouldBe("""[60,"none",null]""");
        answer.GetProperty("listed").GetRawText().ShouldBe("[true]");
        answer.GetProperty("statuses").GetRawText().ShouldBe("""["active","revoked","revoked"]""");
        answer.GetProperty("refusal").GetString().ShouldBe("key_revoked");
        (await gateway.CallAsync(answer.GetProperty("secret").GetString()!)).ShouldBe(401);
    }

    [Fact]
    public async Task GeneratedClient_ScriptAgainstTheTypes_DoesNotCompile()
    {
        await using var gateway = await RunningGateway.StartAsync();

        var refusal = await Should.ThrowAsync<NodeToolException>(() => GeneratedClient.RunAsync(
            new Uri(gateway.Client.BaseAddress!, "/api-reference/v1/v1.1.0_openapi.json"),
            RunningGateway.Key,
            "return (await api.invokeLlm({ body: { instructions: 7 } })).data;"));

        refusal.Message.ShouldContain("TS2322");
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string content) => File.WriteAllText(Path, content);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
