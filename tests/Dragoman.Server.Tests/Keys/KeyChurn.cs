using System.Diagnostics;
using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Server.Keys;

namespace Dragoman.Server.Tests.Keys;

/// <summary>
/// A process that changes keys as fast as it can until it is killed. It says <c>? ID</c> before it changes a key that is there, and when a change has
/// returned: <c>+ ID SECRET</c> (created or rotated), <c>- ID</c> (revoked).
/// </summary>
internal static class KeyChurn
{
    public const string Argument = "churn-keys";

    public static async Task<int> RunAsync(string data)
    {
        using var directory = KeyDirectory.Open(data);
        var store = new KeyStore(directory.Database, directory.Ring, new KeyRules([]), TimeProvider.System);
        List<string> ids = [];
        for (var i = 0; ; i++)
        {
            var made = await store.CreateAsync(new KeyDraft($"k{i}", KeyMode.Live), default);
            Say($"+ {made.Key.Id} {made.Secret}");
            ids.Add(made.Key.Id);
            if (i % 2 == 1)
            {
                var id = ids[i / 2];
                Say($"? {id}");
                if (i % 4 == 1)
                {
                    await store.RevokeAsync(id, default);
                    Say($"- {id}");
                }
                else
                {
                    var rotated = await store.RotateAsync(id, TimeSpan.Zero, default);
                    Say($"+ {id} {rotated!.Secret}");
                }
            }
        }
    }

    /// <summary>Such a process.</summary>
    public static Process Start(string data) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Dragoman.Server.Tests"), [Argument, data]) { RedirectStandardOutput = true })!;

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}

/// <summary>What a killed process has said of its keys.</summary>
internal sealed class KeyChurnRecord
{
    private readonly Dictionary<string, string> _secrets = [];
    private readonly HashSet<string> _dead = [];
    private string? _uncertain;

    public int Alive => _secrets.Count;

    public int Dead => _dead.Count;

    public void Add(string line)
    {
        switch (line.Split(' '))
        {
            case ["?", var id]:
                _uncertain = id;
                break;
            case ["+", var id, { Length: 49 } secret]:
                if (_secrets.TryGetValue(id, out var former))
                {
                    _dead.Add(former);
                }

                _secrets[id] = secret;
                _uncertain = null;
                break;
            case ["-", { Length: 20 } id]:
                _dead.Add(_secrets[id]);
                _secrets.Remove(id);
                _uncertain = null;
                break;
        }
    }

    public void ShouldHold(KeyRing ring)
    {
        if (_uncertain is not null)
        {
            _secrets.Remove(_uncertain); // Its last change may or may not have come to be.
            _uncertain = null;
        }

        _secrets.ShouldAllBe(pair => ring.Find(pair.Value) != null && ring.Find(pair.Value)!.KeyId == pair.Key);
        _dead.ShouldAllBe(secret => ring.Find(secret) == null);
    }
}
