using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Dragoman.Configuration;

/// <summary>
/// Where settings are written: <c>appsettings.json</c> beside the executable, <c>dragoman.json</c> in the data directory and the environment
/// (<c>DRAGOMAN__Section__Name</c>), the later over the earlier. They are read anew as a whole each time, so that a file caught half-written or broken
/// can never count in part.
/// </summary>
/// <param name="dataDirectory">Absolute.</param>
public sealed class SettingsFiles(string dataDirectory)
{
    public const string FileName = "dragoman.json";

    public string DataDirectory { get; } = dataDirectory;

    public string FilePath => Path.Combine(DataDirectory, FileName);

    /// <exception cref="InvalidDataException">A file is not JSON; the message tells where, and never what stands there.</exception>
    public IConfigurationRoot Read()
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
                .AddJsonFile(FilePath, optional: true, reloadOnChange: false)
                .AddEnvironmentVariables("DRAGOMAN__")
                .Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            // The framework's message holds the path of the file that it choked on.
            var file = e.Message.Contains(FileName, StringComparison.Ordinal) ? FileName : "appsettings.json";
            throw new InvalidDataException($"{file} cannot be read: {Reason(e)}", e);
        }
    }

    /// <summary>The framework nests what happened in a message that holds the file's path.</summary>
    private static string Reason(Exception e)
    {
        var cause = e;
        while (cause is not JsonException && cause.InnerException is { } inner)
        {
            cause = inner;
        }

        // The parser's own words may quote the file: a key that somebody forgot to put in quotation marks, say.
        return cause is JsonException json
            ? $"it is not JSON at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}."
            : cause.Message;
    }
}
