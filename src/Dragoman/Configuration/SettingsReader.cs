using System.Globalization;
using Dragoman.Model;
using Microsoft.Extensions.Configuration;

namespace Dragoman.Configuration;

/// <summary>Reads the values of one section; a value that cannot be is noted as a mistake and reads as absent.</summary>
internal sealed class SettingsReader(IConfigurationSection section, List<string> mistakes)
{
    public string? Text(string name) => section[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    public bool? Flag(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        mistakes.Add($"{section.Path}:{name}: '{text}' is neither true nor false.");
        return null;
    }

    public int? Number(string name, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        mistakes.Add($"{section.Path}:{name}: '{text}' is not a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>A limit of at least 1; the word <c>none</c> is <see cref="CallLimits.None"/>.</summary>
    public int? Limit(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return CallLimits.None;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1)
        {
            return number;
        }

        mistakes.Add($"{section.Path}:{name}: '{text}' is neither a whole number from 1 nor the word none.");
        return null;
    }

    /// <summary>One of <paramref name="choices"/>, spelt as there; where there are none, any text of up to 100 characters.</summary>
    public string? Choice(string name, IReadOnlyCollection<string> choices)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var choice = choices.Count == 0 && text.Length <= 100 ? text : choices.FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (choice is null)
        {
            mistakes.Add(choices.Count == 0
                ? $"{section.Path}:{name}: longer than 100 characters."
                : $"{section.Path}:{name}: '{text}' is none of {string.Join(", ", choices)}.");
        }

        return choice;
    }

    /// <summary>A length of time above zero, at most a day.</summary>
    public TimeSpan? Seconds(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86_400)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        mistakes.Add($"{section.Path}:{name}: '{text}' is not a number of seconds above 0 and at most 86400.");
        return null;
    }

    /// <summary>The address of a server, with <c>http</c> or <c>https</c> and nothing after its path.</summary>
    public Uri? Address(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            && address is { Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 })
        {
            return address;
        }

        // Not told as it is written: a password may stand in it.
        mistakes.Add($"{section.Path}:{name}: is not an address of the form https://host/path, without user, query and fragment.");
        return null;
    }

    /// <summary>Notes a value that stands where a section must; the value itself may be a secret and is not told.</summary>
    public void RefuseValue(IReadOnlyCollection<string> known)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            mistakes.Add($"{section.Path}: is a section, not a value. Settings: {string.Join(", ", known)}.");
        }
    }

    /// <summary>Notes every value of the section that is none of <paramref name="known"/>, so that a mistyped name is not silently without effect.</summary>
    public void RefuseOthers(IReadOnlyCollection<string> known)
    {
        foreach (var child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            mistakes.Add($"{child.Path}: there is no such setting. Settings: {string.Join(", ", known)}.");
        }
    }
}
