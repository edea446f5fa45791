using System.Globalization;
using System.Text.Json;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Django REST framework's words for what is wrong with a field. Inferred: the documentation shows the shape of such an error and no text, and Eden AI's
/// server is written with that framework.
/// </summary>
internal static class FieldText
{
    /// <summary>Most characters of a value that an error says back.</summary>
    private const int LongestEcho = 100;

    public const string Required = "This field is required.";
    public const string Null = "This field may not be null.";
    public const string Blank = "This field may not be blank.";
    public const string NotText = "Not a valid string.";
    public const string NullCharacter = "Null characters are not allowed.";
    public const string NotInteger = "A valid integer is required.";
    public const string NotNumber = "A valid number is required.";
    public const string NotBoolean = "Must be a valid boolean.";
    public const string NotGuid = "Must be a valid UUID.";
    public const string NotUrl = "Enter a valid URL.";
    public const string NotJson = "Value must be valid JSON.";
    public const string EmptyList = "This list may not be empty.";
    public const string NoFile = "No file was submitted.";
    public const string NotFile = "The submitted data was not a file. Check the encoding type on the form.";
    public const string EmptyFile = "The submitted file is empty.";

    public static string TooLong(int most) => Text($"Ensure this field has no more than {most} characters.");

    public static string TooMany(int most) => Text($"Ensure this field has no more than {most} elements.");

    public static string TooSmall(double least) => Text($"Ensure this value is greater than or equal to {least}.");

    public static string TooGreat(double most) => Text($"Ensure this value is less than or equal to {most}.");

    public static string NotAChoice(string value) => $"\"{Excerpt.Of(value, LongestEcho)}\" is not a valid choice.";

    public static string NotAList(JsonElement value) => $"Expected a list of items but got type \"{TypeOf(value)}\".";

    public static string NotADictionary(JsonElement value) => $"Expected a dictionary of items but got type \"{TypeOf(value)}\".";

    public static string WrongExtension(string extension, IEnumerable<string> allowed) =>
        $"File extension “{Excerpt.Of(extension, LongestEcho)}” is not allowed. Allowed extensions are: {string.Join(", ", allowed)}.";

    /// <summary>
    /// What is wrong with one element of a list. The framework has a dictionary by index here; the documented shape of an error has a list of texts, which is
    /// kept.
    /// </summary>
    /// <param name="index">Counted from 0.</param>
    public static string Item(int index, string text) => Text($"Item {index}: {text}");

    /// <summary>Python's names.</summary>
    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "dict",
        JsonValueKind.Array => "list",
        JsonValueKind.String => "str",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "int" : "float",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "NoneType",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
