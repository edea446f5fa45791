using Dragoman.Configuration;
using Dragoman.Model;
using Dragoman.Routing;
using Dragoman.Server.Keys;
using Dragoman.Server.Starter;
using Dragoman.Server.Storage;

namespace Dragoman.Server;

/// <summary>What a person sees when the gateway has started: where it listens, which models answer, a call to paste, and how to make more keys.</summary>
internal sealed class Welcome(SnapshotSource snapshots, StartKeys keys, StarterSupervisor starter, SettingsFiles files)
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
        output.WriteLine($"""
            More keys, while this runs, each with its own limits and models (--help lists them); a test key costs nothing:
              {KeysCreate(files.DataDirectory)}
            README.md and docs/ tell the rest.
            """);
        output.WriteLine();
        output.Flush();
    }

    /// <summary>The command as it can be pasted where this one was started.</summary>
    private static string KeysCreate(string dataDirectory)
    {
        var here = Directory.GetCurrentDirectory();
        var executable = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dragoman" ? Path.GetRelativePath(here, path) : "dragoman";
        if (executable.StartsWith("..", StringComparison.Ordinal))
        {
            executable = Environment.ProcessPath!;
        }

        var data = dataDirectory == Path.GetFullPath(DataDirectory.Standard) ? "" : $" --data {Quoted(dataDirectory)}";
        return $"{Quoted(executable)} keys create --name first-test --mode test{data}";
    }

    /// <summary>For a shell.</summary>
    private static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

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

        var none = snapshot.Providers.Count == 0 ? "No provider is configured" : "No configured provider chats";
        const string HowTo = "Set OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY or another provider's to use its models.";
        return snapshot.Starter is { } engine
            ? $"{none}: the starter engine ({engine.Id}) serves every model name. It is a small model, good for a first try. {HowTo}{starter.Note}"
            : $"{none} and the starter engine is switched off: only test keys get answers, the sandbox's. {HowTo}";
    }
}
