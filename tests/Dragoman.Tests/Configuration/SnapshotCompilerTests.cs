using System.Collections.Immutable;
using Dragoman.Configuration;
using Dragoman.Model;
using Dragoman.Providers.OpenAI;
using Dragoman.Routing;

namespace Dragoman.Tests.Configuration;

public sealed class SnapshotCompilerTests
{
    [Fact]
    public void Compile_Nothing_IsTheStarterAndTheDefaults()
    {
        var snapshot = Settings.Compile("{}");
        snapshot.HasProvider.ShouldBeFalse();
        snapshot.Starter!.Id.ShouldBe("starter/tinyllama-1.1b-chat");
        snapshot.Upstream.ShouldBe(new UpstreamLimits());
        snapshot.MaxRequestBodyBytes.ShouldBe(32 * 1024 * 1024);
    }

    [Theory]
    [InlineData("""{"Provider":{}}""", "Provider: there is no such section")]
    [InlineData("""{"Providers":{"opnai":{"ApiKey":"k"}}}""", "Did you mean openai?")]
    [InlineData("""{"Providers":{"mine":{"Vendor":"zzzzzzzzz"}}}""", "Known: openai,")]
    [InlineData("""{"Providers":{"openai":{"ApyKey":"k"}}}""", "Providers:openai:ApyKey: there is no such setting")]
    [InlineData("""{"Providers":{"openai":{}}}""", "OPENAI_API_KEY")]
    [InlineData("""{"Providers":{"openai":"sk-canary"}}""", "Providers:openai: is a section, not a value")]
    [InlineData("""{"Providers":{"vllm":{}}}""", "VLLM_BASE_URL")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"sk canary"}}}""", "cannot travel in a header")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"sk-canary\nX-Evil: 1"}}}""", "cannot travel in a header")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"sk-canaryé"}}}""", "cannot travel in a header")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"k","BaseUrl":"localhost:8080"}}}""", "not an absolute http or https address")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"k","BaseUrl":"ftp://canary@x/"}}}""", "not an absolute http or https address")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"k","BaseUrl":"/v1"}}}""", "not an absolute http or https address")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"k","Enabled":"perhaps"}}}""", "Providers:openai:Enabled: 'perhaps' is neither true nor false")]
    [InlineData("""{"Providers":{"starter":{"BaseUrl":"http://x/"}}}""", "section Starter")]
    [InlineData("""{"Providers":{"a/b":{"Vendor":"openai","ApiKey":"k"}}}""", "a provider's name is made of")]
    [InlineData("""{"Models":{"x":"gpt-4o"}}""", "Models:x: 'gpt-4o' is not of the form provider/model")]
    [InlineData("""{"Models":{"x":"nobody/gpt-4o"}}""", "Models:x: there is no provider 'nobody'")]
    [InlineData("""{"Models":{"x":[]}}""", "Models:x: names no model")]
    [InlineData("""{"Models":{"x":["openai/a",{"y":1}]}}""", "Models:x")]
    [InlineData("""{"Dialects":{"dialekt":{"Models":{"x":"openai/a"}}}}""", "Dialects:dialekt: there is no such dialect")]
    [InlineData("""{"Dialects":{"dialect":{"Modles":{"x":"openai/a"}}}}""", "Dialects:dialect:Modles: there is no such setting")]
    [InlineData("""{"Dialects":{"dialect":{"Models":{"x":"y"}}}}""", "Dialects:dialect:Models:x")]
    [InlineData("""{"Starter":{"Enbled":true}}""", "Starter:Enbled: there is no such setting")]
    [InlineData("""{"Upstream":{"MaxAttempts":0}}""", "Upstream:MaxAttempts: '0' is not a whole number from 1 to 10")]
    [InlineData("""{"Upstream":{"MaxAttempts":"1e1"}}""", "Upstream:MaxAttempts")]
    [InlineData("""{"Upstream":{"MaxResponseBytes":2147483647}}""", "Upstream:MaxResponseBytes")]
    [InlineData("""{"Upstream":{"IdleTimeoutSeconds":0}}""", "Upstream:IdleTimeoutSeconds: '0' is not a number of seconds")]
    [InlineData("""{"Upstream":{"IdleTimeoutSeconds":-1}}""", "Upstream:IdleTimeoutSeconds")]
    [InlineData("""{"Upstream":{"TotalTimeoutSeconds":"NaN"}}""", "Upstream:TotalTimeoutSeconds")]
    [InlineData("""{"Upstream":{"TotalTimeoutSeconds":"1e99"}}""", "Upstream:TotalTimeoutSeconds")]
    [InlineData("""{"Upstream":{"Timeout":1}}""", "Upstream:Timeout: there is no such setting")]
    [InlineData("""{"Limits":{"MaxRequestBodyBytes":1}}""", "Limits:MaxRequestBodyBytes")]
    [InlineData("""{"Limits":{"Max":1}}""", "Limits:Max: there is no such setting")]
    [InlineData("""{"Dialects":{"dialect":{"Limits":{"RequestsPerMinute":0}}}}""", "Dialects:dialect:Limits:RequestsPerMinute: '0' is neither")]
    public void Compile_AMistake_IsToldWithItsPlaceAndWithoutSecrets(string json, string mistake)
    {
        var result = Settings.TryCompile(json);
        result.Snapshot.ShouldBeNull();
        result.Mistakes.ShouldBeUnique();
        result.Mistakes.ShouldContain(line => line.Contains(mistake, StringComparison.Ordinal), string.Join('\n', result.Mistakes));
        string.Concat(result.Mistakes).ShouldNotContain("canary");
    }

    [Fact]
    public void Compile_NameThatNoCallerCanAskFor_IsAMistake()
    {
        var dialect = new DialectDefinition("dialect") { Models = new Dictionary<string, ImmutableArray<string>> { ["only"] = ["openai/a"] }, CallersNameModels = false };
        var compiler = new SnapshotCompiler([new OpenAIProvider()], [dialect], null);
        Compile("Only").Mistakes.ShouldBeEmpty();
        Compile("other").Mistakes.ShouldHaveSingleItem().ShouldStartWith("Dialects:dialect:Models:other: no caller of this dialect can ask for it. Names: only.");

        SnapshotResult Compile(string name) => compiler.Compile(Settings.Parse($$"""{ "Dialects": { "dialect": { "Models": { "{{name}}": "openai/b" } } } }"""), _ => null);
    }

    [Fact]
    public void Compile_ManyMistakes_AreToldAtOnce() => Settings.TryCompile("""
        {
          "Nonsense": 1, "Upstream": { "MaxAttempts": 99, "IdleTimeoutSeconds": "x" }, "Starter": { "Enabled": 7 },
          "Providers": { "openai": {}, "groq": { "ApiKey": "a b" } }, "Models": { "a": "b", "c": "d/e" }
        }
        """).Mistakes.Count.ShouldBe(8);

    [Fact]
    public void Compile_EnvironmentAlone_MakesTheUsualProviders()
    {
        var snapshot = Settings.TryCompile("{}", new()
        {
            ["OPENAI_API_KEY"] = " sk-1 \n",
            ["ANTHROPIC_API_KEY"] = "sk-2",
            ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9",
            ["OLLAMA_BASE_URL"] = "http://127.0.0.1:8/v1",
            ["GROQ_API_KEY"] = "  ",
            ["STARTER_API_KEY"] = "x",
        }).Snapshot!;
        snapshot.Providers.Keys.Order().ShouldBe(["anthropic", "ollama", "openai"]);
        snapshot.Providers["openai"].ApiKey.ShouldBe("sk-1");
        snapshot.Providers["openai"].BaseUri.ShouldBe(new Uri("https://api.openai.com/v1"));
        snapshot.Providers["anthropic"].BaseUri.ShouldBe(new Uri("http://127.0.0.1:9"));
        snapshot.Providers["ollama"].ApiKey.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"Providers":{"openai":{}}}""", "env", "http://env/v1")]
    [InlineData("""{"Providers":{"OpenAI":{}}}""", "env", "http://env/v1")]
    [InlineData("""{"Providers":{"openai":null}}""", "env", "http://env/v1")]
    [InlineData("""{"Providers":{"OpenAI":{"ApiKey":"file"}}}""", "file", "http://env/v1")]
    [InlineData("""{"Providers":{"openai":{"BaseUrl":"http://file/v1"}}}""", "env", "http://file/v1")]
    public void Compile_FileAndEnvironment_TheFileSpeaksFirst(string json, string key, string url)
    {
        var result = Settings.TryCompile(json, Environment);
        result.Mistakes.ShouldBeEmpty();
        var provider = result.Snapshot!.Providers["openai"];
        provider.ApiKey.ShouldBe(key);
        provider.BaseUri.ShouldBe(new Uri(url));
    }

    [Fact]
    public void Compile_SwitchedOff_IsGoneWhateverTheEnvironmentSays() =>
        Settings.TryCompile("""{"Providers":{"openai":{"Enabled":false}}}""", Environment).Snapshot!.HasProvider.ShouldBeFalse();

    [Fact]
    public void Compile_FurtherEntryOfAVendor_SaysItAllItself()
    {
        var snapshot = Settings.TryCompile("""{"Providers":{"Work":{"Vendor":"openai","ApiKey":"w","BaseUrl":"http://w/v1"}}}""", Environment).Snapshot!;
        snapshot.Providers.Keys.Order().ShouldBe(["openai", "work"]);
        snapshot.Providers["work"].ApiKey.ShouldBe("w");
        Settings.TryCompile("""{"Providers":{"work":{"Vendor":"openai"}}}""", Environment).Mistakes.ShouldHaveSingleItem().ShouldContain("needs a key");
    }

    [Fact]
    public void Compile_WireThatTheBuildLacks_IsAMistakeAndNoCrash() =>
        Settings.Compiler(without: WireFormat.AnthropicMessages)
            .Compile(Settings.Parse("""{"Providers":{"anthropic":{"ApiKey":"k"}}}"""), _ => null)
            .Mistakes.ShouldHaveSingleItem().ShouldContain("AnthropicMessages");

    [Theory]
    [InlineData("""{"llama3:8b":"ollama/llama3:8b"}""", "llama3:8b=ollama/llama3:8b")]
    [InlineData("""{"llama3:8b":["ollama/a","ollama/b"]}""", "llama3:8b=ollama/a,ollama/b")]
    [InlineData("""{"gemma:2":"ollama/gemma:2"}""", "gemma:2=ollama/gemma:2")]
    [InlineData("""{"gemma:2":"ollama/gemma:2","gemma":"ollama/g"}""", "gemma:2=ollama/gemma:2 gemma=ollama/g")]
    [InlineData("""{"gemma:2b":"ollama/x","gemma":["ollama/g","ollama/h"]}""", "gemma:2b=ollama/x gemma=ollama/g,ollama/h")]
    [InlineData("""{"ft:gpt-4o:org::id":"ollama/x"}""", "ft:gpt-4o:org::id=ollama/x")]
    [InlineData("""{"a":["ollama/1","ollama/2","ollama/3","ollama/4","ollama/5","ollama/6","ollama/7","ollama/8","ollama/9","ollama/10","ollama/11"]}""",
        "a=ollama/1,ollama/2,ollama/3,ollama/4,ollama/5,ollama/6,ollama/7,ollama/8,ollama/9,ollama/10,ollama/11")]
    public void Compile_NamesOfAnyForm_AreKept(string models, string expected)
    {
        foreach (var place in new[] { "{\"Models\":" + models, "{\"Dialects\":{\"dialect\":{\"Models\":" + models + "}}" })
        {
            var snapshot = Settings.Compile(place + ""","Providers":{"ollama":{}}}""");
            var table = place.StartsWith("{\"Models", StringComparison.Ordinal) ? snapshot.Aliases : snapshot.Dialects["dialect"].Routes;
            table.Select(entry => $"{entry.Key}={string.Join(',', entry.Value.Route.Deployments.Select(deployment => deployment.Id))}")
                .ShouldBe(expected.Split(' '), ignoreOrder: true);
        }
    }

    [Fact]
    public void Compile_OperatorsNamesOfADialect_GoOverItsOwn()
    {
        var snapshot = Settings.Compile(
            """{"Providers":{"ollama":{}},"Dialects":{"Dialect":{"Models":{"FAST":"ollama/mine"}}}}""",
            new() { ["fast"] = ["openai/x"], ["slow"] = ["ollama/y"] });
        snapshot.Dialects["dialect"].Routes.Values.SelectMany(entry => entry.Route.Deployments).Select(deployment => deployment.Id)
            .ShouldBe(["ollama/mine", "ollama/y"], ignoreOrder: true);
    }

    [Fact]
    public void Compile_AliasOfAnUnconfiguredVendor_IsKeptAsMissing() =>
        Settings.Compile("""{"Models":{"x":["groq/a","openai/b"]}}""").Aliases["X"].Missing.Select(reference => reference.ToString()).ShouldBe(["groq/a", "openai/b"]);

    [Fact]
    public void Compile_Limits_AreRead()
    {
        var snapshot = Settings.Compile("""
            {
              "Upstream": { "ConnectTimeoutSeconds": 0.5, "FirstByteTimeoutSeconds": 2, "IdleTimeoutSeconds": "3", "TotalTimeoutSeconds": 86400,
                "MaxAttempts": 10, "MaxResponseBytes": 1024 },
              "Limits": { "MaxRequestBodyBytes": 4096 }, "Starter": { "ModelName": "mine" }, "Logging": { "LogLevel": { "Default": "Debug" } }
            }
            """);
        snapshot.Upstream.ShouldBe(new UpstreamLimits
        {
            ConnectTimeout = TimeSpan.FromSeconds(0.5),
            FirstByteTimeout = TimeSpan.FromSeconds(2),
            IdleTimeout = TimeSpan.FromSeconds(3),
            TotalTimeout = TimeSpan.FromDays(1),
            MaxAttempts = 10,
            MaxResponseBytes = 1024,
        });
        snapshot.MaxRequestBodyBytes.ShouldBe(4096);
        snapshot.Starter!.Id.ShouldBe("starter/mine");
    }

    private static Dictionary<string, string> Environment { get; } = new() { ["OPENAI_API_KEY"] = "env", ["OPENAI_BASE_URL"] = "http://env/v1" };
}
