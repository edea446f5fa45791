using System.Globalization;
using System.Text.Json;

namespace Dragoman.Dialects.EdenAI;

/// <summary>Django REST framework's words for what is wrong with a field (its serializer fields' <c>default_error_messages</c>).</summary>
internal static class FieldWords
{
    public const string Required = "This field is required.";
    public const string Null = "This field may not be null.";
    public const string Blank = "This field may not be blank.";
    public const string EmptyList = "This list may not be empty.";
    public const string NotText = "Not a valid string.";
    public const string NotInteger = "A valid integer is required.";
    public const string NotNumber = "A valid number is required.";
    public const string NotBoolean = "Must be a valid boolean.";
    public const string NotUuid = "Must be a valid UUID.";
    public const string NotUrl = "Enter a valid URL.";
    public const string NotBase64 = "Not valid base64.";
    public const string NotASlug = "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.";
    public const string NotJson = "Value must be valid JSON.";
    public const string NullCharacter = "Null characters are not allowed.";
    public const string NoFile = "No file was submitted.";
    public const string NotAFile = "The submitted data was not a file. Check the encoding type on the form.";
    public const string EmptyFile = "The submitted file is empty.";

    public static string TooLong(int longest) =>
        string.Create(CultureInfo.InvariantCulture, $"Ensure this field has no more than {longest} characters.");

    public static string TooMany(int most) =>
        string.Create(CultureInfo.InvariantCulture, $"Ensure this field has no more than {most} elements.");

    public static string WrongExtension(string extension, IEnumerable<string> allowed) =>
        $"File extension “{Excerpt.Of(extension, 100)}” is not allowed. Allowed extensions are: {string.Join(", ", allowed)}.";

    public static string TooLow(double lowest) =>
        string.Create(CultureInfo.InvariantCulture, $"Ensure this value is greater than or equal to {lowest}.");

    public static string TooHigh(double highest) =>
        string.Create(CultureInfo.InvariantCulture, $"Ensure this value is less than or equal to {highest}.");

    public static string NotAChoice(JsonElement value) => NotAChoice(value.ToString());

    public static string NotAChoice(string value) => $"\"{Excerpt.Of(value, 100)}\" is not a valid choice.";

    public static string NotAList(JsonElement value) => $"Expected a list of items but got type \"{TypeOf(value)}\".";

    public static string NotADictionary(JsonElement value) => $"Expected a dictionary of items but got type \"{TypeOf(value)}\".";

    /// <summary>What is wrong deep within a field. The framework has nested dictionaries here; the documented shape of an error has a list of texts, which is kept.</summary>
    /// <param name="path"><c>messages[2].role</c>.</param>
    public static string At(string path, string message) => $"{path}: {message}";

    /// <summary>What Python calls it.</summary>
    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "dict",
        JsonValueKind.Array => "list",
        JsonValueKind.String => "str",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny(".eE") ? "float" : "int",
        _ => "NoneType",
    };
}
