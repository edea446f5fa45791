using Dragoman.Configuration;
using Microsoft.Extensions.Configuration;

namespace Dragoman.Server.Tests.Starter;

public sealed class StarterOptionsTests
{
    public static TheoryData<string> Names => [.. typeof(Server.Starter.StarterOptions).GetProperties().Select(setting => setting.Name)];

    /// <summary>The server refuses to start for a setting that nobody knows.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Compile_EverySetting_IsKnown(string name)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new($"Starter:{name}", "1")]).Build();

        new SnapshotCompiler([], [], null).Compile(settings, _ => null).Mistakes.ShouldBeEmpty();
    }
}
