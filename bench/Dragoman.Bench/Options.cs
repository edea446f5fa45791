namespace Dragoman.Bench;

/// <summary><c>--name value</c> pairs.</summary>
internal sealed class Options(string[] arguments)
{
    public string this[string name] => Find(name) ?? throw new ArgumentException($"--{name} is missing.");

    public int Number(string name, int standard) =>
        Find(name) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : standard;

    private string? Find(string name) => Array.IndexOf(arguments, "--" + name) is var i and >= 0 && i + 1 < arguments.Length ? arguments[i + 1] : null;
}
