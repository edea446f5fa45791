using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Embeddings;

namespace Dragoman.Server.Tests.Starter;

/// <summary>A starter process that serves the embedder alone, and the official SDK's client of it.</summary>
public sealed class EmbedderFixture : IAsyncLifetime
{
    private StarterProcess? _process;

    internal StarterProcess Process
    {
        get
        {
            StarterParts.Require();
            return _process!;
        }
    }

    internal EmbeddingClient Client => new("any-name", new ApiKeyCredential("none"), new OpenAIClientOptions
    {
        Endpoint = new Uri(Process.Http.BaseAddress!, "/v1"),
        RetryPolicy = new ClientRetryPolicy(0),
        NetworkTimeout = TimeSpan.FromMinutes(5),
    });

    public async ValueTask InitializeAsync()
    {
        if (StarterParts.Missing is null)
        {
            _process = await StarterProcess.StartAsync(["--embedder", StarterParts.Embedder]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
