using System.Text;

namespace Dragoman.Server.Tests.Admin;

/// <summary>What the admin API is sent wrongly, by accident or on purpose: always its own shape, always the field at fault, never a key made of it.</summary>
public sealed class BadInputTests(AdminGateway gateway) : IClassFixture<AdminGateway>
{
    private const string SomeId = "key_0123456789abcdef";

    [Theory]

    // What is no JSON object.
    [InlineData("", 400, "malformed_body", null)]
    [InlineData(" \t\r\n", 400, "malformed_body", null)]
    [InlineData("{", 400, "malformed_body", null)]
    [InlineData("[]", 400, "malformed_body", null)]
    [InlineData("null", 400, "malformed_body", null)]
    [InlineData("\"name\"", 400, "malformed_body", null)]
    [InlineData("""{"name":"a"} {}""", 400, "malformed_body", null)]
    [InlineData("""{"name":"a",}""", 400, "malformed_body", null)]
    [InlineData("""{"name":NaN}""", 400, "malformed_body", null)]
    [InlineData("""{"name":"a","models":[[[[[[[[[]]]]]]]]]}""", 400, "malformed_body", null)]
    [InlineData("""{"\ud800":1}""", 400, "malformed_body", null)]

    // Members.
    [InlineData("{}", 400, "invalid_request", "name")]
    [InlineData("""{"name":"a","name":"b"}""", 400, "invalid_request", "name")]
    [InlineData("""{"name":"a","n\u0061me":"b"}""", 400, "invalid_request", "name")]
    [InlineData("""{"name":"a","Name":"b"}""", 400, "invalid_request", "Name")]
    [InlineData("""{"name":"a","requests_per_minut":1}""", 400, "invalid_request", "requests_per_minut")]
    [InlineData("""{"name":"a","id":"key_1"}""", 400, "invalid_request", "id")]
    [InlineData("""{"name":"a","key":"dgm_live_mine"}""", 400, "invalid_request", "key")]
    [InlineData("""{"name":"a","":1}""", 400, "invalid_request", "")]

    // name
    [InlineData("""{"name":null}""", 400, "invalid_request", "name")]
    [InlineData("""{"name":1}""", 400, "invalid_request", "name")]
    [InlineData("""{"name":["a"]}""", 400, "invalid_request", "name")]
    [InlineData("""{"name":""}""", 422, "invalid_value", "name")]
    [InlineData("""{"name":"  "}""", 422, "invalid_value", "name")]
    [InlineData("""{"name":"a\nb"}""", 422, "invalid_value", "name")]
    [InlineData("""{"name":"\u0000"}""", 422, "invalid_value", "name")]
    [InlineData("""{"name":"\ud800"}""", 400, "malformed_body", "name")]

    // mode
    [InlineData("""{"name":"a","mode":"Live"}""", 422, "invalid_value", "mode")]
    [InlineData("""{"name":"a","mode":""}""", 422, "invalid_value", "mode")]
    [InlineData("""{"name":"a","mode":null}""", 400, "invalid_request", "mode")]
    [InlineData("""{"name":"a","mode":0}""", 400, "invalid_request", "mode")]

    // project
    [InlineData("""{"name":"a","project":{}}""", 400, "invalid_request", "project")]
    [InlineData("""{"name":"a","project":""}""", 422, "invalid_value", "project")]

    // dialects and models
    [InlineData("""{"name":"a","dialects":"agentai"}""", 400, "invalid_request", "dialects")]
    [InlineData("""{"name":"a","dialects":[]}""", 422, "invalid_value", "dialects")]
    [InlineData("""{"name":"a","dialects":["agentai","nothing"]}""", 422, "invalid_value", "dialects")]
    [InlineData("""{"name":"a","dialects":["admin"]}""", 422, "invalid_value", "dialects")]
    [InlineData("""{"name":"a","dialects":["agentai",7]}""", 400, "invalid_request", "dialects[1]")]
    [InlineData("""{"name":"a","dialects":[null]}""", 400, "invalid_request", "dialects[0]")]
    [InlineData("""{"name":"a","models":true}""", 400, "invalid_request", "models")]
    [InlineData("""{"name":"a","models":[]}""", 422, "invalid_value", "models")]
    [InlineData("""{"name":"a","models":[""]}""", 422, "invalid_value", "models")]
    [InlineData("""{"name":"a","models":["a*b"]}""", 422, "invalid_value", "models")]
    [InlineData("""{"name":"a","models":["x","\udc00"]}""", 400, "malformed_body", "models[1]")]

