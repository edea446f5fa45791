using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dragoman.Http;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Commands;
using Dragoman.Server.Extraction.Formats;
using Dragoman.Server.Knowledge;

namespace Dragoman.Server.Extraction;

/// <summary>
/// Has files read by a process of their own (<c>dragoman extract</c>): files are written by strangers, and a parser that goes astray takes nothing with it.
/// The process has bounds of memory, time and output, no secret, no right to write a file, and ends with the server.
/// </summary>
internal sealed partial class Extractor(TimeProvider time, ILogger<Extractor> log)
{
    private static readonly GatewayError Unfinished = new(ErrorKind.InvalidRequest, "The file could not be read: it takes too much memory or time, or it is damaged.");

    private static readonly string[] ExecutableNames = ["dragoman", "Dragoman.Server"];

    private static readonly ProgramLimits Limits = new(ExtractionLimits.CpuSeconds, ExtractionLimits.AddressSpaceBytes, FileBytes: 0);

    private static readonly KeyValuePair<string, string>[] Runtime =
    [
        new("DOTNET_GCHeapHardLimit", ExtractionLimits.HeapBytes.ToString("x", CultureInfo.InvariantCulture)),
        new("DOTNET_gcConcurrent", "0"),
        new("DOTNET_TieredPGO", "0"),
        new("DOTNET_EnableDiagnostics", "0"), // Its socket would be a file in a shared folder.
        new("DOTNET_EnableWriteXorExecute", "0"), // It maps a file, and no file may be written.
    ];

    /// <summary>The file's text, of which there is some, or why there is none.</summary>
    public async ValueTask<DocumentReading> ReadAsync(FileToRead file, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(ExtractionLimits.Wall, time, cancellationToken);
        using var process = new Process
        {
            StartInfo = LimitedProgram.Describe(Executable, ExtractCommand.Arguments(file), Limits, Runtime),
        };
        process.StartInfo.StandardOutputEncoding = Encoding.UTF8;
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            LogNotStarted(log, e.Message);
            return new GatewayError(ErrorKind.Internal, "The gateway's reader of documents cannot be started.");
        }

        var errors = LimitedProgram.DrainAsync(process.StandardError);
        try
        {
            return await ReadAsync(process.StandardOutput.BaseStream, deadline.Token) ?? await ReportAsync(process, errors, deadline.Token);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogUnfinished(log, e.GetType().Name, "");
            return Unfinished;
        }
        finally
        {
            LimitedProgram.End(process);
        }
    }

    /// <summary>Beside this assembly: under its own name once published, under the project's in a build tree and in tests.</summary>
    private static string Executable => ExecutableNames
        .Select(name => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(File.Exists) ?? ExecutableNames[0];

    /// <summary>Absent where the process went without a last word.</summary>
    private static async ValueTask<DocumentReading?> ReadAsync(Stream output, CancellationToken deadline)
    {
        using var lines = new StreamReader(new BoundedStream(output, ExtractionLimits.OutputBytes), Encoding.UTF8);
        var sections = new List<Section>();
        while (await lines.ReadLineAsync(deadline) is { } text)
        {
            var line = JsonSerializer.Deserialize(text, SectionLine.Json)!;
            if (line.Error is { } kind)
            {
                return new GatewayError(kind, line.Message ?? "");
            }

            if (line.IsEnd)
            {
                return sections.Count > 0
                    ? new DocumentText(sections)
                    : new GatewayError(ErrorKind.InvalidRequest, "No text was found in the file. If it is a scan, it holds pictures of text only.");
            }

            sections.Add(new Section(line.Text ?? "", line.Heading, line.Page));
        }

        return null;
    }

    private async ValueTask<DocumentReading> ReportAsync(Process process, Task<string> errors, CancellationToken deadline)
    {
        await process.WaitForExitAsync(deadline);
        LogUnfinished(log, string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}"), await errors);
        return Unfinished;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The reader of documents cannot be started: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A document was not read to its end ({How}) {Words}")]
    private static partial void LogUnfinished(ILogger logger, string how, string words);
}
