using System.Globalization;
using System.Net;
using Dragoman.Starter.Embedding;
using Dragoman.Starter.Generation;
using Dragoman.Starter.Pictures;

namespace Dragoman.Starter;

/// <summary>What the command line says. Numbers are null where it says nothing.</summary>
internal sealed record StarterOptions
{
    public required string Command { get; init; }

    /// <summary>The language model's file; null where none is served.</summary>
    public string? Model { get; init; }

    /// <summary>The embedder's file; null where there is none.</summary>
    public string? Embedder { get; init; }

    /// <summary>libvips' file; null where no pictures are served. Beside it the embedder is there to compose pictures and is not served itself.</summary>
    public string? Vips { get; init; }

    /// <summary>The vector art's file <c>icons.json</c>.</summary>
    public string? Art { get; init; }

    /// <summary>The file of vectors that its pieces are found by, before the vocabulary's mark is put into its name.</summary>
    public string? ArtIndex { get; init; }

    public bool ServesEmbedder => Embedder is not null && Vips is null;

    public bool ServesComposer => Vips is not null && Art is not null;

    /// <summary>The native libraries' folder; empty for a command that needs none.</summary>
    public string Native { get; init; } = "";

    public string? ModelName { get; init; }
    public string? EmbedderName { get; init; }
    public string? ChatTemplate { get; init; }
    public string Urls { get; init; } = "http://127.0.0.1:0";
    public int? Slots { get; init; }
    public int? Queue { get; init; }
    public int? Context { get; init; }
    public int? Threads { get; init; }
    public int? EmbedderThreads { get; init; }
    public int? EmbedderQueue { get; init; }
    public int? PictureThreads { get; init; }
    public int? PictureQueue { get; init; }

    /// <summary>Most tokens of an answer whose caller sets no limit.</summary>
    public int MaxTokens { get; init; } = 512;

    public bool ParentPipe { get; init; }
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The engine's settings; what is not given keeps its default.</summary>
    public EngineSettings Engine
    {
        get
        {
            var defaults = new EngineSettings();
            return defaults with
            {
                Slots = Slots ?? defaults.Slots,
                Queue = Queue ?? defaults.Queue,
                Context = Context,
                Threads = Threads ?? defaults.Threads,
            };
        }
    }

    /// <summary>The embedding engine's settings; what is not given keeps its default.</summary>
    public EmbeddingSettings Embedding
    {
        get
        {
            var defaults = new EmbeddingSettings();
            return defaults with { Threads = EmbedderThreads ?? defaults.Threads, Queue = EmbedderQueue ?? defaults.Queue };
        }
    }

    /// <summary>The picture engine's settings; what is not given keeps its default.</summary>
    public PictureSettings Pictures
    {
        get
        {
            var defaults = new PictureSettings();
            return defaults with { Threads = PictureThreads ?? defaults.Threads, Queue = PictureQueue ?? defaults.Queue };
        }
    }

    /// <summary>The name that answers carry: the one given, or the file's without its quantisation suffix.</summary>
    public string ServedName => ModelName ?? ModelNames.FromFile(Model ?? "");

    /// <summary>The same of the embedder.</summary>
    public string ServedEmbedderName => EmbedderName ?? ModelNames.FromFile(Embedder ?? "");

    /// <summary>Requantize, convert, index: the file to write.</summary>
    public string? Output { get; init; }

    /// <summary>Convert: the TensorFlow.js model's file <c>model.json</c>.</summary>
    public string? Weights { get; init; }

    /// <summary>Convert: the file <c>tokenizer.json</c>.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Bench: tokens a caller generates.</summary>
    public int Tokens { get; init; } = 128;

    /// <summary>Bench: numbers of callers at once.</summary>
    public IReadOnlyList<int> Callers { get; init; } = [1, 4];

    /// <summary>Bench: how often each figure is measured.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Bench: measure through HTTP as well.</summary>
    public bool Http { get; init; }
}

/// <summary>Reads the command line.</summary>
internal static class CommandLine
{
    public const string Usage =
        """
        usage: Dragoman.Starter serve [--urls URL] [--log-level LEVEL] [--parent-pipe] --native DIR
                                      [--model FILE [--model-name NAME] [--slots N] [--queue N] [--context N] [--threads N] [--max-tokens N]
                                       [--chat-template NAME]]
                                      [--embedder FILE [--embedder-name NAME] [--embedder-threads N] [--embedder-queue N]]
               Dragoman.Starter serve [--urls URL] [--log-level LEVEL] [--parent-pipe]
                                      --vips FILE [--picture-threads N] [--picture-queue N] [--native DIR --embedder FILE --art FILE --art-index FILE]
               Dragoman.Starter convert --weights FILE --tokenizer FILE --output FILE
               Dragoman.Starter requantize --model FILE --native DIR --output FILE [--threads N]
               Dragoman.Starter index --art FILE --embedder FILE --native DIR --output FILE
               Dragoman.Starter bench --model FILE --native DIR [--tokens N] [--callers N,N] [--rounds N] [--http] [--slots N] [--context N] [--threads N]
               Dragoman.Starter bench --embedder FILE --native DIR [--rounds N] [--embedder-threads N]
        """;

