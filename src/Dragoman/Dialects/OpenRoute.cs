namespace Dragoman.Dialects;

/// <summary>Endpoint metadata: this route is answered without an API key. Every other route is closed.</summary>
internal sealed class OpenRoute
{
    public static OpenRoute Instance { get; } = new();

    private OpenRoute()
    {
    }
}
