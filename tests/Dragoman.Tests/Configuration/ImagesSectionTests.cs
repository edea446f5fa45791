using Dragoman.Routing;

namespace Dragoman.Tests.Configuration;

public sealed class ImagesSectionTests
{
    private const string Keys = "\"AccessKey\":\"id\",\"SecretKey\":\"secret\"";

    [Fact]
    public void Compile_Nothing_IsAFolderForThirtyDays()
    {
        var images = Settings.Compile("{}").Images;
        images.Lifetime.ShouldBe(TimeSpan.FromDays(30));
        images.S3.ShouldBeNull();
    }

    [Fact]
    public void Compile_EverySetting_IsRead() => Settings.Compile("""
        { "Images": { "LifetimeHours": 24, "S3": { "Bucket": "pictures", "ServiceUrl": "http://127.0.0.1:9000", "Region": "eu-central-1", "AccessKey": "id",
          "SecretKey": "secret", "Prefix": "/of/dragoman/", "PathStyle": false, "Addresses": "Presigned" } } }
        """).Images.ShouldBe(new ImageSettings
    {
        Lifetime = TimeSpan.FromHours(24),
        S3 = new S3Settings("pictures", new Uri("http://127.0.0.1:9000"), "eu-central-1", "id", "secret", "of/dragoman/", UsesPathStyle: false, IsPresigned: true),
    });

    [Fact]
    public void Compile_ABucketAlone_TakesTheRestFromTheEnvironment()
    {
        var environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "id", ["AWS_SECRET_ACCESS_KEY"] = "secret", ["AWS_REGION"] = "eu-west-1" };
        var result = Settings.TryCompile("""{ "Images": { "S3": { "Bucket": "pictures" } } }""", environment);
        result.Mistakes.ShouldBeEmpty();
        result.Snapshot!.Images.S3.ShouldBe(
            new S3Settings("pictures", null, "eu-west-1", "id", "secret", "images/", UsesPathStyle: false, IsPresigned: false));
        result.Snapshot.Images.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("", "environment's")]
    [InlineData(", \"SessionToken\": \"written\"", "written")]
    [InlineData("," + Keys, null)] // The environment's token is of another key.
    [InlineData("," + Keys + ", \"SessionToken\": \"written\"", "written")]
    public void Compile_SessionToken_GoesWithItsKey(string settings, string? token)
    {
        var environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "id", ["AWS_SECRET_ACCESS_KEY"] = "secret", ["AWS_SESSION_TOKEN"] = "environment's" };
        var result = Settings.TryCompile($$"""{ "Images": { "S3": { "Bucket": "pictures" {{settings}} } } }""", environment);
        result.Snapshot!.Images.S3!.SessionToken.ShouldBe(token);
        result.Snapshot.Images.ToString().ShouldNotContain("written");
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("1", 1)]
    [InlineData("2147483647", 878_400)]
    public void Compile_Lifetime_IsANumberOfHoursOrNone(string written, int? hours) =>
        Settings.Compile($$"""{"Images":{"LifetimeHours":"{{written}}"} }""").Images.Lifetime.ShouldBe(hours is { } number ? TimeSpan.FromHours(number) : null);

    [Theory]
    [InlineData("", 168)]
    [InlineData("\"LifetimeHours\":168,", 168)]
    [InlineData("\"LifetimeHours\":1,", 1)]
    public void Compile_Presigned_StaysForSevenDaysAtMost(string lifetime, int hours) => Settings.Compile(
        $$"""{"Images":{ {{lifetime}} "S3":{"Bucket":"b","Addresses":"presigned",{{Keys}} } } }""").Images.Lifetime.ShouldBe(TimeSpan.FromHours(hours));

    [Theory]
    [InlineData("\"on\"", "Images: is a section, not a value")]
    [InlineData("""{"Folder":"x"}""", "Images:Folder: there is no such setting. Settings: LifetimeHours, S3.")]
    [InlineData("""{"LifetimeHours":0}""", "Images:LifetimeHours: '0' is neither a whole number from 1 nor the word none")]
    [InlineData("""{"S3":"b"}""", "Images:S3: is a section, not a value")]
    [InlineData("""{"S3":{"Bukket":"b","Bucket":"b",KEYS}}""", "Images:S3:Bukket: there is no such setting")]
    [InlineData("""{"S3":{KEYS}}""", "Images:S3:Bucket: is missing.")]
    [InlineData("""{"S3":{"Bucket":"b","SecretKey":"secret"}}""", "Images:S3:AccessKey: is missing. AWS_ACCESS_KEY_ID")]
    [InlineData("""{"S3":{"Bucket":"b","AccessKey":"id"}}""", "Images:S3:SecretKey: is missing. AWS_SECRET_ACCESS_KEY")]
    [InlineData("""{"S3":{"Bucket":"b","ServiceUrl":"s3.example",KEYS}}""", "Images:S3:ServiceUrl: is not an address of the form https://host/path")]
    [InlineData("""{"S3":{"Bucket":"b","ServiceUrl":"https://user:secret@s3.example",KEYS}}""", "Images:S3:ServiceUrl: is not an address of the form https://host/path")]
    [InlineData("""{"S3":{"Bucket":"b","PathStyle":"yes",KEYS}}""", "Images:S3:PathStyle: 'yes' is neither true nor false")]
    [InlineData("""{"S3":{"Bucket":"b","Addresses":"public",KEYS}}""", "Images:S3:Addresses: 'public' is none of proxied, presigned")]
    [InlineData("""{"LifetimeHours":169,"S3":{"Bucket":"b","Addresses":"presigned",KEYS}}""", "Images:LifetimeHours: S3 signs an address for 168 hours at most.")]
    [InlineData("""{"LifetimeHours":"none","S3":{"Bucket":"b","Addresses":"presigned",KEYS}}""", "Images:LifetimeHours: S3 signs an address for 168 hours at most.")]
    public void Compile_AMistake_IsToldWithItsPlace(string section, string mistake)
    {
        var told = Settings.TryCompile($$"""{"Images":{{section.Replace("KEYS", Keys, StringComparison.Ordinal)}} }""").Mistakes.ShouldHaveSingleItem();
        told.ShouldStartWith(mistake);
        told.ShouldNotContain("secret@");
    }
}
