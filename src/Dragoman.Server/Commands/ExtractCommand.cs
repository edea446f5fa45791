using System.CommandLine;
using System.Text.Json;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Extraction;
using Dragoman.Server.Extraction.Formats;

namespace Dragoman.Server.Commands;

/// <summary>
/// <c>dragoman extract</c>: reads one file and says its text as <see cref="SectionLine"/>s on standard output. The server starts it for each document and
/// holds its standard input open; when the server goes, by whatever death, the input ends and the process with it.
/// </summary>
internal static class ExtractCommand
{
    // Room for the most deeply nested of the parsers' trees.
    private const int StackBytes = 64 * 1024 * 1024;

    private static readonly Argument<string> FilePath = new("path");
    private static readonly Option<DocumentFormat?> Format = new("--format");
    private static readonly Option<string?> Name = new("--name");
    private static readonly Option<string?> MediaType = new("--media-type");
    private static readonly Option<string?> Charset = new("--charset");

    public static Command Create()
    {
        var command = new Command("extract", "Read one document's text; for the server itself.") { FilePath, Format, Name, MediaType, Charset };
        command.Hidden = true;
        command.SetAction(arguments => Run(new FileToRead(
            arguments.GetValue(FilePath)!, arguments.GetValue(Format), arguments.GetValue(Name), arguments.GetValue(MediaType), arguments.GetValue(Charset))));
        return command;
    }

    /// <summary>The command line that reads a file. Values stand in one word with their names, since they may begin with a dash.</summary>
    public static IEnumerable<string> Arguments(FileToRead file)
    {
        yield return "extract";
        if (file.Format is { } format)
        {
            yield return $"{Format.Name}={format}";
        }

        // The rest of the name is nobody's business in a list of processes.
        if (Path.GetExtension(file.Name) is { Length: > 0 } extension && IsPlain(extension))
        {
            yield return $"{Name.Name}=file{extension}";
        }

        if (file.MediaType is { } type && IsPlain(type))
        {
            yield return $"{MediaType.Name}={type}";
        }

        if (file.Charset is { } charset && IsPlain(charset))
        {
            yield return $"{Charset.Name}={charset}";
        }

        yield return file.Path;
    }

    /// <summary>Short and printable, as all that mean something are.</summary>
    private static bool IsPlain(string value) => value.Length <= 100 && value.All(character => character is > ' ' and <= '~');

    private static int Run(FileToRead file)
    {
        new Thread(EndWithServer) { IsBackground = true }.Start();
        var reader = new Thread(() => Read(file), StackBytes);
        reader.Start();
        reader.Join();
        return 0;
    }

    private static void EndWithServer()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        Environment.Exit(1);
    }

    private static void Read(FileToRead file)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 64 * 1024);
        try
        {
            DocumentParser.Read(file, new SectionWriter(section => Write(output, SectionLine.Of(section))));
            Write(output, SectionLine.End);
        }
        catch (UnreadableDocumentException e)
        {
            Write(output, new SectionLine(Error: e.Kind, Message: e.Message));
        }
        catch (OutOfMemoryException)
        {
            Write(output, new SectionLine(Error: ErrorKind.InvalidRequest, Message: "The file takes too much memory to read."));
        }
    }

    private static void Write(Stream output, SectionLine line)
    {
        JsonSerializer.Serialize(output, line, SectionLine.Json);
        output.WriteByte((byte)'\n');
    }
}
