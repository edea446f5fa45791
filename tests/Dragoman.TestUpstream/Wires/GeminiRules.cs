using System.Text;
using System.Text.Json;

namespace Dragoman.Testing.Wires;

/// <summary>
/// What the Gemini API refuses: it reads JSON into protobuf messages, so a name that a message does not have is refused wherever it stands,
/// each one listed, with its place in the proto's own spelling. Names are taken in camelCase and in snake_case.
/// https://ai.google.dev/api/generate-content, https://ai.google.dev/api/caching#Schema
/// </summary>
internal static class GeminiRules
{
    /// <summary>A message: its fields, and which of them are messages again. A star marks a map's values; null a value of any shape.</summary>
    static readonly Dictionary<string, Dictionary<string, string?>> s_messages = new(StringComparer.Ordinal)
    {
        ["request"] = Fields(
            "model cachedContent store serviceTier", ("contents", "content"), ("systemInstruction", "content"), ("tools", "tool"),
            ("toolConfig", "toolConfig"), ("safetySettings", "safety"), ("generationConfig", "config"), ("labels", null)),
        ["batch"] = Fields("", ("requests", "embed")),
        ["embed"] = Fields("model taskType title outputDimensionality", ("content", "content")),
        ["content"] = Fields("role", ("parts", "part")),
        ["part"] = Fields(
            "text thought thoughtSignature partMetadata mediaResolution", ("inlineData", "blob"), ("fileData", "file"), ("functionCall", "call"),
            ("functionResponse", "result"), ("executableCode", null), ("codeExecutionResult", null), ("videoMetadata", null), ("mediaResolution", null)),
        ["blob"] = Fields("mimeType data displayName"),
        ["file"] = Fields("mimeType fileUri displayName"),
        ["call"] = Fields("id name", ("args", null)),
        ["result"] = Fields("id name willContinue scheduling parts", ("response", null)),
        ["tool"] = Fields(
            "", ("functionDeclarations", "function"), ("googleSearch", null), ("googleSearchRetrieval", null), ("codeExecution", null),
            ("urlContext", null), ("computerUse", null), ("fileSearch", null), ("googleMaps", null), ("mcpServers", null)),
        ["function"] = Fields(
            "name description behavior", ("parameters", "schema"), ("response", "schema"), ("parametersJsonSchema", null), ("responseJsonSchema", null)),
        ["toolConfig"] = Fields("includeServerSideToolInvocations", ("functionCallingConfig", "calling"), ("retrievalConfig", null)),
        ["calling"] = Fields("mode allowedFunctionNames"),
        ["safety"] = Fields("category threshold method"),
        ["config"] = Fields(
            "candidateCount stopSequences maxOutputTokens temperature topP topK seed presencePenalty frequencyPenalty responseMimeType responseLogprobs "
            + "logprobs responseModalities enableEnhancedCivicAnswers mediaResolution audioTimestamp",
            ("responseSchema", "schema"), ("responseJsonSchema", null), ("_responseJsonSchema", null), ("thinkingConfig", "thinking"),
            ("speechConfig", null), ("imageConfig", null), ("routingConfig", null)),
        ["thinking"] = Fields("includeThoughts thinkingBudget thinkingLevel"),
        ["schema"] = Fields(
            "type format title description nullable enum maxItems minItems required minProperties maxProperties minLength maxLength pattern "
            + "propertyOrdering minimum maximum",
            ("properties", "*schema"), ("items", "schema"), ("anyOf", "schema"), ("example", null), ("default", null)),
    };

    static readonly string[] s_tasks =
    [
        "TASK_TYPE_UNSPECIFIED", "RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", "SEMANTIC_SIMILARITY", "CLASSIFICATION", "CLUSTERING", "QUESTION_ANSWERING",
        "FACT_VERIFICATION", "CODE_RETRIEVAL_QUERY",
    ];

    public static UpstreamError Invalid(string message) => new() { Kind = ErrorKind.InvalidRequest, Message = message };