    // Limits, of which each is read the same way.
    [InlineData("""{"name":"a","requests_per_minute":0}""", 422, "invalid_value", "requests_per_minute")]
    [InlineData("""{"name":"a","requests_per_minute":-1}""", 422, "invalid_value", "requests_per_minute")]
    [InlineData("""{"name":"a","requests_per_minute":1.5}""", 422, "invalid_value", "requests_per_minute")]
    [InlineData("""{"name":"a","requests_per_minute":2147483648}""", 422, "invalid_value", "requests_per_minute")]
    [InlineData("""{"name":"a","requests_per_minute":1e400}""", 422, "invalid_value", "requests_per_minute")]
    [InlineData("""{"name":"a","requests_per_day":"None"}""", 422, "invalid_value", "requests_per_day")]
    [InlineData("""{"name":"a","requests_per_day":"10"}""", 422, "invalid_value", "requests_per_day")]
    [InlineData("""{"name":"a","tokens_per_minute":true}""", 400, "invalid_request", "tokens_per_minute")]
    [InlineData("""{"name":"a","concurrent_calls":[1]}""", 400, "invalid_request", "concurrent_calls")]

    // expires_at
    [InlineData("""{"name":"a","expires_at":1893456000}""", 400, "invalid_request", "expires_at")]
    [InlineData("""{"name":"a","expires_at":"tomorrow"}""", 422, "invalid_value", "expires_at")]
    [InlineData("""{"name":"a","expires_at":"2999-01-01"}""", 422, "invalid_value", "expires_at")]
    [InlineData("""{"name":"a","expires_at":"2999-01-01T00:00:00"}""", 422, "invalid_value", "expires_at")]
    [InlineData("""{"name":"a","expires_at":"2999-02-30T00:00:00Z"}""", 422, "invalid_value", "expires_at")]
    [InlineData("""{"name":"a","expires_at":"0001-01-01T00:00:00+14:00"}""", 422, "invalid_value", "expires_at")]
    [InlineData("""{"name":"a","expires_at":"2020-01-01T00:00:00Z"}""", 422, "invalid_value", "expires_at")]
    public async Task Create_Bad_NamesTheField(string body, int status, string type, string? field) =>
        (await gateway.CreateAsync(body)).ShouldBeRefused(status, type, field);

    [Theory]
    [InlineData("""{"mode":"test"}""", 400, "invalid_request", "mode")]
    [InlineData("""{"status":"active"}""", 400, "invalid_request", "status")]
    [InlineData("""{"name":null}""", 400, "invalid_request", "name")]
    [InlineData("""{"name":""}""", 422, "invalid_value", "name")]
    [InlineData("""{"project":"a","project":null}""", 400, "invalid_request", "project")]
    [InlineData("""{"concurrent_calls":0}""", 422, "invalid_value", "concurrent_calls")]
    [InlineData("", 400, "malformed_body", null)]
    public async Task Update_Bad_NamesTheFieldAndChangesNothing(string body, int status, string type, string? field)
    {
        var key = await gateway.CreateAsync("""{"name":"kept","project":"kept"}""");

        (await gateway.SendAsync("PATCH", "/" + key.Id, body)).ShouldBeRefused(status, type, field);

        (await gateway.SendAsync("GET", "/" + key.Id)).Text("project").ShouldBe("kept");
    }

