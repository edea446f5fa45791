using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Dragoman.Model;
using Dragoman.Providers;

namespace Dragoman.Pipeline;

/// <summary>Words an upstream's failure for the caller: which provider, what happened, what helps, and never a credential.</summary>
internal static class UpstreamErrors
{
    private const int LongestQuote = 300;

    /// <summary>What is shorter is a placeholder for a server that asks for no key (<c>x</c>, <c>none</c>), and taking it out would spoil words.</summary>
    private const int ShortestSecret = 8;

    /// <param name="error">As a provider's reader or the transport made it; its message is the upstream's own and may be empty.</param>
    public static GatewayError Explain(GatewayError error, UpstreamTarget target)
    {
        var name = target.Vendor.DisplayName;
        var said = Quote(error.Message, target);
        var message = error.Kind switch
        {
            ErrorKind.UpstreamUnreachable =>
                $"{name} could not be reached. Check {Setting(target, "BASE_URL")} and that this machine may connect to it.{said}",
            ErrorKind.UpstreamTimeout => $"{name} did not answer in time. Try again, or raise the Upstream timeouts in the settings.{said}",

            // What a vendor says of a wrong key often holds the key.
            ErrorKind.UpstreamRejectedCredential => $"{name} refused the gateway's credential. The operator should check {Setting(target, "API_KEY")}.",
            ErrorKind.UpstreamModelNotFound => $"{name} does not serve model {target.Model} to this gateway.{said}",

            // What it says of limits and quotas names the operator's account.
            ErrorKind.UpstreamRateLimited => $"{name} limits the gateway's calls. Try again {Wait(error)}.",
            ErrorKind.UpstreamQuotaExhausted => $"The gateway's account at {name} has no quota or credit left. The operator should check it there.",
            ErrorKind.UpstreamOverloaded => $"{name} is overloaded. Try again {Wait(error)}.{said}",
            ErrorKind.UpstreamFailed => $"{name} failed. Try again.{said}",
            ErrorKind.UpstreamInvalidResponse => $"{name} answered with something that is not its API's answer. Check {Setting(target, "BASE_URL")}.{said}",
            ErrorKind.UpstreamStreamBroken => $"{name} broke off its answer before it was whole.{said}",
            ErrorKind.UpstreamRejectedRequest => $"{name} refused the request.{said}",
            ErrorKind.ContextLengthExceeded => $"The request is too long for {target.Model} at {name}.{said}",
            ErrorKind.ContentFiltered => $"{name} withheld the answer for its content rules.{said}",
            ErrorKind.UnsupportedParameter => $"{target.Model} at {name} does not take a parameter of the request.{said}",
            _ => $"{name}:{said}",
        };
        return error with { Message = message, Parameter = Hide(error.Parameter, target), Provider = target.ProviderName };
    }

    /// <summary>For an answer that is well-formed and still cannot be.</summary>
    /// <param name="fault">What is wrong with it, as a sentence.</param>
    public static GatewayError Misread(string fault, UpstreamTarget target)
    {
        var error = Explain(new GatewayError(ErrorKind.UpstreamInvalidResponse, ""), target);
        return error with { Message = $"{error.Message} {fault}" };
    }

    /// <summary>For an answer whose picture is none.</summary>
    /// <param name="fault">Why, as a sentence.</param>
    public static GatewayError NoPicture(string fault, UpstreamTarget target) =>
        new(ErrorKind.UpstreamInvalidResponse, $"{target.Vendor.DisplayName} answered with no picture that can be used. {Hide(fault, target)}")
        {
            Provider = target.ProviderName,
        };

    private static string Setting(UpstreamTarget target, string suffix) =>
        target.ProviderName == target.Vendor.Name ? $"{target.Vendor.EnvironmentPrefix}_{suffix}" : $"Providers:{target.ProviderName} in the settings";

    private static string Wait(GatewayError error) => error.RetryAfter is { } wait
        ? string.Create(CultureInfo.InvariantCulture, $"in {Math.Ceiling(wait.TotalSeconds)} s")
        : "shortly";

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Hide(string? text, UpstreamTarget target) =>
        target.ApiKey is { Length: >= ShortestSecret } key ? text?.Replace(key, "[credential]", StringComparison.Ordinal) : text;

    private static string Quote(string message, UpstreamTarget target)
    {
        if (string.IsNullOrWhiteSpace(message))
        {
            return "";
        }

        message = Hide(message, target).ReplaceLineEndings(" ").Trim();
        return " It said: " + (message.Length <= LongestQuote ? message : message[..LongestQuote] + "…");
    }
}
