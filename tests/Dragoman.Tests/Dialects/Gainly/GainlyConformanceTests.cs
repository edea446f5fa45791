using System.Text.Json;
using Dragoman.Dialects.Gainly;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.Gainly;

public sealed class GainlyConformanceTests : DialectConformance
{
    protected override string Path => "/v20241104/invoke-llm";

    protected override string Document => "/v20241104/openapi.json";

    internal override RandomBody RandomBodies { get; } = new(
        ["instruction", "input", "max_output_tokens", "temperature"], """ "instruction":"hello","temperature":0.5 """);

    protected override string Body(string text) => $$"""{"instruction":"{{text}}"}""";

    protected override string TextOf(JsonElement answer)
    {
        answer.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["object", "url", "data", "instruction", "input", "max_output_tokens", "temperature", "model", "token_usage", "livemode"]);
        answer.GetProperty("max_output_tokens").GetInt32().ShouldBeInRange(128, 4096);
        answer.GetProperty("temperature").GetDouble().ShouldBeInRange(0, 1);
        return answer.GetProperty("data")[0].GetProperty("output").GetString()!;
    }

    protected override int StatusOf(ErrorKind kind) => GainlyErrors.Get(kind).Status;

    protected override string MessageOf(JsonElement error, ErrorKind kind)
    {
        error.EnumerateObject().Select(member => member.Name).ShouldBe(["error", "livemode"]);
        error.GetProperty("error").EnumerateObject().Select(member => member.Name).ShouldBe(["type", "message"]);
        error.GetProperty("error").GetProperty("type").GetString().ShouldBe(GainlyErrors.Get(kind).Type);
        return error.GetProperty("error").GetProperty("message").GetString()!;
    }

    internal override Task<DialectServer> StartAsync(string settings = "{}") => GainlyServer.StartAsync(settings);
}
