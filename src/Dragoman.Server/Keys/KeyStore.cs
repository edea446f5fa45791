namespace Dragoman.Server.Keys;

/// <summary>The keys of a data directory, in its database. Every change is durable when its method returns.</summary>
internal sealed class KeyStore
{
    /// <exception cref="KeyException">The draft cannot be.</exception>
    public Task<KeyWithSecret> CreateAsync(KeyDraft draft, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary><c>null</c> where there is no such key.</summary>
    public Task<KeyInfo?> FindAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<KeyPage> ListAsync(KeyQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary><c>null</c> where there is no such key.</summary>
    /// <exception cref="KeyException">The change cannot be, or the key is revoked.</exception>
    public Task<KeyInfo?> UpdateAsync(string id, KeyChange change, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Gives the key another secret. The former one is accepted for <paramref name="overlap"/> longer. <c>null</c> where there is no such key.</summary>
    /// <exception cref="KeyException">The key is revoked, or the overlap is below zero or above 30 days.</exception>
    public Task<KeyWithSecret?> RotateAsync(string id, TimeSpan overlap, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>For good. A second time is without effect. <c>null</c> where there is no such key.</summary>
    public Task<KeyInfo?> RevokeAsync(string id, CancellationToken cancellationToken) => throw new NotImplementedException();
}
