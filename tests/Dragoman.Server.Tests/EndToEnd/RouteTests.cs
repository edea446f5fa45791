using System.Text.Json;
using System.Text.RegularExpressions;
using Dragoman.Dialects;
using Dragoman.Keys;
using Dragoman.Model;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>
/// A walk over the whole route table, with every key that must not open what it is held against. A route that is added fails
/// <see cref="Routes_OfTheServer_AreTheListedOnes"/> until it is listed here, and is walked from then on.
/// </summary>
public sealed partial class RouteTests
{
    /// <summary>Answered without a key, by GET and HEAD alone.</summary>
    private static readonly Route[] Open =
    [
        new("GET,HEAD", "/healthz", Nobody),
        new("GET,HEAD", "/readyz", Nobody),
        new("GET,HEAD", "/api-reference/v1/v1.0.1_openapi.json", "agentai"),
        new("GET,HEAD", "/api-reference/v1/v1.1.0_openapi.json", "agentai"),
        new("GET,HEAD", "/v20241104/openapi.json", "gainly"),
        new("GET,HEAD", "/v2/aiproducts/openapi.json", "edenai"),
        new("GET,HEAD", "/admin/v1/openapi.json", "admin"),
    ];

    /// <summary>Everything under it is answered without a key, as <see cref="Images.ImageServingConformance"/> tells.</summary>
    private static readonly Route Pictures = new("every method", "/images/{**name}", Nobody);

    private static readonly Route[] Closed =
    [
        new("POST", "/v1/action/invoke_llm", "agentai"),
        new("POST", "/v1/action/generate_image", "agentai"),
        new("POST", "/v20241104/invoke-llm", "gainly"),
        new("GET,HEAD", "/versions", "gainly"),
        new("GET,HEAD", "/v2/aiproducts/", "edenai"),
        new("GET,HEAD", "/v2/aiproducts/{project_id}/", "edenai"),
        new("DELETE", "/v2/aiproducts/delete/{project_id}/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/", "edenai"),
        new("PATCH", "/v2/aiproducts/askyoda/v2/{project_id}/update_project/", "edenai"),
        new("GET,HEAD", "/v2/aiproducts/askyoda/v2/{project_id}/info/", "edenai"),
        new("GET,HEAD", "/v2/aiproducts/askyoda/v2/{project_id}/get_collection_info/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/add_text/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/add_url/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/add_file/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/add_image/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/add_video/", "edenai"),
        new("GET,HEAD", "/v2/aiproducts/askyoda/v2/{project_id}/files/", "edenai"),
        new("GET,HEAD", "/v2/aiproducts/askyoda/v2/{project_id}/files/{file_id}/", "edenai"),
        new("DELETE", "/v2/aiproducts/askyoda/v2/{project_id}/files/{file_id}/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/query/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/list_chunks_ids/", "edenai"),
        new("DELETE", "/v2/aiproducts/askyoda/v2/{project_id}/delete_chunk/", "edenai"),
        new("DELETE", "/v2/aiproducts/askyoda/v2/{project_id}/delete_all_chunks/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/generate", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/ask_llm", "edenai"),
        new("GET,HEAD", "/v2/aiproducts/askyoda/v2/{project_id}/conversations/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/conversations/", "edenai"),
        new("GET,HEAD", "/v2/aiproducts/askyoda/v2/{project_id}/conversations/{conversation_id}/", "edenai"),
        new("PUT", "/v2/aiproducts/askyoda/v2/{project_id}/conversations/{conversation_id}/", "edenai"),
        new("PATCH", "/v2/aiproducts/askyoda/v2/{project_id}/conversations/{conversation_id}/", "edenai"),
        new("DELETE", "/v2/aiproducts/askyoda/v2/{project_id}/conversations/{conversation_id}/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/create_bot_prompt/", "edenai"),
        new("POST", "/v2/aiproducts/askyoda/v2/{project_id}/create_bot_profile/", "edenai"),
        new("PATCH", "/v2/aiproducts/askyoda/v2/{project_id}/{prompt_name}/", "edenai"),
        new("DELETE", "/v2/aiproducts/askyoda/v2/{project_id}/remove_bot_prompt/", "edenai"),
        new("POST", "/admin/v1/keys", "admin"),
        new("GET", "/admin/v1/keys", "admin"),
        new("GET", "/admin/v1/keys/{id}", "admin"),
        new("PATCH", "/admin/v1/keys/{id}", "admin"),
        new("POST", "/admin/v1/keys/{id}/rotate", "admin"),
        new("POST", "/admin/v1/keys/{id}/revoke", "admin"),
    ];

    /// <summary>How an error looks, by whose path it is on.</summary>
    private static readonly Dictionary<string, Action<JsonElement, int>> Shapes = new()
    {
        [Nobody] = (body, _) => body.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty(),
        ["gainly"] = (body, _) =>
        {
            body.GetProperty("error").GetProperty("type").GetString().ShouldBe("invalid_request_error");
            body.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        },
        ["agentai"] = (body, status) =>
        {
            body.GetProperty("status").GetInt32().ShouldBe(status);
            body.GetProperty("response").ValueKind.ShouldBe(JsonValueKind.Null);
            body.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        },
        ["edenai"] = (body, status) =>
        {
            body.GetProperty("error").GetProperty("type").GetString().ShouldBe(status == 401 ? "authentication_error" : "permission_error");
            body.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        },
        ["admin"] = (body, status) =>
        {
            body.GetProperty("error").GetProperty("type").GetString().ShouldBe(status == 401 ? "unauthenticated" : "forbidden");
            body.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
            body.GetProperty("error").GetProperty("field").ValueKind.ShouldBe(JsonValueKind.Null);
        },
    };

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];

