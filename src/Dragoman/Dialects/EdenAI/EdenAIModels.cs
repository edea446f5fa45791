using Dragoman.Routing;

namespace Dragoman.Dialects.EdenAI;

/// <summary>Models by the names that Eden AI's callers use.</summary>
internal static class EdenAIModels
{
    /// <summary>Asked for where neither the caller nor the project names a model; the operator may lead it elsewhere.</summary>
    public const string AnyModel = "auto";

    /// <summary>The name as it is routed: a provider that Eden AI calls otherwise has Dragoman's name.</summary>
    /// <param name="name"><c>provider/model</c>, or a model alone.</param>
    public static string Canonical(string name) =>
        ModelReference.TryParse(name, out var reference) && ProviderOf(reference.Provider) is var provider && provider != reference.Provider
            ? $"{provider}/{reference.Model}"
            : name;

    /// <summary>
    /// A provider's name here. Names not in this list are the same in both (<c>openai</c>, <c>anthropic</c>, <c>google</c>, <c>mistral</c>, …) or of providers
    /// that only the operator's settings can know.
    /// </summary>
    public static string ProviderOf(string name) => name.ToLowerInvariant() switch
    {
        "fireworks_ai" => "fireworks",
        "microsoft" => "azure",
        "perplexityai" => "perplexity",
        "together_ai" => "together",
        var same => same,
    };

    /// <summary>What an older call asks for by provider and model apart; <c>null</c> where it names neither.</summary>
    public static string? Of(string? provider, string? model)
    {
        if (model is not null)
        {
            return Canonical(provider is null ? model : $"{provider}/{model}");
        }

        if (provider is null)
        {
            return null;
        }

        // A provider alone: the sensible model of it; else its name, for the router to say what is wrong.
        var prefix = ProviderOf(provider) + "/";
        return GeneralModels.Targets.FirstOrDefault(target => target.StartsWith(prefix, StringComparison.Ordinal)) ?? provider;
    }
}
