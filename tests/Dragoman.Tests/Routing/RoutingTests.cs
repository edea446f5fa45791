using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.OpenAI;
using Dragoman.Routing;
using Dragoman.Tests.Configuration;

namespace Dragoman.Tests.Routing;

public sealed class RoutingTests
{
    private static readonly Caller Live = new("key_1", "test", KeyMode.Live);

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("gpt4o")]
    [InlineData("anthropic/claude-3")]
    [InlineData("nobody/knows")]
    [InlineData("")]
    [InlineData("ключ/ключ")]
    public void Resolve_NoProvider_LeadsEveryNameToTheStarter(string name)
    {
        var (route, error) = Router.Resolve(Settings.Compile("{}"), "dialect", Live, name);
        error.ShouldBeNull();
        route!.Name.ShouldBe(name);
        route.Deployments.ShouldHaveSingleItem().Id.ShouldBe("starter/tinyllama-1.1b-chat");
    }

    [Fact]
    public void Resolve_NoProviderAndNoStarter_SaysWhatToSet()
    {
        var error = Router.Resolve(Settings.Compile("""{"Starter":{"Enabled":false}}"""), "dialect", Live, "gpt-4o").Error!;
        error.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        error.Message.ShouldContain("OPENAI_API_KEY");
    }

    [Theory]
    // The dialect's own names come first, then the operator's, then provider/model, then the beginning of the name.
    [InlineData("fast", "openai/gpt-4o-mini")]
    [InlineData("FAST", "openai/gpt-4o-mini")]
    [InlineData("mine", "anthropic/claude-opus-4-5")]
    [InlineData("both", "openai/of-the-dialect")]
    [InlineData("openai/shadowed", "anthropic/claude-opus-4-5")]
    [InlineData("openai/gpt-4o", "openai/gpt-4o")]
    [InlineData("OpenAI/gpt-4o", "openai/gpt-4o")]
    [InlineData("openai/ft:gpt/x:y", "openai/ft:gpt/x:y")]
    [InlineData("second/any", "second/any")]
    [InlineData("gpt-4o", "openai/gpt-4o")]
    [InlineData("GPT-4o", "openai/GPT-4o")]
    [InlineData("claude-sonnet-4-5", "anthropic/claude-sonnet-4-5")]
    [InlineData("starter/any", "starter/tinyllama-1.1b-chat")]
    public void Resolve_EachRule_InItsOrder(string name, string expected)
    {
        var (route, error) = Router.Resolve(Configured, "dialect", Live, name);
        error.ShouldBeNull();
        route!.Deployments.ShouldHaveSingleItem().Id.ShouldBe(expected);
    }

    [Fact]
    public void Resolve_AnotherDialect_DoesNotKnowTheNames()
    {
        Router.Resolve(Configured, "other", Live, "fast").Error!.Kind.ShouldBe(ErrorKind.ModelNotFound);
        Router.Resolve(Configured, "other", Live, "both").Route!.Deployments.Single().Id.ShouldBe("anthropic/of-the-operator");
    }

    [Theory]
    // By the caller's own word for it, by what it leads to, or by a beginning.
    [InlineData("fast", "fast", "openai/gpt-4o-mini")]
    [InlineData("FAST", "fast", "openai/gpt-4o-mini")]
    [InlineData("fast", "openai/gpt-4o-mini", "openai/gpt-4o-mini")]
    [InlineData("openai/gpt-4o-mini", "openai/*", "openai/gpt-4o-mini")]
    [InlineData("gpt-4o", "gpt*", "openai/gpt-4o")]
    [InlineData("several", "several", "anthropic/b, starter/tinyllama-1.1b-chat, openai/c")]
    [InlineData("several", "openai/c", "openai/c")]
    [InlineData("several", "openai/*, starter/*", "starter/tinyllama-1.1b-chat, openai/c")]
    // Neither another name for the same nor a longer or shorter one.
    [InlineData("openai/gpt-4o-mini", "fast", null)]
    [InlineData("faster", "fast", null)]
    [InlineData("gpt-4o-mini", "gpt-4o", null)]
    [InlineData("gpt-4", "gpt-4o", null)]
    [InlineData("fast ", "fast", null)]
    [InlineData("several", "openai/d", null)]
    // A name that nobody knows or serves is told as any other that is not listed: the answer is no way to find out.
    [InlineData("nobody knows this", "fast", null)]
    [InlineData("gemini-2.5-pro", "fast", null)]
    public void Resolve_KeyWithAListOfModels_LeadsToThoseAlone(string name, string listed, string? expected)
    {
        var (route, error) = Router.Resolve(Configured, "dialect", Live with { Models = new ModelList([.. listed.Split(", ")]) }, name);
        if (expected is null)
        {
            route.ShouldBeNull();
            error!.Kind.ShouldBe(ErrorKind.Forbidden);
        }
        else
        {
            string.Join(", ", route!.Deployments.Select(deployment => deployment.Id)).ShouldBe(expected);
        }
    }

    [Fact]
    public void Resolve_SeveralTargets_KeepTheirOrderAndSkipWhatIsNotConfigured() =>
        Router.Resolve(Configured, "dialect", Live, "several").Route!.Deployments.Select(deployment => deployment.Id)
            .ShouldBe(["anthropic/b", "starter/tinyllama-1.1b-chat", "openai/c"]);

    [Theory]
    [InlineData("gemini-2.5-pro", "GEMINI_API_KEY")]
    [InlineData("groq/llama", "GROQ_API_KEY")]
    [InlineData("vllm/x", "VLLM_BASE_URL")]
    [InlineData("elsewhere", "GROQ_API_KEY, GEMINI_API_KEY")]
    public void Resolve_VendorNotConfigured_NamesTheMissingSetting(string name, string setting)
    {
        var error = Router.Resolve(Configured, "dialect", Live, name).Error!;
        error.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        error.Message.ShouldContain(setting);
        error.Message.ShouldContain("Configured: anthropic, openai, second");
    }

    [Fact]
    public void Resolve_StarterSwitchedOff_SaysSo()
    {
        var snapshot = Settings.Compile("""{"Starter":{"Enabled":false},"Providers":{"openai":{"ApiKey":"k"}}}""");
        var error = Router.Resolve(snapshot, "dialect", Live, "starter/any").Error!;
        error.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        error.Message.ShouldContain("Starter:Enabled");
        error.Message.ShouldNotContain("STARTER_BASE_URL");
    }

    [Theory]
    [InlineData("fsat", "Did you mean fast?")]
    [InlineData("mi_ne", "Did you mean mine?")]
    [InlineData("sever", "Did you mean several?")]
    [InlineData("zzzzzzzzzzzz", "not found.")]
    [InlineData("meta-llama/Llama-3", "not found.")]
    [InlineData("/x", "not found.")]
    [InlineData("anthropic/", "not found.")]
    [InlineData("", "not found.")]
    public void Resolve_UnknownName_IsToldWithNearOnes(string name, string hint)
    {
        var error = Router.Resolve(Configured, "dialect", Live, name).Error!;
        error.Kind.ShouldBe(ErrorKind.ModelNotFound);
        error.Message.ShouldEndWith(hint);
    }

    [Fact]
    public void Resolve_EndlessName_IsToldShort() =>
        Router.Resolve(Configured, "dialect", Live, new string('x', 1_000_000)).Error!.Message.Length.ShouldBeLessThan(300);

    [Fact]
    public void Resolve_AnyName_NeverThrowsAndNeverLeavesTheProvidersOrigin()
    {
        var snapshot = Settings.Compile("""{"Providers":{"openai":{"ApiKey":"k"},"anthropic":{"ApiKey":"k"},"google":{"ApiKey":"k"}}}""");
        var random = new Random(5);
        const string Alphabet = "ab/:.?#@%\\ &=+;\r\n\0é\uD83D\uDE00\uD800~[]{}|^`\"<>'";
        string[] fixedNames = ["../../x", "..%2f..%2fx", "//evil.example/x", "\\\\evil", "x@evil.example", "?key=1#", "models/../x", ".", ".."];
        var names = fixedNames.Concat(Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => Alphabet[random.Next(Alphabet.Length)]))));
        foreach (var name in names)
        {
            foreach (var provider in new[] { "openai", "anthropic", "google" })
            {
                var (route, error) = Router.Resolve(snapshot, "dialect", Live, $"{provider}/{name}");
                (route is null).ShouldBe(error is not null);
                if (route is not null)
                {
                    var target = route.Deployments.Single().Target!;
                    var own = new Uri(Vendors.Find(provider)!.BaseUrl!);
                    foreach (var uri in new[] { target.PlainUri, target.StreamUri })
                    {
                        uri.Authority.ShouldBe(own.Authority, name);
                        uri.Scheme.ShouldBe("https");
                        if (provider == "google")
                        {
                            uri.AbsolutePath.ShouldStartWith("/v1beta/models/", customMessage: name);
                            uri.AbsolutePath.Count(character => character == '/').ShouldBe(3, name);
                            uri.Query.ShouldBe(uri == target.PlainUri ? "" : "?alt=sse", name);
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void Deploy_TheSameModelAgain_IsWorkedOutOnceUpToABound()
    {
        var provider = new ProviderSnapshot("openai", Vendors.Find("openai")!, new OpenAIProvider(), new Uri("https://api.openai.com/v1"), "k");
        provider.Deploy("gpt-4o").ShouldBeSameAs(provider.Deploy("gpt-4o"));
        for (var i = 0; i < 5000; i++)
        {
            provider.Deploy($"m{i}")!.Id.ShouldBe($"openai/m{i}");
        }

        provider.Deploy("m4999").ShouldNotBeSameAs(provider.Deploy("m4999"));
        provider.Deploy("gpt-4o").ShouldBeSameAs(provider.Deploy("gpt-4o"));
    }

    [Fact]
    public void Snapshot_AsText_HoldsNoCredential()
    {
        var provider = new ProviderSnapshot("openai", Vendors.Find("openai")!, new OpenAIProvider(), new Uri("https://api.openai.com/v1"), "sk-canary");
        var deployment = provider.Deploy("gpt-4o")!;
        $"{provider} {deployment} {deployment.Target} {new Route("x", [deployment])} {new RouteEntry(new Route("x", [deployment]), [])}".ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("a/b", "a", "b")]
    [InlineData("A/B", "a", "B")]
    [InlineData("a/b/c", "a", "b/c")]
    [InlineData("a//", "a", "/")]
    [InlineData("a", null, null)]
    [InlineData("a/", null, null)]
    [InlineData("/b", null, null)]
    [InlineData("/", null, null)]
    [InlineData("", null, null)]
    [InlineData(null, null, null)]
    public void Reference_EachForm_IsParsedOrNot(string? text, string? provider, string? model)
    {
        ModelReference.TryParse(text, out var reference).ShouldBe(provider is not null);
        reference.Provider.ShouldBe(provider);
        reference.Model.ShouldBe(model);
    }

    [Theory]
    [InlineData("gpt4o", "gpt-4o,gpt-5o,claude", "gpt-4o,gpt-5o")]
    [InlineData("GPT_4O", "gpt-4o", "gpt-4o")]
    [InlineData("opus", "claude-3-opus,claude-4-opus,gemini", "claude-3-opus,claude-4-opus")]
    [InlineData("x", "a,b,c,d,eeee", "a,b,c")]
    [InlineData("gpt-4o", "gpt-4o,GPT-4O", "GPT-4O")]
    [InlineData("", "a", "")]
    [InlineData("zzzzzz", "", "")]
    public void NearMatches_AtMostThree_NearestFirst(string name, string known, string expected) =>
        string.Join(',', NearMatches.Find(name, known.Split(',', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(expected);

    [Fact]
    public void NearMatches_AnyNames_NeverThrow()
    {
        var random = new Random(9);
        for (var i = 0; i < 500; i++)
        {
            NearMatches.Find(Text(random.Next(130)), [Text(random.Next(300)), Text(3), ""]).Count.ShouldBeLessThanOrEqualTo(3);
        }

        string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next(32, 0x2FFF)));
    }

    private static GatewaySnapshot Configured { get; } = Settings.Compile("""
        {
          "Providers": { "openai": { "ApiKey": "k" }, "anthropic": { "ApiKey": "k" }, "Second": { "Vendor": "vllm", "BaseUrl": "http://127.0.0.1:9/v1" } },
          "Models": { "mine": "anthropic/claude-opus-4-5", "both": "anthropic/of-the-operator", "openai/shadowed": "anthropic/claude-opus-4-5" }
        }
        """,
        new Dictionary<string, string[]>
        {
            ["fast"] = ["openai/gpt-4o-mini"],
            ["both"] = ["openai/of-the-dialect"],
            ["several"] = ["groq/a", "anthropic/b", "starter/x", "openai/c"],
            ["elsewhere"] = ["groq/a", "google/b", "groq/c"],
        });
}
