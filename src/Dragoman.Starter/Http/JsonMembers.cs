using System.Text.Json;

namespace Dragoman.Starter.Http;

/// <summary>A mistake in a request; carries the answer to it.</summary>
internal sealed class RequestException(ApiError error) : Exception(error.Message)
{
    public ApiError Error => error;

    public static RequestException Invalid(string? param, string message) => new(ApiError.Invalid(param, message));
}

/// <summary>Typed reading of JSON values; each mistake names the parameter.</summary>
internal static class JsonMembers
{
    public static double Number(JsonElement value, string param, double min, double max)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number))
        {
            throw WrongType(value, param, "a number");
        }

        return number >= min && number <= max ? number : throw RequestException.Invalid(param, $"'{param}' must be from {min} to {max}.");
    }

    public static int Integer(JsonElement value, string param, int min, int max = int.MaxValue)
    {
        long number = Long(value, param);
        return number >= min && number <= max
            ? (int)number
            : throw RequestException.Invalid(param, max == int.MaxValue ? $"'{param}' must be at least {min}." : $"'{param}' must be from {min} to {max}.");
    }

    public static long Long(JsonElement value, string param) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : throw WrongType(value, param, "an integer");

    public static bool Boolean(JsonElement value, string param) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw WrongType(value, param, "a boolean"),
    };

    public static string Text(JsonElement value, string param)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw WrongType(value, param, "a string");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // JSON can escape half a surrogate pair, which is no text.
            throw RequestException.Invalid(param, $"'{param}' holds an escape that is no Unicode character.");
        }
    }

    public static RequestException WrongType(JsonElement value, string param, string expected) =>
        RequestException.Invalid(param, $"Invalid type for '{param}': expected {expected}, but got {Describe(value)}.");

    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "an integer" : "a decimal number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
