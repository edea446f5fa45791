using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Dragoman.Server.Starter;

/// <summary>An npm package that is pinned by version and hash. Nothing of it is run.</summary>
/// <param name="FileName">Of the packed file, as <c>npm pack</c> calls it.</param>
/// <param name="Bytes">Length of the packed file.</param>
/// <param name="Sha512">Of the packed file, in Base64.</param>
internal sealed record NpmPackage(string Name, string Version, string FileName, long Bytes, string Sha512)
{
    /// <summary>Puts the packed file into a folder, unless it is there whole already.</summary>
    /// <param name="arrived">Is told again and again how many bytes have arrived.</param>
    /// <exception cref="StarterPartsException">It cannot be had, or is another than the pinned one; then nothing of it is kept.</exception>
    public async Task DownloadAsync(string folder, Action<long> arrived, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, FileName);
        arrived(0);
        if (await IsWholeAsync(file, cancellationToken))
        {
            return;
        }

        // A cache of npm's own inside the folder shows how far the download is, and goes afterwards.
        var npmCache = Directory.CreateDirectory(Path.Combine(folder, "npm")).FullName;
        var reporting = new CancellationTokenSource();
        var report = ReportAsync(npmCache, arrived, reporting.Token);
        try
        {
            await PackAsync(folder, npmCache, cancellationToken);
        }
        finally
        {
            await reporting.CancelAsync();
            await report;
            reporting.Dispose();
            Directory.Delete(npmCache, recursive: true);
        }

        if (!await IsWholeAsync(file, cancellationToken))
        {
            File.Delete(file);
            throw new StarterPartsException($"{Name}@{Version} does not have the pinned hash; it was thrown away.");
        }
    }

    /// <summary>The files in the packed file, one after the other.</summary>
    public async IAsyncEnumerable<TarEntry> EntriesAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var bytes = File.OpenRead(Path.Combine(folder, FileName));
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

    /// <summary>Writes one file of the packed file.</summary>
    /// <param name="name">Its name there.</param>
    /// <param name="file">Is overwritten where it exists.</param>
    /// <exception cref="StarterPartsException">There is no such file.</exception>
    public async Task ExtractAsync(string folder, string name, string file, CancellationToken cancellationToken)
    {
        await foreach (var entry in EntriesAsync(folder, cancellationToken))
        {
            if (entry.Name == name)
            {
                await entry.ExtractToFileAsync(file, overwrite: true, cancellationToken);
                return;
            }
        }

        throw new StarterPartsException($"{Name}@{Version} holds no {name}.");
    }

    private async Task<bool> IsWholeAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return false;
        }

        await using var stream = File.OpenRead(file);
        return Convert.ToBase64String(await SHA512.HashDataAsync(stream, cancellationToken)) == Sha512;
    }

    private async Task PackAsync(string folder, string npmCache, CancellationToken cancellationToken)
    {
        string[] arguments = ["pack", $"{Name}@{Version}", "--pack-destination", folder, "--cache", npmCache, "--ignore-scripts", "--loglevel=error"];
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
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
                    throw new StarterPartsException($"npm could not fetch {Name}@{Version} ({reason ?? "no reason given"}).");
                }
            }
            catch (OperationCanceledException)
            {
                npm.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    private async Task ReportAsync(string npmCache, Action<long> arrived, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var bytes = new DirectoryInfo(npmCache).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
                arrived(Math.Min(bytes, Bytes));
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // npm moves its files about while they are counted; the next count will do.
            }
        }
    }
}
