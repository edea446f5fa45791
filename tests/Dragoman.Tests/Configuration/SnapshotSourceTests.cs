using System.Collections.Concurrent;
using Dragoman.Configuration;
using Microsoft.Extensions.Logging;

namespace Dragoman.Tests.Configuration;

public sealed class SnapshotSourceTests : IDisposable
{
    private const string Good = """{"Providers":{"openai":{"ApiKey":"sk-canary-1"}}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dragoman-settings-").CreateSubdirectory(".dragoman");
    private readonly Lines _log = new();
    private SnapshotSource? _source;

    private string File => Path.Combine(_folder.FullName, SettingsFiles.FileName);

    [Fact]
    public async Task Source_FileChanges_AnotherSnapshotIsInForce()
    {
        await WriteAsync(Good);
        var source = Open();
        source.Current.Providers.Keys.ShouldBe(["openai"]);
        var first = source.Current;
        await WriteAsync("""{"Providers":{"groq":{"ApiKey":"sk-canary-2"}}}""");
        await UntilAsync(() => source.Current.Providers.ContainsKey("groq"));
        first.Providers.Keys.ShouldBe(["openai"], "a call under way keeps its own");
        _log.Text.ShouldNotContain("canary");
    }

    [Fact]
    public async Task Source_FileAppears_IsRead()
    {
        var source = Open();
        source.Current.HasProvider.ShouldBeFalse();
        await WriteAsync(Good);
        await UntilAsync(() => source.Current.HasProvider);
    }

    [Fact]
    public async Task Source_FileReplacedByRename_IsRead()
    {
        await WriteAsync("{}");
        var source = Open();
        for (var round = 0; round < 3; round++)
        {
            var draft = Path.Combine(_folder.FullName, "draft");
            await System.IO.File.WriteAllTextAsync(draft, round % 2 == 0 ? Good : "{}");
            System.IO.File.Move(draft, File, overwrite: true);
            await UntilAsync(() => source.Current.HasProvider == (round % 2 == 0));
        }
    }

    [Fact]
    public async Task Source_FileDeleted_IsReadAsEmpty()
    {
        await WriteAsync(Good);
        var source = Open();
        System.IO.File.Delete(File);
        await UntilAsync(() => !source.Current.HasProvider);
    }

    [Theory]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"sk-canary-2" """)]
    [InlineData("")]
    [InlineData("sk-canary-2")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":nvapi-canary-2}}}""")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":fw_canary_2}}}""")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":true-canary}}}""")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"sk-canary-2","ApiKey":"sk-canary-3"}}}""")]
    [InlineData("""{"Providers":{"openai":{"ApiKey":"sk canary 2"}}}""")]
    [InlineData("""{"Providers":{"openai":"sk-canary-2"}}""")]
    [InlineData("""{"Providers":{"opnai":{"ApiKey":"sk-canary-2"}}}""")]
    [InlineData("""["sk-canary-2"]""")]
    public async Task Source_BrokenEdit_KeepsTheLastGoodOneAndSaysWhyWithoutSecrets(string broken)
    {
        await WriteAsync(Good);
        var source = Open();
        var good = source.Current;
        await WriteAsync(broken);
        await UntilAsync(() => _log.Text.Contains("refused", StringComparison.Ordinal));
        source.Current.ShouldBeSameAs(good);
        _log.Text.ShouldNotContain("canary");

        await WriteAsync("{}");
        await UntilAsync(() => !source.Current.HasProvider);
    }

    [Fact]
    public async Task Source_BrokenAtTheStart_SaysWhere()
    {
        await WriteAsync("{\n  \"Providers\": {\n    \"openai\": nvapi-canary\n  }\n}");
        var error = Should.Throw<InvalidDataException>(Open);
        error.Message.ShouldContain("line 3");
        error.Message.ShouldNotContain("canary");
        await WriteAsync("""{"Upstream":{"MaxAttempts":0},"Nonsense":1}""");
        Should.Throw<InvalidDataException>(Open).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain("MaxAttempts"), message => message.ShouldContain("Nonsense"));
    }

    [Fact]
    public async Task Source_FaultInTheCompiler_KeepsTheLastGoodOne()
    {
        var source = Open(_ => _log.Text.Length == 0 && !System.IO.File.Exists(File) ? null : throw new NotSupportedException("canary"));
        var good = source.Current;
        await WriteAsync(Good);
        source.Reload().ShouldBeFalse();
        source.Current.ShouldBeSameAs(good);
        _log.Text.ShouldContain("NotSupportedException");
    }

    public void Dispose()
    {
        _source?.Dispose();
        _folder.Parent!.Delete(recursive: true);
    }

    private SnapshotSource Open() => Open(_ => null);

    private SnapshotSource Open(Func<string, string?> environment) =>
        _source = new SnapshotSource(new SettingsFiles(_folder.FullName), Settings.Compiler(), environment, TimeProvider.System, _log);

    private Task WriteAsync(string content) => System.IO.File.WriteAllTextAsync(File, content);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(5, tooLong.Token);
        }
    }

    private sealed class Lines : ILogger<SnapshotSource>
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public string Text => string.Join('\n', _lines);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
