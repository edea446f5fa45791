using System.Diagnostics.CodeAnalysis;

namespace Dragoman.Routing;

/// <summary><c>provider/model</c>; the model may hold slashes of its own.</summary>
public readonly record struct ModelReference(string Provider, string Model)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out ModelReference reference)
    {
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash <= 0 || slash == text!.Length - 1)
        {
            reference = default;
            return false;
        }

        reference = new ModelReference(text[..slash].ToLowerInvariant(), text[(slash + 1)..]);
        return true;
    }

    public override string ToString() => $"{Provider}/{Model}";
}
