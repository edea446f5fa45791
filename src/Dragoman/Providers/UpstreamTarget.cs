using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>One model at one upstream, with everything about it worked out beforehand.</summary>
public sealed record UpstreamTarget
{
    public required Vendor Vendor { get; init; }

    /// <summary>The operator's name for the upstream: the vendor's own, unless they run several.</summary>
    public required string ProviderName { get; init; }

    /// <summary>The model by the upstream's name.</summary>
    public required string Model { get; init; }

    public required Uri PlainUri { get; init; }

    public required Uri StreamUri { get; init; }

    /// <summary>Sent with each call; the credential is among them.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Kept to be taken out of whatever the upstream says.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The first rule of the vendor that the model falls under.</summary>
    public required ModelRule Rule { get; init; }

    /// <summary>What this model honours in some request.</summary>
    public ChatParameters Supported => Vendor.Supported & ~Rule.Unsupported;

    /// <summary>What this model honours in <paramref name="request"/>: some parameters exclude one another, or thinking.</summary>
    public ChatParameters SupportedFor(ChatRequest request)
    {
        var supported = Supported;
        if (Rule.UnsupportedWithReasoning != ChatParameters.None && Reasons(request.Reasoning))
        {
            supported &= ~Rule.UnsupportedWithReasoning;
        }

        if (Rule.OneOf != ChatParameters.None)
        {
            var rivals = request.UsedParameters() & Rule.OneOf & supported;
            supported &= ~(rivals & (rivals - 1)); // All but the lowest bit.
        }

        return supported;
    }

    private bool Reasons(ReasoningOptions? wish) => wish switch
    {
        { Enabled: { } enabled } => enabled,
        { Effort: { } effort } => effort != "none",
        { BudgetTokens: { } budget } => budget > 0,
        _ => Rule.ReasonsByDefault,
    };

    /// <summary>A model at one address, which takes the key as the vendor's row says.</summary>
    internal static UpstreamTarget At(Uri uri, Vendor vendor, string providerName, string model, string? apiKey) => new()
    {
        Vendor = vendor,
        ProviderName = providerName,
        Model = model,
        PlainUri = uri,
        StreamUri = uri,
        Headers = apiKey switch
        {
            null or "" => [],
            _ when vendor.ApiKeyHeader is { } header => [new(header, apiKey)],
            _ => [new("Authorization", "Bearer " + apiKey)],
        },
        ApiKey = apiKey,
        Rule = vendor.RuleFor(model),
    };

    /// <summary>An address behind a base URL. A query, such as Azure's api-version, stays behind the path.</summary>
    internal static Uri Under(Uri baseUri, string path)
    {
        var uri = new UriBuilder(baseUri);
        uri.Path = uri.Path.TrimEnd('/') + path;
        return uri.Uri;
    }

    /// <summary>Never the credential: records print their members, and this one may end up in a log.</summary>
    public override string ToString() => $"{ProviderName}/{Model}";
}