    /// <exception cref="StarterException">An argument is unknown, missing or out of range.</exception>
    public static StarterOptions Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || args[0] is not ("serve" or "bench" or "requantize" or "convert" or "index"))
        {
            throw new StarterException("the first argument is serve, bench, requantize, convert or index");
        }

        var o = new StarterOptions { Command = args[0] };
        for (int i = 1; i < args.Count; i++)
        {
            string name = args[i];
            string Value() => ++i < args.Count ? args[i] : throw new StarterException($"{name} needs a value");
            int Number(int min, int max) => ParseNumber(name, Value(), min, max);
            switch (name)
            {
                case "--model": o = o with { Model = Value() }; break;
                case "--embedder": o = o with { Embedder = Value() }; break;
                case "--vips": o = o with { Vips = Value() }; break;
                case "--art": o = o with { Art = Value() }; break;
                case "--art-index": o = o with { ArtIndex = Value() }; break;
                case "--native": o = o with { Native = Value() }; break;
                case "--weights": o = o with { Weights = Value() }; break;
                case "--tokenizer": o = o with { Tokenizer = Value() }; break;
                case "--output": o = o with { Output = Value() }; break;
                case "--model-name": o = o with { ModelName = Value() }; break;
                case "--embedder-name": o = o with { EmbedderName = Value() }; break;
                case "--embedder-threads": o = o with { EmbedderThreads = Number(1, 512) }; break;
                case "--embedder-queue": o = o with { EmbedderQueue = Number(1, 1_000_000) }; break;
                case "--picture-threads": o = o with { PictureThreads = Number(1, 512) }; break;
                case "--picture-queue": o = o with { PictureQueue = Number(0, 10_000) }; break;
                case "--chat-template": o = o with { ChatTemplate = Value() }; break;
                case "--urls": o = o with { Urls = Value() }; break;
                case "--slots": o = o with { Slots = Number(1, 64) }; break;
                case "--queue": o = o with { Queue = Number(0, 10_000) }; break;
                case "--context": o = o with { Context = Number(64, 1 << 20) }; break;
                case "--threads": o = o with { Threads = Number(1, 512) }; break;
                case "--max-tokens": o = o with { MaxTokens = Number(1, 1 << 20) }; break;
                case "--parent-pipe": o = o with { ParentPipe = true }; break;
                case "--http": o = o with { Http = true }; break;
                case "--tokens": o = o with { Tokens = Number(1, 1 << 20) }; break;
                case "--rounds": o = o with { Rounds = Number(1, 1000) }; break;
                case "--callers": o = o with { Callers = [.. Value().Split(',').Select(v => ParseNumber(name, v, 1, 64))] }; break;
                case "--log-level":
                    o = o with { LogLevel = Enum.TryParse(Value(), ignoreCase: true, out LogLevel level) ? level : throw new StarterException("--log-level is Trace, Debug, Information, Warning, Error or None") };
                    break;
                default: throw new StarterException($"unknown argument {name}");
            }
        }

        return Check(o);
    }

    private static StarterOptions Check(StarterOptions o)
    {
        bool servesPictures = o.Command == "serve" && o.Vips is not null;
        if (servesPictures)
        {
            CheckPictures(o);
        }
        else if (o.Command is "serve" or "bench" && o is { Model: null, Embedder: null })
        {
            throw new StarterException("--model, --embedder or --vips is missing");
        }

        if (o.Command != "convert" && !servesPictures && o.Native.Length == 0)
        {
            throw new StarterException("--native is missing");
        }

        return o with { Urls = CheckUrls(o.Urls) };
    }

    private static void CheckPictures(StarterOptions o)
    {
        if (o.Model is not null)
        {
            throw new StarterException("--vips and --model are for processes of their own");
        }

        bool[] composing = [o.Native.Length > 0, o.Embedder is not null, o.Art is not null, o.ArtIndex is not null];
        if (composing.Distinct().Count() > 1)
        {
            throw new StarterException("to compose pictures --native, --embedder, --art and --art-index are needed, all of them");
        }
    }

    // Kestrel takes any host that is no address for "all addresses": a slip of the pen would open the engine to the network.
    private static string CheckUrls(string urls)
    {
        foreach (string url in urls.Split(';'))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme != "http"
                || !(parsed.Host == "localhost" || IPAddress.TryParse(parsed.Host, out _)))
            {
                throw new StarterException($"--urls is http://ADDRESS:PORT with an IP address or localhost, not {url}");
            }
        }

        return urls;
    }

    private static int ParseNumber(string name, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new StarterException($"{name} is a number from {min} to {max}");
}
