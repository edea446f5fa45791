using Dragoman.Model;

namespace Dragoman.Images;

/// <summary>Where published pictures lie.</summary>
public interface IImageStore
{
    /// <summary>Why a picture could surely not be stored now; null where no reason is known. Costs next to nothing.</summary>
    GatewayError? FindObstacle();

    /// <summary>Stores a picture whole or not at all.</summary>
    /// <returns>Where it can be seen.</returns>
    ValueTask<PublishResult> PutAsync(ImageName name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>What lies under a name, whether or not its time is over.</summary>
    ValueTask<OpenedImage> OpenAsync(ImageName name, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the pictures of days that are over. One slice is deleted each time that the sequence is asked for the next number, which is how many pictures it
    /// took away; so whoever reads the sequence sets the pace.
    /// </summary>
    /// <param name="slice">The most pictures of a slice.</param>
    /// <exception cref="IOException">
    /// The store fails; the message says why, for the operator. Pictures that could not be deleted hold up no others: they are told of at the end.
    /// </exception>
    IAsyncEnumerable<int> SweepAsync(DateTimeOffset now, int slice, CancellationToken cancellationToken);
}

/// <summary>A picture, an error, or neither, where nothing lies under the name.</summary>
/// <param name="Content">With a length and a position that can be set; whoever opened it disposes of it.</param>
/// <param name="StoredAt">To the second.</param>
public readonly record struct OpenedImage(Stream? Content, DateTimeOffset StoredAt, GatewayError? Error)
{
    public static implicit operator OpenedImage(GatewayError error) => new(null, default, error);
}