    [Theory]
    [InlineData("""{"overlap_seconds":-1}""", 422, "invalid_value", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":2592001}""", 422, "invalid_value", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":0.5}""", 422, "invalid_value", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":1e99}""", 422, "invalid_value", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":"60"}""", 400, "invalid_request", "overlap_seconds")]
    [InlineData("""{"overlap_seconds":null}""", 400, "invalid_request", "overlap_seconds")]
    [InlineData("""{"overlap":1}""", 400, "invalid_request", "overlap")]
    [InlineData("7", 400, "malformed_body", null)]
    public async Task Rotate_Bad_NamesTheFieldAndKeepsTheSecret(string body, int status, string type, string? field)
    {
        var key = await gateway.CreateAsync("""{"name":"kept"}""");

        (await gateway.SendAsync("POST", $"/{key.Id}/rotate", body)).ShouldBeRefused(status, type, field);

        (await gateway.CallAsync(key.Secret)).ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"reason":"left"}""", 400, "invalid_request", "reason")]
    [InlineData("[]", 400, "malformed_body", null)]
    public async Task Revoke_WithMembers_IsRefusedAndRevokesNothing(string body, int status, string type, string? field)
    {
        var key = await gateway.CreateAsync("""{"name":"kept"}""");

        (await gateway.SendAsync("POST", $"/{key.Id}/revoke", body)).ShouldBeRefused(status, type, field);

        (await gateway.CallAsync(key.Secret)).ShouldBe(404);
    }

    [Theory]
    [InlineData("?limit=0", 400, "invalid_request", "limit")]
    [InlineData("?limit=1001", 400, "invalid_request", "limit")]
    [InlineData("?limit=-1", 400, "invalid_request", "limit")]
    [InlineData("?limit=1e2", 400, "invalid_request", "limit")]
    [InlineData("?limit=%201", 400, "invalid_request", "limit")]
    [InlineData("?limit=", 400, "invalid_request", "limit")]
    [InlineData("?limit", 400, "invalid_request", "limit")]
    [InlineData("?limit=99999999999", 400, "invalid_request", "limit")]
    [InlineData("?limit=1&limit=2", 400, "invalid_request", "limit")]
    [InlineData("?mode=LIVE", 400, "invalid_request", "mode")]
    [InlineData("?mode=live,test", 400, "invalid_request", "mode")]
    [InlineData("?status=revoked", 400, "invalid_request", "status")]
    [InlineData("?states=active", 400, "invalid_request", "states")]
    [InlineData("?after=" + SomeId, 422, "invalid_value", "after")]
    [InlineData("?after=", 422, "invalid_value", "after")]
    [InlineData("?after='%20OR%201=1--", 422, "invalid_value", "after")]
    public async Task List_BadParameter_IsNamed(string query, int status, string type, string field) =>
        (await gateway.SendAsync("GET", query)).ShouldBeRefused(status, type, field);

    [Theory]
    [InlineData("GET", "/" + SomeId)]
    [InlineData("PATCH", "/" + SomeId)]
    [InlineData("POST", "/" + SomeId + "/rotate")]
    [InlineData("POST", "/" + SomeId + "/revoke")]
    [InlineData("GET", "/KEY_0123456789ABCDEF")]
    [InlineData("GET", "/%27%20OR%20%271%27=%271")]
    [InlineData("GET", "/%F0%9F%98%80")]
    [InlineData("POST", "/" + SomeId + "/delete")]
    [InlineData("POST", "/" + SomeId + "/rotate/now")]
    public async Task UnknownKeyOrPath_Is404(string method, string path) =>
        (await gateway.SendAsync(method, path, method == "GET" ? null : "{}")).ShouldBeRefused(404, "not_found");

    [Theory]
    [InlineData("DELETE", "/" + SomeId, "GET, PATCH")]
    [InlineData("PUT", "/" + SomeId, "GET, PATCH")]
    [InlineData("DELETE", "", "GET, POST")]
    [InlineData("GET", "/" + SomeId + "/rotate", "POST")]
    public async Task WrongMethod_Is405WithTheRightOnes(string method, string path, string allow)
    {
        var answer = await gateway.SendAsync(method, path);

        answer.ShouldBeRefused(405, "method_not_allowed");
        answer.Headers["allow"].Split(", ").Order().ShouldBe(allow.Split(", "));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Create_OtherMediaType_Is415(string type)
    {
        var content = new StringContent("""{"name":"a"}""");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        (await gateway.SendAsync("POST", "", content)).ShouldBeRefused(415, "unsupported_media_type");
    }

    [Fact]
    public async Task Create_BodyAtItsBound_IsReadAndOneByteMoreIs413()
    {
        const int Bound = 64 * 1024;
        const string Body = """{"name":"padded"}""";

        (await gateway.CreateAsync(Body + new string(' ', Bound - Body.Length))).Status.ShouldBe(201);
        (await gateway.CreateAsync(Body + new string(' ', Bound - Body.Length + 1))).ShouldBeRefused(413, "body_too_large");
    }

    [Fact]
    public async Task Create_BadUtf8_IsMalformed() =>
        (await gateway.SendAsync("POST", "", new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]))).ShouldBeRefused(400, "malformed_body");

    [Fact]
    public async Task Create_ByteOrderMark_IsPassedOver() =>
        (await gateway.SendAsync("POST", "", new ByteArrayContent([0xEF, 0xBB, 0xBF, .. "{\"name\":\"marked\"}"u8]))).Status.ShouldBe(201);

    [Fact]
    public async Task Create_NameAtItsBound_CountsCharactersAsPeopleDo()
    {
        var longest = string.Concat(Enumerable.Repeat("😀", 100));

        (await gateway.CreateAsync($$"""{"name":"{{longest}}"}""")).Status.ShouldBe(201);
        (await gateway.CreateAsync($$"""{"name":"{{longest}}x"}""")).ShouldBeRefused(422, "invalid_value", "name");
    }

    /// <summary>Bodies between well-formed and nonsense, and queries likewise; the seed is in the message of a failure.</summary>
    [Fact]
    public async Task RandomRequests_AreDoneOrRefusedInTheOneShape()
    {
        var key = await gateway.CreateAsync("""{"name":"random"}""");
        var statuses = new HashSet<int>();
        for (var seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            var (method, path) = random.Next(4) switch
            {
                0 => ("PATCH", "/" + key.Id),
                1 => ("POST", $"/{key.Id}/rotate"),
                2 => ("GET", RandomQuery(random)),
                _ => ("POST", ""),
            };
            var answer = await gateway.SendAsync(method, path, method == "GET" ? null : new ByteArrayContent(RandomBody(random)));

            statuses.Add(answer.Status);
            if (answer.Status is not (200 or 201))
            {
                answer.Status.ShouldBeOneOf([400, 422]);
                answer.ShouldBeRefused(answer.Status, answer.ErrorType, answer.Field);
            }
        }

        statuses.ShouldBe([200, 201, 400, 422], ignoreOrder: true, "all of them are met, or the bodies are not random enough");
    }

    private static readonly string[] Names =
        ["name", "mode", "project", "dialects", "models", "requests_per_minute", "requests_per_day", "expires_at", "overlap_seconds", "", "\\ud800", "n\\u0061me", "é"];

    private static readonly string[] Values =
    [
        "\"a\"", "\"\"", "\"none\"", "\"live\"", "\"test\"", "\"\\ud800\"", "\"\\u0000\"", "\"😀\"", "\"2999-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999-14:00\"",
        "0", "1", "60", "-1", "1.0", "1e1", "1e999", "-0", "true", "false", "null", "[]", "[\"agentai\"]", "[\"gpt*\",\"a\"]", "[[1]]", "{}", "{\"a\":{}}", "NaN",
    ];

    private static byte[] RandomBody(Random random)
    {
        var members = Enumerable.Range(0, random.Next(4)).Select(_ => $"\"{Names[random.Next(Names.Length)]}\":{Values[random.Next(Values.Length)]}");
        if (random.Next(2) == 0)
        {
            members = members.Append("\"name\":\"random\"");
        }

        var body = Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}");
        switch (random.Next(6))
        {
            case 0:
                body[random.Next(body.Length)] = (byte)random.Next(256);
                break;
            case 1:
                body = body[..random.Next(1, body.Length + 1)];
                break;
        }

        return body;
    }

    private static string RandomQuery(Random random)
    {
        string[] names = ["project", "mode", "status", "limit", "after", "other", "", "%00", "%ED%A0%80"];
        string[] values = ["", "live", "active", "all", "1", "1000", "-5", "shop", "key_1", "%00", "%F0%9F%98%80", "%ED%A0%80", "%", "a=b", "'\""];
        var parts = Enumerable.Range(0, random.Next(4)).Select(_ => $"{names[random.Next(names.Length)]}={values[random.Next(values.Length)]}");
        return "?" + string.Join('&', parts);
    }
}
