using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Dialects.AgentAI;

/// <summary>
/// Reads the body of <c>POST /v1/action/invoke_llm</c>: <c>{"instructions": string, "llm_engine": string = "gpt4o"}</c>
/// (agent.ai OpenAPI 1.0.1 and 1.1.0). Pure: bytes in, a request or the reason for refusal out. Other members are accepted and have no effect, as at
/// the hosted server (<c>max_tokens</c>, <c>output_variable_name</c>).
/// </summary>
internal static class InvokeLlmReader
{
    /// <summary>No model is named at such length; a longer text is a mistake that would come back in every error and log line.</summary>
    public const int MaxEngineLength = 256;

    public static ChatRead Read(ReadOnlySpan<byte> body)
    {
        var members = default(Members);
        return JsonObject.Read(body, "instructions and llm_engine", ref members, out var ignored) is { } malformed
            ? malformed
            : Check(members.Instructions, members.Engine) with { Ignored = ignored };
    }

    private static ChatRead Check(JsonInput instructions, JsonInput engine)
    {
        // Blank counts as missing: there is nothing to answer, and some providers refuse a blank message in words that help nobody here.
        // The wording is documented for another action's input ("Input text_to_speech is not provided.") and inferred for this one.
        if (instructions.IsAbsent || (instructions.Text is { } text && string.IsNullOrWhiteSpace(text)))
        {
            return Invalid("instructions", "Input instructions is not provided.");
        }

        if (instructions.Text is null)
        {
            return Invalid("instructions", $"Input instructions must be a string, not {instructions.Description}.");
        }

        // "Required" in the specification and given a default there too; the default wins, also over null and an empty string.
        if (!engine.IsAbsent && engine.Text is null)
        {
            return Invalid("llm_engine", $"Input llm_engine must be a string, not {engine.Description}.");
        }

        var model = string.IsNullOrWhiteSpace(engine.Text) ? AgentAIEngines.Default : engine.Text;
        if (model.Length > MaxEngineLength)
        {
            return Invalid("llm_engine", $"Input llm_engine must be at most {MaxEngineLength} characters long.");
        }

        return new ChatRequest { Model = model, Messages = [ChatMessage.OfText(ChatRole.User, instructions.Text)] };
    }

    private static GatewayError Invalid(string parameter, string message) => new(ErrorKind.InvalidRequest, message) { Parameter = parameter };

    private struct Members : IJsonMembers
    {
        public JsonInput Instructions;
        public JsonInput Engine;

        public bool TryTake(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("instructions"u8))
            {
                Instructions = JsonInput.Take(ref reader);
            }
            else if (reader.ValueTextEquals("llm_engine"u8))
            {
                Engine = JsonInput.Take(ref reader);
            }
            else
            {
                return false;
            }

            return true;
        }
    }
}
