using Dragoman.Model;
using Dragoman.Routing;
using Dragoman.Tests.Configuration;

namespace Dragoman.Tests.Routing;

/// <summary>What serves test keys, and that live ones come to the sandbox by the operator's word alone.</summary>
public sealed class TestModeTests
{
    private const string Provider = """ "Providers": { "openai": { "ApiKey": "k" } } """;

    private static readonly Caller Live = new("key_1", "live", KeyMode.Live);
    private static readonly Caller Test = new("key_2", "test", KeyMode.Test);

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("fast")]
    [InlineData("openai/gpt-4o")]
    [InlineData("starter/any")]
    [InlineData("sandbox/echo")]
    [InlineData("nobody knows this")]
    [InlineData("")]
    public void TestKey_WhateverItAsksFor_IsServedByTheSandbox(string name)
    {
        foreach (var settings in new[] { "{}", $"{{{Provider}}}", """{"Starter":{"Enabled":false}}""" })
        {
            var (route, error) = Router.Resolve(Compile(settings), "dialect", Test, name);
            error.ShouldBeNull();
            route!.Name.ShouldBe(name);
            var sandbox = route.Deployments.ShouldHaveSingleItem();
            sandbox.Id.ShouldBe("sandbox/echo");
            sandbox.BuiltIn.ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData(""" "openai/gpt-4o-mini" """, "openai/gpt-4o-mini")]
    [InlineData(""" ["groq/llama", "openai/gpt-4o-mini", "sandbox/echo"] """, "openai/gpt-4o-mini, sandbox/echo")]
    [InlineData(""" "starter/any" """, "starter/tinyllama-1.1b-chat")]
    [InlineData(""" "Sandbox/echo" """, "sandbox/echo")]
    public void TestKey_OperatorsModel_ServesIt(string model, string expected) =>
        string.Join(", ", Router.Resolve(Compile($$"""{ {{Provider}}, "TestMode": { "Model": {{model}} } }"""), "dialect", Test, "any").Route!.Deployments)
            .ShouldBe(expected);

    [Fact]
    public void TestKey_OperatorsModelNotConfigured_SaysWhichSetting()
    {
        var error = Router.Resolve(Compile("""{ "TestMode": { "Model": "groq/llama" } }"""), "dialect", Test, "any").Error!;
        error.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
        error.Message.ShouldContain("TestMode:Model");
    }

    [Theory]
    [InlineData("gpt-4o", true)]
    [InlineData("GPT-4o", true)]
    [InlineData("gpt-4o-mini", false)]
    [InlineData("fast", true)]
    [InlineData("slow", false)]
    [InlineData("sandbox/echo", false)]
    [InlineData("nobody knows this", false)]
    public void TestKey_WithAListOfModels_MayAskForThoseAlone(string name, bool mayAsk)
    {
        var listed = Test with { Models = new ModelList(["gpt-4o", "openai/of-fast"]) };
        var (route, error) = Router.Resolve(Compile($"{{{Provider}}}"), "dialect", listed, name);
        if (mayAsk)
        {
            route!.Deployments.ShouldHaveSingleItem().Id.ShouldBe("sandbox/echo");
        }
        else
        {
            error!.Kind.ShouldBe(ErrorKind.Forbidden);
        }
    }

    [Fact]
    public void TestKey_ListThatIncludesEverything_IsNoHindrance() =>
        Router.Resolve(Compile("{}"), "dialect", Test with { Models = new ModelList(["*"]) }, "anything").Route!.Deployments.Single().Id.ShouldBe("sandbox/echo");

    [Theory]
    [InlineData("sandbox/echo")]
    [InlineData("Sandbox/Echo")]
    [InlineData("sandbox/other")]
    [InlineData("sandbox")]
    [InlineData("echo")]
    public void LiveKey_NamingTheSandbox_DoesNotReachIt(string name)
    {
        Router.Resolve(Compile($"{{{Provider}}}"), "dialect", Live, name).Error!.Kind.ShouldBe(ErrorKind.ModelNotFound);
        Router.Resolve(Compile("{}"), "dialect", Live, name).Route!.Deployments.Single().Id.ShouldBe("starter/tinyllama-1.1b-chat");
        Router.Resolve(Compile("""{"Starter":{"Enabled":false}}"""), "dialect", Live, name).Error!.Kind.ShouldBe(ErrorKind.ModelNotConfigured);
    }

    [Theory]
    [InlineData("")]
    [InlineData($"{Provider},")]
    [InlineData(""" "Starter": { "Enabled": false }, """)]
    public void LiveKey_OperatorsAlias_LeadsToTheSandbox(string settings)
    {
        var snapshot = Compile($$"""{ {{settings}} "Models": { "demo": "sandbox/echo" }, "Dialects": { "dialect": { "Models": { "play": ["sandbox/echo"] } } } }""");
        Router.Resolve(snapshot, "dialect", Live, "demo").Route!.Deployments.Single().Id.ShouldBe("sandbox/echo");
        Router.Resolve(snapshot, "dialect", Live, "play").Route!.Deployments.Single().Id.ShouldBe("sandbox/echo");
        Router.Resolve(snapshot, "other", Live, "play").Route?.Deployments.Single().Id.ShouldBe("starter/tinyllama-1.1b-chat");
    }

    [Fact]
    public void LiveKey_NoProviderAndAnAliasToOne_IsServedByTheStarter() =>
        Router.Resolve(Compile("""{ "Models": { "house": "openai/gpt-4o" } }"""), "dialect", Live, "house").Route!.Deployments.Single().Id
            .ShouldBe("starter/tinyllama-1.1b-chat");

    [Theory]
    [InlineData("""{"TestMode":{"Model":"gpt-4o"}}""", "TestMode:Model: 'gpt-4o' is not of the form provider/model.")]
    [InlineData("""{"TestMode":{"Model":"nobody/x"}}""", "TestMode:Model: there is no provider 'nobody'.")]
    [InlineData("""{"TestMode":{"Model":"sandbox/other"}}""", "TestMode:Model: the sandbox has one model, sandbox/echo.")]
    [InlineData("""{"Models":{"x":"sandbox/other"}}""", "Models:x: the sandbox has one model, sandbox/echo.")]
    [InlineData("""{"TestMode":"openai/gpt-4o"}""", "TestMode: is a section, not a value.")]
    [InlineData("""{"TestMode":{"Modell":"openai/gpt-4o"}}""", "TestMode:Modell: there is no such setting.")]
    [InlineData("""{"TestMode":{"Model":[]}}""", "TestMode:Model: names no model.")]
    [InlineData("""{"Providers":{"sandbox":{"ApiKey":"k"}}}""", "Providers:sandbox: the sandbox is a part of the gateway")]
    public void Settings_WithAMistake_AreRefused(string json, string mistake) =>
        Settings.TryCompile(json).Mistakes.ShouldContain(said => said.StartsWith(mistake, StringComparison.Ordinal));

    private static GatewaySnapshot Compile(string json) => Settings.Compile(json, new Dictionary<string, string[]> { ["fast"] = ["openai/of-fast"], ["slow"] = ["openai/of-slow"] });
}
