using System.Globalization;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Reads what a model may call: <c>tools</c> and <c>tool_choice</c>, or <c>functions</c> and <c>function_call</c> of before. A choice is a word
/// (<c>auto</c>, <c>none</c>, <c>required</c>), a function's name, or OpenAI's object. Pure.
/// </summary>
internal static class ToolReader
{
    /// <summary>Absent where none are given.</summary>
    public static IReadOnlyList<ToolDefinition>? ReadTools(BodyFields fields) => Read(fields, "tools", static tool => tool.Member("function") ?? tool);

    /// <summary>Absent where none are given.</summary>
    public static IReadOnlyList<ToolDefinition>? ReadFunctions(BodyFields fields) => Read(fields, "functions", static function => function);

    /// <param name="field"><c>tool_choice</c> or <c>function_call</c>.</param>
    public static ToolChoice? ReadChoice(BodyFields fields, string field)
    {
        if (fields.Get(field) is not { } choice)
        {
            return null;
        }

        switch (choice.ValueKind)
        {
            case JsonValueKind.String when choice.GetString()!.Trim() is { Length: > 0 } word:
                return OfWord(word) ?? new ToolChoice(ToolChoiceKind.Named, word);
            case JsonValueKind.String:
                fields.Fault(field, FieldWords.Blank);
                return null;
            case JsonValueKind.Object when (choice.Member("function") ?? choice).TextMember("name") is { Length: > 0 } name:
                return new ToolChoice(ToolChoiceKind.Named, name);
            case JsonValueKind.Object when choice.TextMember("type") is { } type && OfWord(type) is { } kind:
                return kind;
            default:
                fields.Fault(field, FieldWords.NotAChoice(choice));
                return null;
        }
    }

    private static ToolChoice? OfWord(string word) => word switch
    {
        "auto" => new ToolChoice(ToolChoiceKind.Auto),
        "none" => new ToolChoice(ToolChoiceKind.None),
        "required" or "any" => new ToolChoice(ToolChoiceKind.Required),
        _ => null,
    };

    private static List<ToolDefinition>? Read(BodyFields fields, string field, Func<JsonElement, JsonElement> functionOf)
    {
        if (fields.List(field) is not { } list || list.GetArrayLength() == 0)
        {
            return null;
        }

        var tools = new List<ToolDefinition>(list.GetArrayLength());
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                Fault(path, FieldWords.NotADictionary(item));
            }
            else if (item.TextMember("type") is { } type and not "function")
            {
                Fault(path + ".type", FieldWords.NotAChoice(type));
            }
            else if (functionOf(item) is var function && function.TextMember("name") is not { Length: > 0 })
            {
                Fault(path + ".name", FieldWords.Required);
            }
            else if (function.Member("parameters") is { ValueKind: not JsonValueKind.Object } wrong)
            {
                Fault(path + ".parameters", FieldWords.NotADictionary(wrong));
            }
            else
            {
                tools.Add(new ToolDefinition(
                    function.TextMember("name")!, function.TextMember("description"), function.Member("parameters"), function.FlagMember("strict")));
            }
        }

        return tools;

        void Fault(string path, string message) => fields.Fault(field, FieldWords.At(path, message));
    }
}
