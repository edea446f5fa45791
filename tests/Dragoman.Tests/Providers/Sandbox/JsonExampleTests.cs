using Dragoman.Providers.Sandbox;
using static Dragoman.Tests.Providers.Sandbox.SandboxRequests;

namespace Dragoman.Tests.Providers.Sandbox;

/// <summary>Values made for a schema. They are judged by another library, NJsonSchema, where it knows the keywords, and by hand where it does not.</summary>
public sealed class JsonExampleTests
{
    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"number"},"d":{"type":"boolean"},"e":{"type":"null"}},"required":["a","b","c","d","e"],"additionalProperties":false}""")]
    [InlineData("""{"type":"array","items":{"type":"string"},"minItems":3,"maxItems":3}""")]
    [InlineData("""{"type":"array","items":{"enum":["a","b","c"]},"minItems":3,"uniqueItems":true}""")]
    [InlineData("""{"type":"array","maxItems":0}""")]
    [InlineData("""{"type":"string","minLength":200,"maxLength":200}""")]
    [InlineData("""{"type":"string","maxLength":3}""")]
    [InlineData("""{"type":"string","maxLength":0}""")]
    [InlineData("""{"type":"integer","minimum":1000,"maximum":1000}""")]
    [InlineData("""{"type":"integer","minimum":-5,"maximum":-3}""")]
    [InlineData("""{"type":"number","minimum":0.25,"maximum":0.3}""")]
    [InlineData("""{"type":"number","maximum":-1000000000000}""")]
    [InlineData("""{"type":"integer","minimum":10,"multipleOf":7}""")]
    [InlineData("""{"type":"number","multipleOf":0.01,"minimum":99.995}""")]
    [InlineData("""{"enum":["red","green"]}""")]
    [InlineData("""{"type":"string","enum":["red",7]}""")]
    [InlineData("""{"type":["null","string"]}""")]
    [InlineData("""{"anyOf":[{"type":"integer","minimum":5},{"type":"string"}]}""")]
    [InlineData("""{"oneOf":[{"type":"number"},{"type":"integer"}]}""")]
    [InlineData("""{"type":"object","required":["x"],"anyOf":[{"required":["a"]},{"required":["b"]}],"properties":{"a":{"type":"integer"},"x":{}}}""")]
    [InlineData("""{"allOf":[{"type":"object","properties":{"a":{"type":"string","minLength":5}},"required":["a"]},{"properties":{"a":{"maxLength":5}}}]}""")]
    [InlineData("""{"definitions":{"p":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}},"type":"array","items":{"$ref":"#/definitions/p"},"minItems":2}""")]
    [InlineData("""{"definitions":{"node":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/definitions/node"},"all":{"type":"array","items":{"$ref":"#/definitions/node"}}},"required":["v","all"]}},"type":"object","properties":{"root":{"$ref":"#/definitions/node"}},"required":["root"]}""")]
    [InlineData("""{"definitions":{"list":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/definitions/list"},{"type":"null"}]}},"required":["next"]}},"type":"object","properties":{"x":{"$ref":"#/definitions/list"}},"required":["x"]}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"},"minProperties":3}""")]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{},"c":{}},"required":["c"],"maxProperties":1}""")]
    [InlineData("""{"type":"object","properties":{"impossible":{"type":"integer","minimum":2,"maximum":1},"fine":{"type":"string"}}}""")]
    [InlineData("""{"type":"string","format":"date-time"}""")]
    [InlineData("""{"type":"string","format":"email"}""")]
    [InlineData("""{"type":"string","format":"uuid"}""")]
    [InlineData("""{"type":"string","format":"ipv4"}""")]
    [InlineData("""{"type":"string","format":"uri"}""")]
    [InlineData("""{"type":"object","properties":{"größe \"x\"":{"type":"string"},"😀":{"type":"integer"}},"required":["größe \"x\"","😀"]}""")]
    public async Task Example_SchemaOfEachKind_IsAcceptedByAnotherLibrary(string schema)
    {
        var judge = await NJsonSchema.JsonSchema.FromJsonAsync(schema);
        for (var seed = 0; seed < 20; seed++)
        {
            var (json, fault) = Make(schema, seed);
            fault.ShouldBeNull();
            judge.Validate(json!).ShouldBeEmpty(json);
        }
    }

    [Theory]
    [InlineData("""{"const":{"a":[1,"x"]}}""", """{"a":[1,"x"]}""")]
    [InlineData("""{"const":null}""", "null")]
    [InlineData("""{"type":"integer","exclusiveMinimum":4,"exclusiveMaximum":6}""", "5")]
    [InlineData("""{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}""", "0.5")]
    [InlineData("""{"type":"integer","minimum":5,"exclusiveMinimum":true,"maximum":6}""", "6")]
    [InlineData("""{"type":"array","prefixItems":[{"const":1},{"const":"x"}],"items":false}""", """[1,"x"]""")]
    [InlineData("""{"type":"array","items":[{"const":1},{"const":2}]}""", "[1,2]")]
    [InlineData("""{"$defs":{"a/b":{"const":7}},"$ref":"#/$defs/a~1b"}""", "7")]
    [InlineData("""{"type":"integer","multipleOf":2.5,"minimum":6,"maximum":14}""", "10")]
    [InlineData("""{"anyOf":[false,{"const":1}]}""", "1")]
    [InlineData("""{"type":["integer","string"],"enum":[1.5,3]}""", "3")]
    [InlineData("""{"allOf":[{"type":"number"},{"type":["integer","null"]}],"minimum":3,"maximum":3}""", "3")]
    public void Example_SchemaWithOneValue_IsThatValue(string schema, string expected)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            Make(schema, seed).ShouldBe((expected, null));
        }
    }

    [Theory]
    [InlineData("false", "no value")]
    [InlineData("""{"type":"integer","minimum":2,"maximum":1}""", "no value")]
    [InlineData("""{"type":"object","properties":{"a":false},"required":["a"]}""", "no value")]
    [InlineData("""{"type":"object","required":["a"],"additionalProperties":false}""", "no value")]
    [InlineData("""{"type":"array","items":{"type":"boolean"},"minItems":3,"uniqueItems":true}""", "no value")]
    [InlineData("""{"enum":[]}""", "no value")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"string"}]}""", "no value")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""", "no value")]
    [InlineData("""{"type":"string","pattern":"^a$"}""", "'pattern'")]
    [InlineData("""{"not":{"type":"string"}}""", "'not'")]
    [InlineData("""{"type":"text"}""", "no type 'text'")]
    [InlineData("""{"type":7}""", "'type'")]
    [InlineData("""{"required":[1]}""", "'required'")]
    [InlineData("""{"properties":[]}""", "'properties'")]
    [InlineData("""{"type":"string","minLength":-1}""", "'minLength'")]
    [InlineData("""{"type":"string","minLength":100000}""", "'minLength'")]
    [InlineData("""{"type":"array","minItems":100000}""", "'minItems'")]
    [InlineData("""{"type":"number","minimum":1e300}""", "'minimum'")]
    [InlineData("""{"type":"number","minimum":1e20,"multipleOf":1e-20}""", "too far out")]
    [InlineData("""{"$ref":"https://example.com/schema"}""", "not a place")]
    [InlineData("""{"$ref":"#/nowhere"}""", "points at nothing")]
    [InlineData("""{"$ref":"#"}""", "without end")]
    [InlineData("""{"allOf":[{"$ref":"#"}]}""", "without end")]
    [InlineData("""{"enum":[{"a":1,"a":2}]}""", "twice")]
    [InlineData("7", "a schema must be")]
    public void Example_SchemaThatCannotBeObeyed_IsRefusedWithTheReason(string schema, string reason)
    {
        var (json, fault) = Make(schema, 1);
        json.ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void Example_SchemaThatGrowsWithoutBound_IsRefusedAndNotWorkedThrough()
    {
        var wide = $$"""{"$defs":{"x":{"type":"object","required":["a","b","c","d"],"properties":{"a":{"$ref":"#/$defs/x"},"b":{"$ref":"#/$defs/x"},"c":{"$ref":"#/$defs/x"},"d":{"$ref":"#/$defs/x"} } } },"$ref":"#/$defs/x"}""";
        Make(wide, 1).Fault.ShouldNotBeNull();
        var branches = string.Concat(Enumerable.Repeat("""{"anyOf":[{"type":"integer"},{"type":"null"}]},""", 18));
        Make($$"""{"allOf":[{{branches}}{"type":"boolean"}]}""", 1).Fault.ShouldNotBeNull();
        var numbers = string.Join(',', Enumerable.Range(0, 10_000));
        Make($$"""{"enum":[{{numbers}}]}""", 1).Fault.ShouldBeNull();
        Make($$"""{"allOf":[{"enum":[{{numbers}}]},{"type":"string"}]}""", 1).Fault.ShouldNotBeNull();
        Make($$"""{"enum":[{{numbers}},{{numbers}}]}""", 1).Fault.ShouldBe("it is longer than 65536 characters");
    }

    /// <summary>What each would cost without a bound: up to 20 s and 9 GB, an answer of 60 MB.</summary>
    public static TheoryData<string, string> Costly
    {
        get
        {
            var numbers = string.Join(',', Enumerable.Range(0, 10_000));
            var members = string.Join(',', Enumerable.Range(0, 6000).Select(i => $"\"k{i}\":1"));
            var lists = string.Join(',', Enumerable.Range(0, 60).Select(i => $"[{string.Concat(Enumerable.Repeat("1,", 500))}{i}]"));
            var text = new string('x', 30_000);
            return new TheoryData<string, string>
            {
                { "items of a long enumeration", Items($"\"enum\":[{numbers}]") },
                { "items of a long enumeration that must differ", Items($"\"enum\":[{numbers}]").Replace("\"minItems\"", "\"uniqueItems\":true,\"minItems\"", StringComparison.Ordinal) },
                { "keywords among many members", Items($"\"type\":\"integer\",{members}") },
                { "a long text for each item", Items($"\"const\":\"{text}\"") },
                { "a long list for each item", Items($"\"const\":[{lists}]") },
                { "long lists that must differ", $$"""{"type":"array","minItems":60,"uniqueItems":true,"items":{"enum":[{{lists}}]} }""" },
                { "many first items", $$"""{"type":"array","prefixItems":[{{string.Join(',', Enumerable.Repeat("{}", 20_000))}}]}""" },
                { "many types", Items($"\"type\":[{string.Join(',', Enumerable.Repeat("\"null\"", 9000))}]") },
                { "a long reference", Items($"\"$ref\":\"#/{text}\"").Replace("{\"type\"", $"{{\"{text}\":true,\"type\"", StringComparison.Ordinal) },
            };

            static string Items(string keywords) => $$"""{"type":"array","minItems":900,"items":{ {{keywords}} } }""";
        }
    }

    [Theory]
    [MemberData(nameof(Costly))]
    public void Example_SchemaMadeToCost_IsRefusedBeforeItDoes(string name, string schema)
    {
        schema.Length.ShouldBeLessThanOrEqualTo(65_536, name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Make(schema, 1).Fault.ShouldNotBeNull();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(50_000_000, name);
    }

    [Fact]
    public async Task Example_AnySchema_IsObeyedOrRefused()
    {
        var random = new Random(3);
        var made = 0;
        for (var i = 0; i < 1500; i++)
        {
            var schema = Schema(random, 0);
            var (json, fault) = Make(schema, i);
            (json is null).ShouldBe(fault is not null, schema);
            if (json is not null)
            {
                made++;
                (await NJsonSchema.JsonSchema.FromJsonAsync(schema)).Validate(json).ShouldBeEmpty($"{schema} {json}");
            }
        }

        made.ShouldBeGreaterThan(1000);
    }

    private static string Schema(Random random, int depth)
    {
        var kind = random.Next(depth > 3 ? 4 : 8);
        return kind switch
        {
            0 => $$"""{"type":"string","minLength":{{random.Next(30)}},"maxLength":{{random.Next(5, 60)}}}""",
            1 => $$"""{"type":"integer","minimum":{{random.Next(-20, 10)}},"maximum":{{random.Next(0, 30)}}}""",
            2 => $$"""{"type":"number","minimum":{{random.Next(-20, 10)}}.5,"multipleOf":0.{{random.Next(1, 9)}}}""",
            3 => $$"""{"enum":["a",{{random.Next(9)}},true]}""",
            4 => $$"""{"type":"array","items":{{Schema(random, depth + 1)}},"minItems":{{random.Next(4)}},"maxItems":{{random.Next(2, 6)}}}""",
            5 => $$"""{"anyOf":[{{Schema(random, depth + 1)}},{{Schema(random, depth + 1)}}]}""",
            6 => $$"""{"oneOf":[{{Schema(random, depth + 1)}},{{Schema(random, depth + 1)}}]}""",
            _ => $$"""{"type":"object","properties":{"a":{{Schema(random, depth + 1)}},"b":{{Schema(random, depth + 1)}}},"required":[{{(random.Next(2) == 0 ? "\"a\"" : "\"b\",\"a\"")}}],"additionalProperties":{{(random.Next(2) == 0 ? "false" : "true")}}}""",
        };
    }

    private static (string? Json, string? Fault) Make(string schema, int seed) => JsonExample.Of(Json(schema), SandboxChance.Of(Ask("x") with { Seed = seed }), new SandboxWork());
}
