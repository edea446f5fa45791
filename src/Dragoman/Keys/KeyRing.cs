using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Dragoman.Model;

namespace Dragoman.Keys;

/// <summary>
/// The API keys that are accepted, in memory and by their keyed hash (HMAC-SHA256): a request never waits for storage, and the keys themselves are
/// nowhere. Looked up by the whole hash; a part of it opens nothing.
/// </summary>
public sealed class KeyRing
{
    private const int LongestKey = 512;

    // Setting one up is most of the work on so short a text. A process has one ring, so a thread seldom needs another.
    [ThreadStatic]
    private static (KeyRing Ring, IncrementalHash Hmac) _ofThread;

    private readonly byte[] _secret;
    private readonly ConcurrentDictionary<KeyHash, Caller> _callers = new();

    /// <param name="secret">Of this data directory alone and of no other use; 32 bytes.</param>
    public KeyRing(byte[] secret) => _secret = secret;

    /// <summary>Puts a key in force, or what has changed about it.</summary>
    public void Set(KeyHash hash, Caller caller) => _callers[hash] = caller;

    /// <summary>From now on the key opens nothing.</summary>
    public void Remove(KeyHash hash) => _callers.TryRemove(hash, out _);

    public KeyHash Hash(ReadOnlySpan<char> key)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, LongestKey);
        Span<byte> utf8 = stackalloc byte[LongestKey * 3];
        Span<byte> hash = stackalloc byte[KeyHash.Size];
        var hmac = HmacOfThread();
        hmac.AppendData(utf8[..Encoding.UTF8.GetBytes(key, utf8)]);
        hmac.GetHashAndReset(hash);
        return KeyHash.FromBytes(hash);
    }

    private IncrementalHash HmacOfThread()
    {
        if (_ofThread.Ring != this)
        {
            _ofThread.Hmac?.Dispose();
            _ofThread = (this, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret));
        }

        return _ofThread.Hmac;
    }

    /// <summary>Who holds the key; <c>null</c> where nobody does.</summary>
    public Caller? Find(ReadOnlySpan<char> key) => key.Length is 0 or > LongestKey ? null : _callers.GetValueOrDefault(Hash(key));

    /// <summary>Whose key has a public id; <c>null</c> where it is in force no more. Looks through all keys: for work in the background.</summary>
    public Caller? FindById(string keyId) => _callers.Values.FirstOrDefault(caller => caller.KeyId == keyId);
}

/// <summary>256 bits by which a key is known; compared as a whole.</summary>
public readonly record struct KeyHash(Int128 First, Int128 Second)
{
    public const int Size = 32;

    public static KeyHash FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt128LittleEndian(bytes), BinaryPrimitives.ReadInt128LittleEndian(bytes[16..]));

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt128LittleEndian(bytes, First);
        BinaryPrimitives.WriteInt128LittleEndian(bytes.AsSpan(16), Second);
        return bytes;
    }
}
