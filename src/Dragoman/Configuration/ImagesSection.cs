using System.Globalization;
using Dragoman.Model;
using Dragoman.Routing;
using Microsoft.Extensions.Configuration;

namespace Dragoman.Configuration;

/// <summary>Section <c>Images</c>: where published pictures lie, and for how long.</summary>
/// <param name="environment">Reads a variable of the process's environment; S3's usual names are looked up there.</param>
internal sealed class ImagesSection(IConfigurationSection section, Func<string, string?> environment, List<string> mistakes)
{
    private const string Presigned = "presigned";
    private const int MostHours = 100 * 366 * 24;

    private static readonly string[] Known = ["LifetimeHours", "S3"];
    private static readonly string[] S3Known = ["Bucket", "ServiceUrl", "Region", "AccessKey", "SecretKey", "SessionToken", "Prefix", "PathStyle", "Addresses"];

    public ImageSettings Read()
    {
        var reader = new SettingsReader(section, mistakes);
        reader.RefuseOthers(Known);
        reader.RefuseValue(Known);
        var s3 = S3(section.GetSection("S3"));
        return new ImageSettings { Lifetime = Lifetime(reader, s3 is { IsPresigned: true }), S3 = s3 };
    }

    private TimeSpan? Lifetime(SettingsReader reader, bool isPresigned)
    {
        var longest = S3Settings.LongestPresigned;
        if (reader.Limit("LifetimeHours") is not { } hours)
        {
            return isPresigned ? longest : new ImageSettings().Lifetime;
        }

        TimeSpan? lifetime = hours == CallLimits.None ? null : TimeSpan.FromHours(Math.Min(hours, MostHours));
        if (isPresigned && !(lifetime <= longest))
        {
            mistakes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{section.Path}:LifetimeHours: S3 signs an address for {longest.TotalHours} hours at most. Where pictures shall stay longer, {section.Path}:S3:Addresses must be proxied."));
        }

        return lifetime;
    }

    private S3Settings? S3(IConfigurationSection written)
    {
        var reader = new SettingsReader(written, mistakes);
        reader.RefuseOthers(S3Known);
        reader.RefuseValue(S3Known);
        if (!written.GetChildren().Any())
        {
            return null;
        }

        var serviceUrl = reader.Address("ServiceUrl");
        var bucket = Needed(reader.Text("Bucket"), $"{written.Path}:Bucket");
        var writtenKey = reader.Text("AccessKey");
        var accessKey = Needed(writtenKey ?? Variable("AWS_ACCESS_KEY_ID"), $"{written.Path}:AccessKey", " AWS_ACCESS_KEY_ID of the environment would do.");
        var secretKey = Needed(reader.Text("SecretKey") ?? Variable("AWS_SECRET_ACCESS_KEY"), $"{written.Path}:SecretKey", " AWS_SECRET_ACCESS_KEY of the environment would do.");
        var prefix = (reader.Text("Prefix") ?? "images").Trim('/');
        return new S3Settings(
            bucket,
            serviceUrl,
            reader.Text("Region") ?? Variable("AWS_REGION") ?? "us-east-1",
            accessKey,
            secretKey,
            prefix.Length > 0 ? prefix + "/" : "",
            reader.Flag("PathStyle") ?? serviceUrl is not null,
            reader.Choice("Addresses", ["proxied", Presigned]) == Presigned)
        {
            // The environment's token belongs to the environment's key alone.
            SessionToken = reader.Text("SessionToken") ?? (writtenKey is null ? Variable("AWS_SESSION_TOKEN") : null),
        };
    }

    private string Needed(string? value, string path, string hint = "")
    {
        if (value is null)
        {
            mistakes.Add($"{path}: is missing.{hint}");
        }

        return value ?? "";
    }

    private string? Variable(string name) => environment(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
