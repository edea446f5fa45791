using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dragoman.Tests.Golden;

/// <summary>
/// Compares what the code makes with a file beside the test. <c>make golden</c> (DRAGOMAN_GOLDEN=refresh) writes the files anew;
/// the difference is then read in the commit.
/// </summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static bool Refreshing => Environment.GetEnvironmentVariable("DRAGOMAN_GOLDEN") == "refresh";

    /// <summary>The folder <c>Golden</c> beside the calling test's source file.</summary>
    public static string Folder([CallerFilePath] string testFile = "") => Path.Combine(Path.GetDirectoryName(testFile)!, "Golden");

    public static string Read(string folder, string name) => File.ReadAllText(Path.Combine(folder, name));

    public static byte[] ReadBytes(string folder, string name) => File.ReadAllBytes(Path.Combine(folder, name));

    /// <summary>The cases for which a file with this ending exists: <c>plain</c> for <c>plain.response.json</c>.</summary>
    public static IEnumerable<string> Cases(string folder, string ending) =>
        Directory.EnumerateFiles(folder, "*" + ending).Select(file => Path.GetFileName(file)[..^ending.Length]).Order(StringComparer.Ordinal);

    /// <summary>Asserts that <paramref name="actualJson"/> means the same as the file, member order included.</summary>
    public static void ShouldMatchJson(string folder, string name, string actualJson)
    {
        var actual = Normalize(actualJson);
        var path = Path.Combine(folder, name);
        if (Refreshing)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, actual + "\n");
            return;
        }

        File.Exists(path).ShouldBeTrue($"{name} is missing: run `make golden` and read what it wrote");
        actual.ShouldBe(Normalize(File.ReadAllText(path)), $"{name} differs");
    }

    private static string Normalize(string json) => JsonNode.Parse(json)!.ToJsonString(Indented);
}
