using System.Text.Json;
using Dragoman.Dialects.EdenAI;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI;

public sealed class GenerateConformanceTests : EdenAIConformanceTests
{
    protected override string Path => EdenAIServer.Generate;

    protected override bool AnswersTellFinishReason => true;

    internal override RandomBody RandomBodies { get; } = new(
        ["messages", "model", "k", "temperature", "stop"], """ "messages":[{"role":"user","content":"hello"}],"model":"gpt-4o" """);

    protected override string Body(string text) => $$"""{"messages":[{"role":"user","content":"{{text}}"}],"model":"gpt-4o"}""";

    protected override string TextOf(JsonElement answer)
    {
        answer.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "id", "object", "created", "model", "system_fingerprint", "choices", "usage", "service_tier", "provider_time", "edenai_time", "cost",
        ]);
        return answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }
}

public sealed class GenerateStreamConformanceTests : StreamConformance
{
    protected override string Path => EdenAIServer.Generate;

    protected override string Body(string text) => $$"""{"messages":[{"role":"user","content":"{{text}}"}],"model":"gpt-4o","stream":true}""";

    protected override string MessageOf(JsonElement error) => error.GetProperty("error").GetProperty("message").GetString()!;

    internal override Task<DialectServer> StartAsync() => EdenAIServer.StartAsync(path: Path);
}

public sealed class AskLlmConformanceTests : EdenAIConformanceTests
{
    protected override string Path => EdenAIServer.AskLlm;

    internal override RandomBody RandomBodies { get; } = new(["query", "k", "history", "temperature"], """ "query":"hello" """);

    protected override string Body(string text) => $$"""{"query":"{{text}}"}""";

    protected override string TextOf(JsonElement answer)
    {
        answer.EnumerateObject().Select(member => member.Name).ShouldBe(["result", "llm_provider", "llm_model", "cost", "usage", "chunks_ids"]);
        return answer.GetProperty("result").GetString()!;
    }
}

public abstract class EdenAIConformanceTests : DialectConformance
{
    protected override string Document => "/v2/aiproducts/openapi.json";

    protected override int StatusOf(ErrorKind kind) => EdenAIErrors.Get(kind).Status;

    protected override string MessageOf(JsonElement error, ErrorKind kind)
    {
        if (kind == ErrorKind.NotFound)
        {
            error.GetRawText().ShouldBe("""{"details":"Not Found"}""");
            return "";
        }

        error.EnumerateObject().Select(member => member.Name).ShouldBe(["error"]);
        error.GetProperty("error").EnumerateObject().Select(member => member.Name).ShouldBe(["type", "message"]);
        error.GetProperty("error").GetProperty("type").GetString().ShouldBe(EdenAIErrors.Get(kind).Type);
        var message = error.GetProperty("error").GetProperty("message");
        return message.ValueKind == JsonValueKind.String ? message.GetString()! : message.EnumerateObject().First().Value[0].GetString()!;
    }

    internal override Task<DialectServer> StartAsync(string settings = "{}") => EdenAIServer.StartAsync(settings, path: Path);
}
