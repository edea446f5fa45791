using Dragoman.Starter.Generation;
using Dragoman.Starter.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Server.Tests.Starter;

/// <summary>One starter process with its default settings and one vocabulary, shared by all tests of the collection.</summary>
public sealed class StarterFixture : IAsyncLifetime
{
    private StarterProcess? _process;
    private LanguageModel? _model;

    internal StarterProcess Process
    {
        get
        {
            StarterParts.Require();
            return _process!;
        }
    }

    internal LanguageModel Model
    {
        get
        {
            StarterParts.Require();
            return _model!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (StarterParts.Missing is null)
        {
            LlamaRuntime.Start(StarterParts.Native, NullLogger.Instance);
            _model = LanguageModel.Load(StarterParts.Model);
            _process = await StarterProcess.StartAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _model?.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class StarterTests : ICollectionFixture<StarterFixture>
{
    public const string Name = "starter";
}
