using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Server.Extraction;

/// <summary>Brings what a caller named by its address to this machine, under the egress guard.</summary>
internal sealed class SourceFetcher(GuardedFetcher fetcher, EgressGuard guard, Func<long> maxBytes)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>What was fetched, or why nothing was.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public async ValueTask<(Fetched? Fetched, GatewayError? Error)> FetchAsync(string address, TemporaryFile destination, CancellationToken cancellationToken)
    {
        await using var file = destination.OpenWrite();
        var result = await fetcher.FetchAsync(address, file, guard, new FetchLimits(Timeout, maxBytes()), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return result.Failure is { } failure ? (null, new GatewayError(ErrorKind.InvalidRequest, failure.Message)) : (result.Fetched, null);
    }
}
