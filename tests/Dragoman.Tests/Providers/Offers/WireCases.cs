using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Tests.Golden;

namespace Dragoman.Tests.Providers.Offers;

/// <summary>
/// What each wire beside chat proves on golden files. A case's name begins with its vendor's: <c>{vendor}-{what}.{kind}.response.json</c> and
/// <c>….error.{status}.json</c> as the vendor sends them, each with its <c>.canonical.json</c>.
/// </summary>
internal static class WireCases
{
    public static string Folder { get; } = GoldenFile.Folder();

    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Written(Action<IBufferWriter<byte>> write)
    {
        using var body = new PooledBuffer();
        write(body);
        return Encoding.UTF8.GetString(body.WrittenSpan);
    }

    /// <param name="kind"><c>embed</c>, <c>rerank</c>, <c>speech</c> or <c>image</c>.</param>
    public static void ReadAll<TAnswer>(string kind, Func<string, IAnswerReader<TAnswer>> readerOf)
        where TAnswer : struct, IUpstreamAnswer
    {
        var answers = GoldenFile.Cases(Folder, $".{kind}.response.json").ToList();
        answers.ShouldNotBeEmpty();
        foreach (var name in answers)
        {
            var answer = readerOf(VendorOf(name)).ReadResponse(GoldenFile.ReadBytes(Folder, $"{name}.{kind}.response.json"));
            GoldenFile.ShouldMatchJson(Folder, $"{name}.{kind}.response.canonical.json", JsonSerializer.Serialize(answer, Options));
        }

        var errors = Directory.EnumerateFiles(Folder, $"*.{kind}.error.*.json").Where(file => !file.EndsWith(".canonical.json", StringComparison.Ordinal)).ToList();
        errors.ShouldNotBeEmpty();
        foreach (var file in errors.Select(path => Path.GetFileName(path)))
        {
            var status = int.Parse(file.Split('.')[^2], System.Globalization.CultureInfo.InvariantCulture);
            var error = readerOf(VendorOf(file)).ReadError(status, GoldenFile.ReadBytes(Folder, file));
            GoldenFile.ShouldMatchJson(Folder, Path.ChangeExtension(file, "canonical.json"), CanonicalDump.Of(error));
        }
    }

    /// <summary>What a proxy in between may answer is an error of the status, never a crash.</summary>
    public static void ReadsAnyError<TAnswer>(IAnswerReader<TAnswer> reader)
        where TAnswer : struct, IUpstreamAnswer
    {
        foreach (var body in new[] { "", "<html>502</html>", "null", "[]", "\"text\"", "{}", "{\"message\":7}", "{\"detail\":[]}", "{\"detail\":[{\"msg\":3}]}", "{\"error\":null}" })
        {
            reader.ReadError(502, Encoding.UTF8.GetBytes(body)).Kind.ShouldBe(ErrorKind.UpstreamFailed, body);
            reader.ReadError(401, Encoding.UTF8.GetBytes(body)).Kind.ShouldBe(ErrorKind.UpstreamRejectedCredential, body);
            reader.ReadError(429, Encoding.UTF8.GetBytes(body)).Kind.ShouldBe(ErrorKind.UpstreamRateLimited, body);
        }
    }

    private static string VendorOf(string name) => name[..name.IndexOfAny(['-', '.'])];
}
