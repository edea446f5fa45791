using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.AgentAI;

public sealed class AgentAIConformanceTests : DialectConformance
{
    protected override string Path => "/v1/action/invoke_llm";

    protected override string Document => "/api-reference/v1/v1.1.0_openapi.json";

    internal override RandomBody RandomBodies { get; } = new(["instructions", "llm_engine"], """ "llm_engine":"gpt4o","instructions":"hello" """);

    protected override string Body(string text) => $$"""{"instructions":"{{text}}"}""";

    protected override string TextOf(JsonElement answer)
    {
        answer.EnumerateObject().Select(member => member.Name).ShouldBe(["status", "response"]);
        answer.GetProperty("status").GetInt32().ShouldBe(200);
        return answer.GetProperty("response").GetString()!;
    }

    protected override int StatusOf(ErrorKind kind) => ErrorTable.Get(kind).HttpStatus;

    protected override string MessageOf(JsonElement error, ErrorKind kind)
    {
        error.EnumerateObject().Select(member => member.Name).ShouldBe(["status", "response", "error"]);
        error.GetProperty("status").GetInt32().ShouldBe(StatusOf(kind));
        error.GetProperty("response").ValueKind.ShouldBe(JsonValueKind.Null);
        return error.GetProperty("error").GetString()!;
    }

    internal override Task<DialectServer> StartAsync(string settings = "{}") => AgentAIServer.StartAsync(settings);
}
