using System.Globalization;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Dialects.Gainly;

/// <summary>
/// Reads the body of <c>POST /v20241104/invoke-llm</c>: <c>{"instruction": string 1–2000, "input": string 1–10000, "max_output_tokens": integer
/// 128–4096 = 512, "temperature": float 0–1 = 0.5}</c> (Gainly's documentation, Invoke LLM). Pure: bytes in, a request or the reason for refusal out.
/// Lengths are in characters as a person counts them, which is to say in Unicode code points. Null is the same as not given. Other members are
/// accepted and have no effect; what the hosted server does with them is not known.
/// </summary>
internal static class InvokeLlmReader
{
    public const int LongestInstruction = 2000;
    public const int LongestInput = 10_000;
    public const int FewestOutputTokens = 128;
    public const int MostOutputTokens = 4096;
    public const int DefaultOutputTokens = 512;
    public const double HighestTemperature = 1;
    public const double DefaultTemperature = 0.5;

    public static ChatRead Read(ReadOnlySpan<byte> body)
    {
        var members = default(Members);
        return JsonObject.Read(body, "an instruction and, where there is one, an input", ref members, out var ignored) is { } malformed
            ? malformed
            : Check(members) with { Ignored = ignored };
    }

    private static ChatRead Check(in Members members)
    {
        if (members.Instruction.IsAbsent)
        {
            return Invalid("instruction", "instruction is required.");
        }

        var fault = FaultOfText("instruction", members.Instruction, LongestInstruction)
            ?? FaultOfText("input", members.Input, LongestInput)
            ?? FaultOfOutputTokens(members.MaxOutputTokens)
            ?? FaultOfTemperature(members.Temperature);
        if (fault is not null)
        {
            return fault;
        }

        // Without an input the instruction is all that there is to answer, and most models want a message of the user's.
        var instruction = members.Instruction.Text!;
        return new ChatRequest
        {
            Model = GainlyDialect.Model,
            Messages = members.Input.Text is { } input
                ? [ChatMessage.OfText(ChatRole.System, instruction), ChatMessage.OfText(ChatRole.User, input)]
                : [ChatMessage.OfText(ChatRole.User, instruction)],
            MaxOutputTokens = members.MaxOutputTokens.IsAbsent ? DefaultOutputTokens : (int)members.MaxOutputTokens.Number,
            Temperature = members.Temperature.IsAbsent ? DefaultTemperature : members.Temperature.Number + 0.0, // The sum makes 0 of -0.
        };
    }

    private static GatewayError? FaultOfText(string name, in JsonInput text, int longest)
    {
        if (text.IsAbsent)
        {
            return null;
        }

        if (text.Text is null)
        {
            return Invalid(name, $"{name} must be a string, not {text.Description}.");
        }

        return CodePointsOf(text.Text) is var length && length >= 1 && length <= longest
            ? null
            : Invalid(name, $"{name} must be 1 to {longest} characters (Unicode code points) long, not {length}.");
    }

    /// <summary>A number without a fraction is an integer however it is written (JSON Schema): 512, 512.0, 5.12e2.</summary>
    private static GatewayError? FaultOfOutputTokens(in JsonInput number) =>
        number.IsAbsent || (number.Number is >= FewestOutputTokens and <= MostOutputTokens && double.IsInteger(number.Number))
            ? null
            : Invalid("max_output_tokens", $"max_output_tokens must be an integer from {FewestOutputTokens} to {MostOutputTokens}, not {Describe(number)}.");

    private static GatewayError? FaultOfTemperature(in JsonInput number) =>
        number.IsAbsent || number.Number is >= 0 and <= HighestTemperature
            ? null
            : Invalid("temperature", $"temperature must be a number from 0 to {HighestTemperature}, not {Describe(number)}.");

    private static string Describe(in JsonInput number) =>
        number.Kind == JsonTokenType.Number ? number.Number.ToString(CultureInfo.InvariantCulture) : number.Description;

    /// <summary>The text is well formed, so that each code point is one unit or a pair whose second half is counted here as none.</summary>
    private static int CodePointsOf(string text)
    {
        var count = text.Length;
        foreach (var unit in text)
        {
            count -= char.IsLowSurrogate(unit) ? 1 : 0;
        }

        return count;
    }

    private static GatewayError Invalid(string parameter, string message) => new(ErrorKind.InvalidRequest, message) { Parameter = parameter };

    private struct Members : IJsonMembers
    {
        public JsonInput Instruction;
        public JsonInput Input;
        public JsonInput MaxOutputTokens;
        public JsonInput Temperature;

        public bool TryTake(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("instruction"u8))
            {
                Instruction = JsonInput.Take(ref reader);
            }
            else if (reader.ValueTextEquals("input"u8))
            {
                Input = JsonInput.Take(ref reader);
            }
            else if (reader.ValueTextEquals("max_output_tokens"u8))
            {
                MaxOutputTokens = JsonInput.Take(ref reader);
            }
            else if (reader.ValueTextEquals("temperature"u8))
            {
                Temperature = JsonInput.Take(ref reader);
            }
            else
            {
                return false;
            }

            return true;
        }
    }
}