    private const string Nobody = "";
    private const string WithoutModels = """{ "Starter": { "Enabled": false } }""";

    [Fact]
    public async Task Routes_OfTheServer_AreTheListedOnes()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: WithoutModels);
        var endpoints = gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => endpoint.ShouldBeOfType<RouteEndpoint>());

        Listed(endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<OpenRoute>() is not null)).ShouldBe(Listed([.. Open, Pictures]), ignoreOrder: true);
        Listed(endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<OpenRoute>() is null)).ShouldBe(Listed(Closed), ignoreOrder: true);
    }

    [Fact]
    public async Task OpenRoutes_WithAnyKeyOrNone_AnswerToReadingAlone()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: WithoutModels);
        var keys = new WalkersKeys(gateway.Services.GetRequiredService<KeyRing>());

        foreach (var route in Open)
        {
            foreach (var key in new[] { null, "wrong", keys.Revoked, keys.Expired, keys.Live, keys.Admin })
            {
                (await RawHttp.SendAsync(gateway.Client.BaseAddress!, "GET", route.Path, key)).Status.ShouldBe(200, $"{route} with {key}");
                (await RawHttp.SendAsync(gateway.Client.BaseAddress!, "HEAD", route.Path, key)).Status.ShouldBe(200, $"{route} with {key}");
            }

            foreach (var method in Methods.Except(["GET", "HEAD"]))
            {
                var answer = await RawHttp.SendAsync(gateway.Client.BaseAddress!, method, route.Path, key: null);
                answer.Status.ShouldBe(401, $"{method} {route.Path}");
                Shapes[route.Owner](answer.Json, 401);
            }
        }
    }

    [Fact]
    public async Task ClosedRoutes_WithAKeyThatDoesNotOpenThem_RefuseInTheOwnersShape()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: WithoutModels);
        var keys = new WalkersKeys(gateway.Services.GetRequiredService<KeyRing>());

        foreach (var route in Closed)
        {
            foreach (var (key, status) in keys.Against(route))
            {
                foreach (var method in Methods)
                {
                    var answer = await RawHttp.SendAsync(gateway.Client.BaseAddress!, method, route.Path, key);

                    answer.Status.ShouldBe(status, $"{method} {route.Path} with {key}");
                    if (method != "HEAD")
                    {
                        Shapes[route.Owner](answer.Json, status);
                    }
                }
            }
        }
    }

    /// <summary>The other side: what the walk finds closed is closed by the key and by nothing else.</summary>
    [Fact]
    public async Task ClosedRoutes_WithTheirKey_LetIn()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: WithoutModels);
        var keys = new WalkersKeys(gateway.Services.GetRequiredService<KeyRing>());

        foreach (var route in Closed)
        {
            foreach (var key in route.IsForAdministrators ? [keys.Admin] : new[] { keys.Live, keys.Test })
            {
                foreach (var method in route.Methods.Split(','))
                {
                    (await RawHttp.SendAsync(gateway.Client.BaseAddress!, method, route.Path, key)).Status.ShouldNotBeOneOf(401, 403);
                }
            }
        }
    }

    /// <summary>
    /// The door judges by the path that the router sees. Each of these is the path of a closed route in disguise; some lead to it, most to nothing, and
    /// none past the door. Routes of one owner that are equally deep are led to alike, so that one of them stands for all.
    /// </summary>
    [Fact]
    public async Task ClosedRoutes_InDisguise_StayClosed()
    {
        await using var gateway = await RunningGateway.StartAsync(settings: WithoutModels);
        var server = gateway.Client.BaseAddress!;
        var keys = new WalkersKeys(gateway.Services.GetRequiredService<KeyRing>());
        var recognized = 0;

        foreach (var route in Closed.DistinctBy(route => (route.Owner, route.Path.Count(character => character == '/'))))
        {
            foreach (var target in Disguises(route.Path))
            {
                var method = route.Methods.Split(',')[0];
                foreach (var (key, _) in keys.Against(route))
                {
                    // 400 is the server's, for what is no path at all; 404 is told to good keys alone.
                    var answer = await RawHttp.SendAsync(server, method, target, key);
                    answer.Status.ShouldBeOneOf(keys.IsGood(key) ? [400, 403, 404] : [400, 401]);
                }

                var withItsKey = await RawHttp.SendAsync(server, method, target, route.IsForAdministrators ? keys.Admin : keys.Live);
                recognized += withItsKey.Status is 400 or 403 or 404 ? 0 : 1;
            }
        }

        recognized.ShouldBeGreaterThan(0, "not one disguise led to its route: they would prove nothing");
    }

    private static IEnumerable<string> Disguises(string path)
    {
        var firstEnd = path.IndexOf('/', 1) is > 0 and var slash ? slash : path.Length;
        yield return "/" + path;
        yield return path.Replace("/", "//", StringComparison.Ordinal);
        yield return "/." + path;
        yield return "/%2e" + path;
        yield return "/x/.." + path;
        yield return "/x/%2e%2E" + path;
        yield return "/%2e%2e" + path;
        yield return path.Replace("/", "/./", StringComparison.Ordinal);
        yield return path.ToUpperInvariant();
        yield return path + "/";
        yield return path + "//";
        yield return path + "/.";
        yield return path + "/x/..";
        yield return path + "%2f";
        yield return path + "%5c";
        yield return path + "%20";
        yield return path + "%00";
        yield return path + ";x";
        yield return path + ";x=/healthz";
        yield return path + ".json";
        yield return path + "?x=/admin/v1/openapi.json";
        yield return path[..1] + ";" + path[1..];
        yield return path.Insert(firstEnd, ";x");
        yield return path.Insert(firstEnd, "%3Bx");
        yield return "/" + path[1..].Replace("/", "%2F", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace("/", "%252F", StringComparison.Ordinal);
        yield return "/" + path[1..].Replace('/', '\\');
        yield return "/%2F" + path[1..];

        // One letter, and all of them, by their numbers; twice over; and letters of other scripts that fold to Latin ones.
        yield return $"/%{(int)path[1]:x2}{path[2..]}";
        yield return string.Concat(path.Select(letter => letter == '/' ? "/" : $"%{(int)letter:X2}"));
        yield return $"/%25{(int)path[1]:x2}{path[2..]}";
        yield return path.Replace("k", "%E2%84%AA", StringComparison.Ordinal).Replace("i", "%C4%B1", StringComparison.Ordinal).Replace("s", "%C5%BF", StringComparison.Ordinal);
        yield return "/%EF%BC%8F" + path[1..];

        // Another server's address before it, and the open routes' own paths.
        yield return "http://localhost" + path;
        yield return "http://elsewhere.example" + path;
        foreach (var open in Open)
        {
            var up = string.Concat(Enumerable.Repeat("/..", open.Path.Count(character => character == '/')));
            yield return open.Path + up + path;
            yield return open.Path + up.Replace("..", "%2e%2e", StringComparison.Ordinal) + path;
            yield return open.Path + ";" + up + path;
            yield return open.Path + "%2f" + up[1..].Replace("/", "%2f", StringComparison.Ordinal) + path;
            yield return open.Path + path;
        }
    }

    private static List<string> Listed(IEnumerable<Route> routes) => [.. routes.Select(route => $"{route.Methods} {route.Pattern}")];

    private static List<string> Listed(IEnumerable<RouteEndpoint> endpoints) =>
    [
        .. endpoints.Select(endpoint =>
        {
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["every method"];
            return $"{string.Join(',', methods)} /{endpoint.RoutePattern.RawText!.TrimStart('/')}";
        }),
    ];

    /// <param name="Owner">The dialect whose path it is.</param>
    private sealed partial record Route(string Methods, string Pattern, string Owner)
    {
        public string Path => PathParameter().Replace(Pattern, static name => name.Value == "{id}" ? WalkersKeys.SomeId : "0b6f2f3e-5d0c-4c63-9d6e-2a1f7c9be001");

        public bool IsForAdministrators => Owner == "admin";

        [GeneratedRegex("{[a-z_]+}")]
        private static partial Regex PathParameter();
    }

    /// <summary>One key of each sort that a walker can hold, in force or no more.</summary>
    private sealed class WalkersKeys
    {
        public const string SomeId = "key_0123456789abcdef";

        public readonly string Revoked = ApiKey.Create(KeyMode.Live);
        public readonly string Expired = ApiKey.Create(KeyMode.Live);
        public readonly string ExpiredAdmin = ApiKey.Create(KeyMode.Admin);
        public readonly string RevokedAdmin = ApiKey.Create(KeyMode.Admin);
        public readonly string WithoutDialect = ApiKey.Create(KeyMode.Live);
        public readonly string Live = ApiKey.Create(KeyMode.Live);
        public readonly string Test = ApiKey.Create(KeyMode.Test);
        public readonly string Admin = ApiKey.Create(KeyMode.Admin);

        public WalkersKeys(KeyRing ring)
        {
            var past = DateTimeOffset.UtcNow.AddSeconds(-1);
            ring.Set(ring.Hash(Revoked), new Caller("key_revoked", "walker", KeyMode.Live));
            ring.Remove(ring.Hash(Revoked));
            ring.Set(ring.Hash(RevokedAdmin), new Caller("key_revoked_admin", "walker", KeyMode.Admin));
            ring.Remove(ring.Hash(RevokedAdmin));
            ring.Set(ring.Hash(Expired), new Caller("key_expired", "walker", KeyMode.Live) { ExpiresAt = past });
            ring.Set(ring.Hash(ExpiredAdmin), new Caller("key_expired_admin", "walker", KeyMode.Admin) { ExpiresAt = past });
            ring.Set(ring.Hash(WithoutDialect), new Caller("key_without", "walker", KeyMode.Live) { Dialects = ["none-of-them"] });
            ring.Set(ring.Hash(Live), new Caller("key_live", "walker", KeyMode.Live));
            ring.Set(ring.Hash(Test), new Caller("key_test", "walker", KeyMode.Test));
            ring.Set(ring.Hash(Admin), new Caller("key_admin", "walker", KeyMode.Admin));
        }

        /// <summary>Every key that must not open the route, with the status that it gets.</summary>
        public IEnumerable<(string? Key, int Status)> Against(Route route)
        {
            yield return (null, 401);
            yield return ("wrong", 401);
            yield return (Revoked, 401);
            yield return (Expired, 401);
            yield return (RevokedAdmin, 401);
            yield return (ExpiredAdmin, 401);
            yield return (WithoutDialect, 403);
            if (route.IsForAdministrators)
            {
                yield return (Live, 403);
                yield return (Test, 403);
            }
            else
            {
                yield return (Admin, 403);
            }
        }

        public bool IsGood(string? key) => key == WithoutDialect || key == Live || key == Test || key == Admin;
    }
}
