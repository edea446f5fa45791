using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dragoman.Dialects.EdenAI;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI;

public sealed class GenerateReaderTests
{
    private const string Hello = """[{"role":"user","content":"hello"}]""";

    [Fact]
    public void Body_OfTheLeast_HasTheDocumentedDefaults()
    {
        var body = Read("{}");

        body.Request.Model.ShouldBe("gpt-4o");
        body.Request.MaxOutputTokens.ShouldBe(100);
        body.K.ShouldBe(3);
        body.MinScore.ShouldBe(0);
        body.Filter.Json.ShouldBe("{}");
        body.IsStreamed.ShouldBeFalse();
        body.Conversation.ShouldBeNull();
        body.Request.UsedParameters().ShouldBe(ChatParameters.MaxTokens);
    }

    [Theory]
    [InlineData("""{"max_tokens":5,"max_completion_tokens":7}""", "max_tokens")]
    [InlineData("""{"max_completion_tokens":7}""", "")]
    [InlineData("""{"tool_choice":"auto","function_call":"none"}""", "function_call")]
    [InlineData("""{"function_call":"none"}""", "")]
    [InlineData("""{"stream":true,"stream_options":{"include_usage":true,"fast":1}}""", "stream_options.fast")]
    [InlineData("""{"stream_options":{"include_usage":true}}""", "stream_options.include_usage")]
    public void Members_WithoutEffect_AreDropped(string members, string dropped)
    {
        var (body, error) = GenerateReader.Read(Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"q"}],""" + members[1..]));

        error.ShouldBeNull();
        string.Join(' ', body!.Ignored.Names).ShouldBe(dropped);
    }

    [Fact]
    public void Body_OfAllFields_IsReadWhole()
    {
        var body = Read("""
            {"model":"anthropic/claude-sonnet-5","reasoning_effort":"high","metadata":[{"key":"source","value":"support"},{"key":"n","value":7}],
            "frequency_penalty":-2,"logit_bias":{"50256":-100,"15":5},"logprobs":true,"top_logprobs":20,"max_completion_tokens":150,"n":3,
            "modalities":["text","audio"],"prediction":{"type":"content","content":"x"},"audio":{"voice":"alloy","format":"mp3"},"presence_penalty":2,
            "response_format":{"type":"json_object"},"seed":42,"service_tier":"default","stop":["\n","Human:"],"stream":true,
            "stream_options":{"include_usage":true},"temperature":0.7,"top_p":0.9,
            "tools":[{"type":"function","function":{"name":"get_weather","description":"d","parameters":{"type":"object"},"strict":true}}],
            "tool_choice":"required","parallel_tool_calls":false,"user":"user_1","thinking":{"type":"enabled","budget_tokens":"1024"},
            "web_search_options":{"search_context_size":"low"},"filter_documents":{"lang":"de"},"min_score":0.25,"k":5,"max_tokens":16385,
            "conversation_id":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"}
            """);

        var request = body.Request;
        request.Model.ShouldBe("anthropic/claude-sonnet-5");
        request.Reasoning.ShouldBe(new ReasoningOptions { Effort = "high", BudgetTokens = 1024, Enabled = true });
        request.Metadata.ShouldBe(new Dictionary<string, string> { ["source"] = "support", ["n"] = "7" });
        request.FrequencyPenalty.ShouldBe(-2);
        request.LogitBias.ShouldBe(new Dictionary<string, double> { ["50256"] = -100, ["15"] = 5 });
        request.Logprobs.ShouldBe(true);
        request.TopLogprobs.ShouldBe(20);
        request.MaxOutputTokens.ShouldBe(150);
        request.ChoiceCount.ShouldBe(3);
        request.Modalities.ShouldBe(["text", "audio"]);
        request.Prediction!.Value.GetRawText().ShouldBe("""{"type":"content","content":"x"}""");
        request.Audio.ShouldBe(new AudioOptions("alloy", "mp3"));
        request.PresencePenalty.ShouldBe(2);
        request.ResponseFormat.ShouldBe(new ResponseFormat(ResponseFormatKind.JsonObject));
        request.Seed.ShouldBe(42);
        request.ServiceTier.ShouldBe("default");
        request.StopSequences.ShouldBe(["\n", "Human:"]);
        request.Temperature.ShouldBe(0.7);
        request.TopP.ShouldBe(0.9);
        var tool = request.Tools.ShouldHaveSingleItem();
        (tool.Name, tool.Description, tool.Strict).ShouldBe(("get_weather", "d", true));
        tool.Parameters!.Value.GetRawText().ShouldBe("""{"type":"object"}""");
        request.ToolChoice.ShouldBe(new ToolChoice(ToolChoiceKind.Required));
        request.ParallelToolCalls.ShouldBe(false);
        request.User.ShouldBe("user_1");
        request.WebSearchOptions!.Value.GetRawText().ShouldBe("""{"search_context_size":"low"}""");
        (body.IsStreamed, body.IncludesUsage, body.UsesFunctions).ShouldBe((true, true, false));
        (body.K, body.MinScore, body.Filter.Json).ShouldBe((5, 0.25, """{"lang":"de"}"""));
        body.Conversation.ShouldBe(KnowledgeFakes.ConversationId);
        body.Ignored.Names.ShouldBe(["max_tokens"]);
    }

    [Theory]
    [InlineData("model", "null", "This field may not be null.")]
    [InlineData("model", "\"\"", "This field may not be blank.")]
    [InlineData("model", "\"  \"", "This field may not be blank.")]
    [InlineData("model", "[]", "Not a valid string.")]
    [InlineData("model", "true", "Not a valid string.")]
    [InlineData("messages", "null", "This field may not be null.")]
    [InlineData("messages", "\"hi\"", "Expected a list of items but got type \"str\".")]
    [InlineData("messages", "{}", "Expected a list of items but got type \"dict\".")]
    [InlineData("messages", "[]", "This list may not be empty.")]
    [InlineData("reasoning_effort", "\"extreme\"", "\"extreme\" is not a valid choice.")]
    [InlineData("reasoning_effort", "3", "\"3\" is not a valid choice.")]
    [InlineData("metadata", "{}", "Expected a list of items but got type \"dict\".")]
    [InlineData("metadata", "[7]", "metadata[0]: Expected a dictionary of items but got type \"int\".")]
    [InlineData("metadata", """[{"value":"x"}]""", "metadata[0].key: This field is required.")]
    [InlineData("metadata", """[{"key":"x","value":""}]""", "metadata[0].value: This field may not be blank.")]
    [InlineData("metadata", """[{"key":"x","value":{}}]""", "metadata[0].value: Not a valid string.")]
    [InlineData("frequency_penalty", "-2.1", "Ensure this value is greater than or equal to -2.")]
    [InlineData("frequency_penalty", "2.1", "Ensure this value is less than or equal to 2.")]
    [InlineData("presence_penalty", "3", "Ensure this value is less than or equal to 2.")]
    [InlineData("presence_penalty", "\"much\"", "A valid number is required.")]
    [InlineData("logit_bias", "[]", "Expected a dictionary of items but got type \"list\".")]
    [InlineData("logit_bias", """{"15":"x"}""", "15: A valid number is required.")]
    [InlineData("logit_bias", """{"15":101}""", "15: Ensure this value is less than or equal to 100.")]
    [InlineData("logprobs", "\"maybe\"", "Must be a valid boolean.")]
    [InlineData("top_logprobs", "21", "Ensure this value is less than or equal to 20.")]
    [InlineData("top_logprobs", "-1", "Ensure this value is greater than or equal to 0.")]
    [InlineData("max_completion_tokens", "0", "Ensure this value is greater than or equal to 1.")]
    [InlineData("max_completion_tokens", "1e99", "A valid integer is required.")]
    [InlineData("max_completion_tokens", "9999999999", "Ensure this value is less than or equal to 2147483647.")]
    [InlineData("n", "0", "Ensure this value is greater than or equal to 1.")]
    [InlineData("n", "129", "Ensure this value is less than or equal to 128.")]
    [InlineData("n", "1.5", "A valid integer is required.")]
    [InlineData("n", "true", "A valid integer is required.")]
    [InlineData("modalities", "\"text\"", "Expected a list of items but got type \"str\".")]
    [InlineData("modalities", "[1]", "Not a valid string.")]
    [InlineData("prediction", "7", "Expected a dictionary of items but got type \"int\".")]
    [InlineData("audio", "1.5", "Expected a dictionary of items but got type \"float\".")]
    [InlineData("response_format", "\"json\"", "Expected a dictionary of items but got type \"str\".")]
    [InlineData("response_format", "{}", "type: This field is required.")]
    [InlineData("response_format", """{"type":"xml"}""", "type: \"xml\" is not a valid choice.")]
    [InlineData("response_format", """{"type":"json_schema"}""", "json_schema.schema: This field is required.")]
    [InlineData("seed", "\"x\"", "A valid integer is required.")]
    [InlineData("service_tier", "\"flex\"", "\"flex\" is not a valid choice.")]
    [InlineData("stop", "7", "Expected a list of items but got type \"int\".")]
    [InlineData("stop", "[7]", "Not a valid string.")]
    [InlineData("stream", "7", "Must be a valid boolean.")]
    [InlineData("stream_options", "true", "Expected a dictionary of items but got type \"bool\".")]
    [InlineData("temperature", "2.01", "Ensure this value is less than or equal to 2.")]
    [InlineData("temperature", "-0.01", "Ensure this value is greater than or equal to 0.")]
    [InlineData("temperature", "[]", "A valid number is required.")]
    [InlineData("top_p", "1.01", "Ensure this value is less than or equal to 1.")]
    [InlineData("tools", "{}", "Expected a list of items but got type \"dict\".")]
    [InlineData("tools", "[1]", "tools[0]: Expected a dictionary of items but got type \"int\".")]
    [InlineData("tools", """[{"type":"function","function":{}}]""", "tools[0].name: This field is required.")]
    [InlineData("tools", """[{"type":"web_search"}]""", "tools[0].type: \"web_search\" is not a valid choice.")]
    [InlineData("tools", """[{"function":{"name":"f","parameters":[]}}]""", "tools[0].parameters: Expected a dictionary of items but got type \"list\".")]
    [InlineData("tool_choice", "\"\"", "This field may not be blank.")]
    [InlineData("tool_choice", "{}", "\"{}\" is not a valid choice.")]
    [InlineData("parallel_tool_calls", "{}", "Must be a valid boolean.")]
    [InlineData("user", "\"\"", "This field may not be blank.")]
    [InlineData("function_call", "7", "\"7\" is not a valid choice.")]
    [InlineData("functions", "\"f\"", "Expected a list of items but got type \"str\".")]
    [InlineData("thinking", "true", "Expected a dictionary of items but got type \"bool\".")]
    [InlineData("thinking", "{}", "type: This field is required.")]
    [InlineData("thinking", """{"type":"adaptive"}""", "type: \"adaptive\" is not a valid choice.")]
    [InlineData("thinking", """{"type":"enabled"}""", "budget_tokens: This field is required.")]
    [InlineData("thinking", """{"type":"enabled","budget_tokens":1023}""", "budget_tokens: Ensure this value is greater than or equal to 1024.")]
    [InlineData("thinking", """{"type":"enabled","budget_tokens":"x"}""", "budget_tokens: A valid integer is required.")]
    [InlineData("web_search_options", "[]", "Expected a dictionary of items but got type \"list\".")]
    [InlineData("filter_documents", "7", "Expected a dictionary of items but got type \"int\".")]
    [InlineData("min_score", "\"high\"", "A valid number is required.")]
    [InlineData("k", "0", "Ensure this value is greater than or equal to 1.")]
    [InlineData("k", "\"\"", "A valid integer is required.")]
    [InlineData("max_tokens", "0", "Ensure this value is greater than or equal to 1.")]
    [InlineData("max_tokens", "16386", "Ensure this value is less than or equal to 16385.")]
    [InlineData("conversation_id", "\"x\"", "Must be a valid UUID.")]
    [InlineData("conversation_id", "7", "Must be a valid UUID.")]
    public void Field_Wrong_IsToldInTheFrameworksWords(string name, string value, string message)
    {
        var fault = ErrorOf($$"""{"{{name}}":{{value}}}""").Fields.ShouldHaveSingleItem();

        fault.ShouldBe(new FieldFault(name, message));
    }

    [Theory]
    [InlineData("n", "\" 2 \"")]
    [InlineData("n", "2.0")]
    [InlineData("n", "\"2.00\"")]
    [InlineData("temperature", "\"0.5\"")]
    [InlineData("logprobs", "\"True\"")]
    [InlineData("logprobs", "1")]
    [InlineData("stop", "\"END\"")]
    [InlineData("seed", "-9223372036854775808")]
    [InlineData("temperature", "null")]
    [InlineData("conversation_id", "null")]
    [InlineData("tools", "[]")]
    [InlineData("thinking", """{"type":"disabled"}""")]
    public void Field_InAnotherForm_IsTaken(string name, string value) => Read($$"""{"{{name}}":{{value}}}""");

    [Fact]
    public void Fields_WrongTogether_AreAllTold()
    {
        var error = GenerateReader.Read("""{"temperature":9,"k":0,"k2":1}"""u8).Error!;

        error.Kind.ShouldBe(ErrorKind.InvalidRequest);
        error.Fields!.Select(fault => fault.Name).ShouldBe(["messages", "model", "temperature", "k"], ignoreOrder: true);
    }

    [Fact]
    public void Metadata_OverTheBounds_IsRefused()
    {
        var error = ErrorOf($$"""{"metadata":[{"key":"{{new string('k', 65)}}","value":"{{new string('v', 513)}}"}]}""");

        error.Fields!.Select(fault => fault.Message).ShouldBe(
        [
            "metadata[0].key: Ensure this field has no more than 64 characters.",
            "metadata[0].value: Ensure this field has no more than 512 characters.",
        ]);
        Read($$"""{"metadata":[{"key":"{{new string('k', 64)}}","value":"{{new string('v', 512)}}"}]}""").Request.Metadata!.Count.ShouldBe(1);
    }

    [Fact]
    public void Members_WithoutUse_AreNamed() =>
        Read("""{"fallback_model":"x","audio":{"language":"en-US"},"prediction":{"confidence_score":0.85}}""").Ignored.Names
            .ShouldBe(["fallback_model", "audio", "prediction"], ignoreOrder: true);

    [Theory]
    [InlineData("\"auto\"", ToolChoiceKind.Auto, null)]
    [InlineData("\"none\"", ToolChoiceKind.None, null)]
    [InlineData("\"required\"", ToolChoiceKind.Required, null)]
    [InlineData("\"get_weather\"", ToolChoiceKind.Named, "get_weather")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", ToolChoiceKind.Named, "f")]
    [InlineData("""{"type":"tool","name":"f"}""", ToolChoiceKind.Named, "f")]
    [InlineData("""{"type":"any"}""", ToolChoiceKind.Required, null)]
    public void ToolChoice_InEachForm_IsRead(string value, ToolChoiceKind kind, string? name) =>
        Read($$"""{"tool_choice":{{value}}}""").Request.ToolChoice.ShouldBe(new ToolChoice(kind, name));

    [Fact]
    public void Functions_OfBefore_AreToolsAnsweredAsFunctions()
    {
        var body = Read("""{"functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"}}""");

        body.UsesFunctions.ShouldBeTrue();
        body.Request.Tools.ShouldHaveSingleItem().Name.ShouldBe("f");
        body.Request.ToolChoice.ShouldBe(new ToolChoice(ToolChoiceKind.Named, "f"));
    }

    [Theory]
    [InlineData("""{"type":"text"}""", ResponseFormatKind.Text, null)]
    [InlineData("""{"type":"json_object","schema":{"type":"object"}}""", ResponseFormatKind.JsonSchema, null)]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"},"strict":true}}""", ResponseFormatKind.JsonSchema, "a")]
    public void ResponseFormat_InEachForm_IsRead(string value, ResponseFormatKind kind, string? name)
    {
        var format = Read($$"""{"response_format":{{value}}}""").Request.ResponseFormat!;

        (format.Kind, format.Name).ShouldBe((kind, name));
        (format.Schema is not null).ShouldBe(kind == ResponseFormatKind.JsonSchema);
    }

    [Theory]
    [InlineData("gpt-4o", "gpt-4o")]
    [InlineData("google/gemini-2.0-flash", "google/gemini-2.0-flash")]
    [InlineData("together_ai/meta-llama/Llama-3", "together/meta-llama/Llama-3")]
    [InlineData("Perplexityai/sonar", "perplexity/sonar")]
    [InlineData("fireworks_ai/x", "fireworks/x")]
    [InlineData("microsoft/gpt-4.1", "azure/gpt-4.1")]
    [InlineData("amazon/nova", "amazon/nova")]
    public void Model_ByEdenAIsName_IsRoutedByDragomans(string asked, string routed) =>
        Read($$"""{"model":"{{asked}}"}""").Request.Model.ShouldBe(routed);

    private static GenerateBody Read(string members)
    {
        var (body, error) = GenerateReader.Read(WithTheRequired(members));
        body.ShouldNotBeNull(string.Join("; ", error?.Fields?.Select(fault => $"{fault.Name}: {fault.Message}") ?? [error?.Message ?? ""]));
        return body;
    }

    private static GatewayError ErrorOf(string members) => GenerateReader.Read(WithTheRequired(members)).Error.ShouldNotBeNull();

    private static byte[] WithTheRequired(string members)
    {
        var body = JsonNode.Parse(members)!.AsObject();
        if (!body.ContainsKey("model"))
        {
            body["model"] = "gpt-4o";
        }

        if (!body.ContainsKey("messages"))
        {
            body["messages"] = JsonNode.Parse(Hello);
        }

        return Encoding.UTF8.GetBytes(body.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }
}