    public static UpstreamError? Check(JsonElement body, Findings findings)
    {
        if (Unknown(body, "request", findings) is { } unknown)
        {
            return unknown;
        }

        if (body.Get("contents") is not { ValueKind: JsonValueKind.Array } contents || contents.GetArrayLength() == 0)
        {
            findings.Note("contents", "missing");
            return Invalid("* GenerateContentRequest.contents: contents is not specified\n");
        }

        var index = 0;
        foreach (var content in contents.EnumerateArray())
        {
            if (content.Get("role").Text() is { } role and not ("user" or "model" or "function"))
            {
                findings.Note($"contents[{index}].role", "invalid role");
                return Invalid("Please use a valid role: user, model.");
            }

            if (!content.Get("parts").Items().Any())
            {
                findings.Note($"contents[{index}].parts", "missing");
                return Invalid($"* GenerateContentRequest.contents[{index}].parts: contents.parts must not be empty.\n");
            }

            var at = content.Get("parts").Items().ToList().FindIndex(p => !p.EnumerateObject().Any());
            if (at >= 0)
            {
                findings.Note($"contents[{index}].parts[{at}]", "empty");
                return Invalid(
                    $"* GenerateContentRequest.contents[{index}].parts[{at}].data: required oneof field 'data' must have one initialized field\n");
            }

            index++;
        }

        return null;
    }

    /// <summary>batchEmbedContents, https://ai.google.dev/api/embeddings</summary>
    /// <param name="model">The path's.</param>
    public static UpstreamError? CheckBatch(JsonElement body, string model, Findings findings)
    {
        if (Unknown(body, "batch", findings) is { } unknown)
        {
            return unknown;
        }

        var requests = body.Get("requests").Items().ToList();
        if (requests.Count is 0 or > 100)
        {
            findings.Note("requests", "count");
            return Invalid(requests.Count == 0
                ? "* BatchEmbedContentsRequest.requests: requests is not specified\n"
                : "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch\n");
        }

        for (var i = 0; i < requests.Count; i++)
        {
            if (requests[i].Get("model").Text() != $"models/{model}")
            {
                findings.Note($"requests[{i}].model", "not the path's");
                return Invalid($"* BatchEmbedContentsRequest.requests[{i}].model: unexpected model name format or a model other than the batch's\n");
            }

            if (JsonReading.ContentText(requests[i].Get("content").Get("parts")).Length == 0)
            {
                findings.Note($"requests[{i}].content", "empty");
                return Invalid($"* BatchEmbedContentsRequest.requests[{i}].content: contents is not specified\n");
            }

            if (requests[i].Get("taskType") is { } task && !s_tasks.Contains(task.ToString()))
            {
                findings.Note($"requests[{i}].taskType", "invalid");
                return Invalid($"Invalid value at 'requests[{i}].task_type' (type.googleapis.com/google.ai.generativelanguage.v1beta.TaskType), \"{task}\"");
            }
        }

        return null;
    }

    static UpstreamError? Unknown(JsonElement body, string type, Findings findings)
    {
        findings.Nulls(body);
        List<(string? Field, string Description)> unknown = [];
        Walk(body, type, "", unknown, findings);
        return unknown.Count == 0 ? null : new()
        {
            Kind = ErrorKind.InvalidRequest,
            Message = string.Join('\n', unknown.Select(u => u.Description)),
            FieldViolations = unknown,
        };
    }

    static void Walk(JsonElement element, string type, string where, List<(string? Field, string Description)> unknown, Findings findings)
    {
        var index = 0;
        foreach (var item in ((JsonElement?)element).Items())
        {
            Walk(item, type, $"{where}[{index++}]", unknown, findings);
        }

        foreach (var member in ((JsonElement?)element).Members())
        {
            if (!s_messages[type].TryGetValue(member.Name, out var inner))
            {
                findings.Note(where.Length == 0 ? member.Name : $"{where}.{member.Name}", "unknown member");
                var place = where.Length == 0 ? "" : $" at '{where}'";
                unknown.Add((where.Length == 0 ? null : where, $"Invalid JSON payload received. Unknown name \"{member.Name}\"{place}: Cannot find field."));
                continue;
            }

            var path = where.Length == 0 ? Snake(member.Name) : $"{where}.{Snake(member.Name)}";
            if (inner is null)
            {
                continue;
            }

            if (!inner.StartsWith('*'))
            {
                Walk(member.Value, inner, path, unknown, findings);
                continue;
            }

            var entry = 0;
            foreach (var value in ((JsonElement?)member.Value).Members())
            {
                Walk(value.Value, inner[1..], $"{path}[{entry++}].value", unknown, findings);
            }
        }
    }

    static Dictionary<string, string?> Fields(string plain, params (string Name, string? Type)[] typed)
    {
        Dictionary<string, string?> fields = new(StringComparer.Ordinal);
        foreach (var (name, type) in plain.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => (n, (string?)null)).Concat(typed))
        {
            fields[name] = type;
            fields[Snake(name)] = type;
        }

        return fields;
    }

    static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c))
            {
                snake.Append('_').Append(char.ToLowerInvariant(c));
            }
            else
            {
                snake.Append(c);
            }
        }

        return snake.ToString();
    }
}
