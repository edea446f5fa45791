using System.CommandLine;
using System.Globalization;
using Dragoman.Model;
using Dragoman.Server.Keys;

namespace Dragoman.Server.Commands;

/// <summary>The options that describe a key, for <c>keys create</c> and <c>keys update</c>; the latter takes words that clear, too.</summary>
internal sealed class KeyOptions
{
    private const string Default = "default";
    private const string All = "all";
    private const string Never = "never";

    private readonly Option<string> _project;
    private readonly Option<string> _requestsPerMinute;
    private readonly Option<string> _requestsPerDay;
    private readonly Option<string> _tokensPerMinute;
    private readonly Option<string> _concurrentCalls;
    private readonly Option<string> _dialects;
    private readonly Option<string> _models;
    private readonly Option<string> _expires;

    public KeyOptions(bool isUpdate)
    {
        var orDefault = isUpdate ? $", {Default} for the dialect's" : "; by default the dialect's";
        var orAll = isUpdate ? $", or {All}" : "; by default all";
        Name = new Option<string>("--name") { Description = "What the key is called.", Required = !isUpdate };
        _project = new Option<string>("--project") { Description = isUpdate ? "Whose it is; '' for nobody's." : "Whose it is." };
        _requestsPerMinute = new Option<string>("--rpm") { Description = $"Requests a minute: a number, {KeyJson.NoLimit} for no limit{orDefault}." };
        _requestsPerDay = new Option<string>("--rpd") { Description = "Requests a day, likewise." };
        _tokensPerMinute = new Option<string>("--tpm") { Description = "Tokens a minute, input and output together, likewise." };
        _concurrentCalls = new Option<string>("--concurrency") { Description = "Calls in flight at once, likewise." };
        _dialects = new Option<string>("--dialects") { Description = $"The APIs that it may speak, separated by commas{orAll}." };
        _models = new Option<string>("--models") { Description = $"The models that it may ask for, separated by commas; gpt* is every name that begins so{orAll}." };
        _expires = new Option<string>("--expires")
        {
            Description = $"When it ends: 2027-01-31 (its first moment in UTC), 2027-01-31T18:00:00Z, or from now 12h or 30d{(isUpdate ? $", or {Never}" : "; by default never")}.",
        };
    }

    public Option<string> Name { get; }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_project, _requestsPerMinute, _requestsPerDay, _tokensPerMinute, _concurrentCalls, _dialects, _models, _expires])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the command line says; an option that is not there changes nothing.</summary>
    /// <exception cref="KeyException">An option's value cannot be read.</exception>
    public KeyChange Read(ParseResult arguments, DateTimeOffset now) => new()
    {
        Name = Read(arguments, Name, text => text),
        Project = Read<string?>(arguments, _project, text => text.Length == 0 ? null : text),
        RequestsPerMinute = Read(arguments, _requestsPerMinute, text => Limit(_requestsPerMinute, text)),
        RequestsPerDay = Read(arguments, _requestsPerDay, text => Limit(_requestsPerDay, text)),
        TokensPerMinute = Read(arguments, _tokensPerMinute, text => Limit(_tokensPerMinute, text)),
        ConcurrentCalls = Read(arguments, _concurrentCalls, text => Limit(_concurrentCalls, text)),
        Dialects = Read(arguments, _dialects, List),
        Models = Read(arguments, _models, List),
        ExpiresAt = Read(arguments, _expires, text => Expiry(text, now)),
    };

    /// <summary>What is wrong with a key, told of the options of the command line in place of the members of JSON.</summary>
    public static string Describe(KeyException mistake)
    {
        var option = mistake.Field switch
        {
            "name" => "--name",
            "project" => "--project",
            "dialects" => "--dialects",
            "models" => "--models",
            "expires_at" => "--expires",
            "overlap" => "--overlap",
            _ => null,
        };
        return option is not null && mistake.Message.StartsWith(mistake.Field + " ", StringComparison.Ordinal)
            ? option + mistake.Message[mistake.Field.Length..]
            : mistake.Message;
    }

    /// <summary><c>90s</c>, <c>30m</c>, <c>12h</c>, <c>30d</c>, or <c>0</c>; <c>null</c> for anything else.</summary>
    public static TimeSpan? ReadSpan(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        var unit = text is [.., var last] ? last switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 } : 0;

        // Nine digits of days are more than any date that there is, and fit.
        return unit > 0 && text.Length <= 10 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (long)number * unit <= TimeSpan.FromDays(365_000).TotalSeconds
            ? TimeSpan.FromSeconds((long)number * unit)
            : null;
    }

    private static Change<T> Read<T>(ParseResult arguments, Option<string> option, Func<string, T> read) =>
        arguments.GetValue(option) is { } text ? new Change<T>(read(text)) : default;

    private static int? Limit(Option<string> option, string text) => text switch
    {
        Default => null,
        KeyJson.NoLimit => CallLimits.None,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
        _ => throw new KeyException(option.Name, $"{option.Name} must be a whole number from 1, {KeyJson.NoLimit} or {Default}."),
    };

    private static IReadOnlyList<string>? List(string text) => text == All ? null : text.Split(',', StringSplitOptions.TrimEntries);

    private DateTimeOffset? Expiry(string text, DateTimeOffset now)
    {
        if (text == Never)
        {
            return null;
        }

        if (ReadSpan(text) is { } span && DateTimeOffset.MaxValue - now > span)
        {
            return now + span;
        }

        string[] formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new KeyException(_expires.Name, $"{_expires.Name} must be a date (2027-01-31), a time (2027-01-31T18:00:00Z), a length of time (12h, 30d) or {Never}.");
    }
}
