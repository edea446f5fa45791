using Dragoman.Model;

namespace Dragoman.Images;

/// <summary>Puts pictures where anyone who has the address can see them, for as long as the operator's settings say.</summary>
public interface IImagePublisher
{
    /// <summary>
    /// Why a picture that is ordered now could surely not be stored, told without asking the store; null where none is known. To be asked before a picture
    /// is paid for.
    /// </summary>
    GatewayError? FindObstacle();

    /// <summary>Stores a picture whole or not at all.</summary>
    ValueTask<PublishResult> PublishAsync(GeneratedImage image, CancellationToken cancellationToken);
}

/// <summary>One of the two.</summary>
/// <param name="Address">
/// Absolute where the picture lies elsewhere; else a path on this server, <c>/images/…</c>, that the dialect makes absolute for its caller.
/// </param>
public readonly record struct PublishResult(Uri? Address, GatewayError? Error)
{
    public static implicit operator PublishResult(Uri address) => new(address, null);

    public static implicit operator PublishResult(GatewayError error) => new(null, error);
}
