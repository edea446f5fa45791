using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Dragoman.Tests.Architecture;

/// <summary>
/// Holds the dependency table of ARCHITECTURE.md: which namespace of the library may use which. Read from the compiled code, so that no way of
/// writing a name gets round it.
/// </summary>
public sealed class DependencyTests
{
    /// <summary>Slices and what they may use. A slice with siblings (<c>Providers.OpenAI</c>) may use its own parent and never a sibling.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Model"] = [],
        ["Http"] = [],
        ["Wire"] = ["Model"],
        ["Providers"] = ["Model", "Http", "Wire"],
        ["Routing"] = ["Model", "Providers"],
        ["Pipeline"] = ["Model", "Http", "Providers", "Routing"],
        ["Configuration"] = ["Model", "Providers", "Routing"],
        ["Keys"] = ["Model"],
        ["Knowledge"] = ["Model", "Http", "Providers", "Routing", "Pipeline"],
        ["Images"] = ["Model", "Http", "Routing"],
        ["Dialects"] = ["Model", "Http", "Wire", "Routing", "Pipeline", "Knowledge", "Images"],
        ["Policies"] = ["Model", "Routing", "Pipeline"],
        ["Diagnostics"] = ["Model", "Pipeline"],
        ["Hosting"] = ["Model", "Http", "Wire", "Providers", "Routing", "Pipeline", "Configuration", "Keys", "Knowledge", "Images", "Dialects", "Policies", "Diagnostics"],
    };

    private static readonly string[] MayUseAspNet = ["Dialects", "Keys", "Hosting"];

    [Fact]
    public void Library_EachSlice_UsesOnlyWhatTheTableAllows()
    {
        var offences = References()
            .Where(use => use.To.StartsWith("Dragoman.", StringComparison.Ordinal) && !IsAllowed(Slice(use.From), Slice(use.To)))
            .Select(use => $"{use.From} uses {use.To}")
            .Distinct()
            .ToList();
        offences.ShouldBeEmpty();
    }

    [Fact]
    public void Library_AspNetTypes_AppearOnlyAtTheEdges()
    {
        var offences = References()
            .Where(use => use.To.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) && !MayUseAspNet.Contains(Slice(use.From)[0]))
            .Select(use => $"{use.From} uses {use.To}")
            .Distinct()
            .ToList();
        offences.ShouldBeEmpty();
    }

    [Fact]
    public void Library_EveryNamespace_IsInTheTable() =>
        References().Select(use => Slice(use.From)[0]).Distinct().Except(Allowed.Keys).ShouldBeEmpty();

    private static bool IsAllowed(string[] from, string[] to)
    {
        if (from[0] != to[0])
        {
            return Allowed.TryGetValue(from[0], out var allowed) && allowed.Contains(to[0]);
        }

        // Within one folder: the root may not know its slices, and a slice may know the root but no sibling.
        return to.Length == 1 || from.Length > 1 && from[1] == to[1] || from[0] == "Hosting";
    }

    private static string[] Slice(string type)
    {
        var parts = type.Split('.');
        // Dragoman.Providers.OpenAI.OpenAIProvider: the last part is the type.
        return parts[1..^1] is { Length: > 0 } slice ? slice : [parts[^1]];
    }

    private static List<(string From, string To)> References()
    {
        using var assembly = AssemblyDefinition.ReadAssembly(typeof(Dragoman.Model.ChatRequest).Assembly.Location);
        var uses = new List<(string, string)>();
        foreach (var type in assembly.MainModule.GetTypes().Where(type => Outer(type).Namespace.StartsWith("Dragoman", StringComparison.Ordinal)))
        {
            var from = Outer(type).FullName;
            foreach (var used in Uses(type))
            {
                Add(from, used);
            }
        }

        uses.ShouldNotBeEmpty();
        return uses;

        void Add(string from, TypeReference? used)
        {
            switch (used)
            {
                case null or GenericParameter:
                    return;
                case GenericInstanceType generic:
                    foreach (var argument in generic.GenericArguments)
                    {
                        Add(from, argument);
                    }

                    break;
            }

            if (used is TypeSpecification specification)
            {
                Add(from, specification.ElementType);
                return;
            }

            var to = Outer(used);
            if (to.Namespace.Length > 0 && to.FullName != from)
            {
                uses.Add((from, to.FullName));
            }
        }
    }

    private static TypeReference Outer(TypeReference type) => type.DeclaringType is null ? type : Outer(type.DeclaringType);

    private static IEnumerable<TypeReference?> Uses(TypeDefinition type)
    {
        yield return type.BaseType;
        foreach (var implemented in type.Interfaces)
        {
            yield return implemented.InterfaceType;
        }

        foreach (var field in type.Fields)
        {
            yield return field.FieldType;
        }

        foreach (var method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (var parameter in method.Parameters)
            {
                yield return parameter.ParameterType;
            }

            if (!method.HasBody)
            {
                continue;
            }

            foreach (var variable in method.Body.Variables)
            {
                yield return variable.VariableType;
            }

            foreach (Instruction instruction in method.Body.Instructions)
            {
                switch (instruction.Operand)
                {
                    case TypeReference used:
                        yield return used;
                        break;
                    case MethodReference used:
                        yield return used.DeclaringType;
                        yield return used.ReturnType;
                        foreach (var argument in used is GenericInstanceMethod generic ? generic.GenericArguments : [])
                        {
                            yield return argument;
                        }

                        break;
                    case FieldReference used:
                        yield return used.DeclaringType;
                        yield return used.FieldType;
                        break;
                }
            }
        }
    }
}
