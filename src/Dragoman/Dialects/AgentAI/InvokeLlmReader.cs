using System.Text.Json;
using System.Text.Unicode;
using Dragoman.Model;

namespace Dragoman.Dialects.AgentAI;

/// <summary>
/// Reads the body of <c>POST /v1/action/invoke_llm</c>: <c>{"instructions": string, "llm_engine": string = "gpt4o"}</c>
/// (agent.ai OpenAPI 1.0.1 and 1.1.0). Pure: bytes in, a request or the reason for refusal out.
/// </summary>
internal static class InvokeLlmReader
{
    public const int MaxDepth = 64;

    /// <summary>No model is named at such length; a longer text is a mistake that would come back in every error and log line.</summary>
    public const int MaxEngineLength = 256;

    private const int MaxIgnored = 16;
    private const int MaxIgnoredLength = 64;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    public static InvokeLlmRead Read(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        if (body.Trim(" \t\r\n"u8).IsEmpty)
        {
            return Malformed("The request body is empty; it must be a JSON object with instructions and llm_engine.");
        }

        // Utf8JsonReader looks at the bytes of a string only when the string is taken out; a member that is skipped would go unseen.
        if (!Utf8.IsValid(body))
        {
            return Malformed("The request body is not valid UTF-8.");
        }

        var reader = new Utf8JsonReader(body, Options);
        try
        {
            return Read(ref reader);
        }
        catch (JsonException exception)
        {
            return Malformed(
                $"The request body is not valid JSON, or nests deeper than {MaxDepth} levels " +
                $"(line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).");
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for an escaped surrogate without its other half.
            return Malformed("The request body has a \\u escape that is half of a surrogate pair.");
        }
    }

    private static InvokeLlmRead Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var found = Describe(reader.TokenType);
            while (reader.Read())
            {
                // To the end, so that what is not JSON at all is told as such.
            }

            return Malformed($"The request body must be a JSON object, not {found}.");
        }

        Input instructions = default;
        Input engine = default;
        List<string>? ignored = null;
        var unnamed = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            // Of a member that comes twice the last one counts, as in the JSON readers of most servers.
            if (reader.ValueTextEquals("instructions"u8))
            {
                instructions = Input.Take(ref reader);
            }
            else if (reader.ValueTextEquals("llm_engine"u8))
            {
                engine = Input.Take(ref reader);
            }
            else
            {
                Ignore(ref reader, ref ignored, ref unnamed);
            }
        }

        while (reader.Read())
        {
            // Nothing may follow the object; the reader throws if something does.
        }

        return Check(instructions, engine) with { Ignored = ignored ?? [], IgnoredUnnamed = unnamed };
    }

    private static InvokeLlmRead Check(Input instructions, Input engine)
    {
        // Blank counts as missing: there is nothing to answer, and some providers refuse a blank message in words that help nobody here.
        // The wording is documented for another action's input ("Input text_to_speech is not provided.") and inferred for this one.
        if (instructions.IsAbsent || (instructions.Text is { } text && string.IsNullOrWhiteSpace(text)))
        {
            return Invalid("instructions", "Input instructions is not provided.");
        }

        if (instructions.Text is null)
        {
            return Invalid("instructions", $"Input instructions must be a string, not {Describe(instructions.Kind)}.");
        }

        // "Required" in the specification and given a default there too; the default wins, also over null and an empty string.
        if (!engine.IsAbsent && engine.Text is null)
        {
            return Invalid("llm_engine", $"Input llm_engine must be a string, not {Describe(engine.Kind)}.");
        }

        var model = string.IsNullOrWhiteSpace(engine.Text) ? AgentAIEngines.Default : engine.Text;
        if (model.Length > MaxEngineLength)
        {
            return Invalid("llm_engine", $"Input llm_engine must be at most {MaxEngineLength} characters long.");
        }

        var request = new ChatRequest { Model = model, Messages = [ChatMessage.OfText(ChatRole.User, instructions.Text)] };
        return new InvokeLlmRead(request, null, []);
    }

    /// <summary>
    /// The hosted server takes members that it does not know (max_tokens, output_variable_name) and does nothing with them; so does this one,
    /// but their names are kept, to be told as dropped; those beyond the first few are only counted, each time that they come.
    /// </summary>
    private static void Ignore(ref Utf8JsonReader reader, ref List<string>? ignored, ref int unnamed)
    {
        var name = Excerpt.Of(reader.GetString()!, MaxIgnoredLength);
        ignored ??= [];
        if (!ignored.Contains(name))
        {
            if (ignored.Count < MaxIgnored)
            {
                ignored.Add(name);
            }
            else
            {
                unnamed++;
            }
        }

        reader.Read();
        reader.Skip();
    }

    private static string Describe(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "a string",
    };

    private static InvokeLlmRead Malformed(string message) => new(null, new GatewayError(ErrorKind.MalformedBody, message), []);

    private static InvokeLlmRead Invalid(string parameter, string message) =>
        new(null, new GatewayError(ErrorKind.InvalidRequest, message) { Parameter = parameter }, []);

    /// <summary>A member as it was found: its text if it was a string, else only what it was.</summary>
    private readonly record struct Input(JsonTokenType Kind, string? Text)
    {
        public bool IsAbsent => Kind is JsonTokenType.None or JsonTokenType.Null;

        public static Input Take(ref Utf8JsonReader reader)
        {
            reader.Read();
            var input = new Input(reader.TokenType, reader.TokenType == JsonTokenType.String ? reader.GetString() : null);
            reader.Skip();
            return input;
        }
    }
}

/// <param name="Request">What was asked; absent where the body was refused.</param>
/// <param name="Error">Why it was refused.</param>
/// <param name="Ignored">Names of the members that the action has no use for.</param>
internal readonly record struct InvokeLlmRead(ChatRequest? Request, GatewayError? Error, IReadOnlyList<string> Ignored)
{
    /// <summary>How many more there were, whose names were not kept.</summary>
    public int IgnoredUnnamed { get; init; }
}
