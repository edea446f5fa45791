using Dragoman.Configuration;
using Dragoman.Model;
using Dragoman.Routing;
using Dragoman.Server.Keys;
using Dragoman.Server.Starter;

namespace Dragoman.Server;

/// <summary>What a person sees when the gateway has started: where it listens, which models answer, and a call to paste.</summary>
internal sealed class Welcome(SnapshotSource snapshots, StartKeys keys, StarterSupervisor starter)
{
    public void Print(TextWriter output, IEnumerable<string> urls, bool showKey)
    {
        var url = Reachable(urls.First());
        output.WriteLine($"Dragoman listens on {string.Join(", ", urls)}");
        output.WriteLine(Models());
        output.WriteLine();

        // A key chosen by the operator is not repeated unasked: standard output often is a log.
        var key = keys.NewKey ?? (showKey ? keys.ChosenKey : null);
        if (keys.NewKey is not null)
        {
            output.WriteLine("This data directory's first API key, shown this once:");
            output.WriteLine($"  {key}");
            output.WriteLine();
        }

        output.WriteLine(key is null ? "Try it, with your key in $DRAGOMAN_KEY:" : "Try it:");
        output.WriteLine($"""
              curl {url}/v1/action/invoke_llm \
                -H "Authorization: Bearer {key ?? "$DRAGOMAN_KEY"}" \
                -H "Content-Type: application/json" \
                -d '{"{"}"instructions": "What is the capital of France?", "llm_engine": "{Engine()}"{"}"}'
            """);
        output.WriteLine();
        output.Flush();
    }

    /// <summary>An engine that answers here.</summary>
    private string Engine() => Router.Resolve(snapshots.Current, "agentai", new Caller("", "", KeyMode.Live), "gpt4o").Route is null ? "auto" : "gpt4o";

    /// <summary>An address that listens on every interface is none to call.</summary>
    private static string Reachable(string url) => url
        .Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal)
        .Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal)
        .Replace("//*", "//127.0.0.1", StringComparison.Ordinal)
        .Replace("//+", "//127.0.0.1", StringComparison.Ordinal);

    private string Models()
    {
        var snapshot = snapshots.Current;
        if (snapshot.HasProvider)
        {
            return $"Providers: {string.Join(", ", snapshot.Providers.Keys.Order(StringComparer.Ordinal))}";
        }

        const string HowTo = "Set OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY or another provider's to use its models.";
        return snapshot.Starter is { } engine
            ? $"No provider is configured: the starter engine ({engine.Id}) serves every model name. It is a small model, good for a first try. {HowTo}{starter.Note}"
            : $"No provider is configured and the starter engine is switched off: no call can be answered. {HowTo}";
    }
}
