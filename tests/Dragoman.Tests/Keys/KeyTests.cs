using System.Text;
using Dragoman.Keys;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Tests.Keys;

public sealed class KeyTests
{
    private const string Key = "dgm_live_0123456789";
    private static readonly Caller Ann = new("key_1", "ann", KeyMode.Live);
    private static readonly Caller Bob = new("key_2", "bob", KeyMode.Test);
    private readonly KeyRing _ring = new(Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef"));

    public KeyTests()
    {
        _ring.Set(_ring.Hash(Key), Ann);
        _ring.Set(_ring.Hash("dgm_test_0123456789"), Bob);
    }

    [Fact]
    public void Find_KnownKeys_TellsWhoHoldsThem()
    {
        _ring.Find(Key).ShouldBe(Ann);
        _ring.Find("dgm_test_0123456789").ShouldBe(Bob);
    }

    [Theory]
    [InlineData("")]
    [InlineData("dgm_live_012345678")]
    [InlineData("dgm_live_01234567890")]
    [InlineData("DGM_LIVE_0123456789")]
    [InlineData("dgm_live_0123456789 ")]
    [InlineData("' OR 1=1 --")]
    [InlineData("\uD800\uDC00\uD800")]
    public void Find_AnythingElse_IsNobody(string key) => _ring.Find(key).ShouldBeNull();

    [Theory]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1_000_000)]
    public void Find_LongKey_NeverThrows(int length)
    {
        _ring.Find(new string('x', length)).ShouldBeNull();
        _ring.Find(new string('€', length)).ShouldBeNull();
    }

    [Fact]
    public void Find_ByAnotherSecret_IsNobody()
    {
        var other = new KeyRing(new byte[32]);
        other.Set(_ring.Hash(Key), Ann);
        other.Find(Key).ShouldBeNull();
    }

    [Fact]
    public void Find_ByTheHashItself_IsNobody()
    {
        var hash = _ring.Hash(Key).ToArray();
        _ring.Find(Convert.ToHexString(hash)).ShouldBeNull();
        _ring.Find(Convert.ToHexStringLower(hash)).ShouldBeNull();
        _ring.Find(Convert.ToBase64String(hash)).ShouldBeNull();
    }

    [Fact]
    public void SetAndRemove_TakeEffectAtOnce()
    {
        _ring.Set(_ring.Hash(Key), Bob);
        _ring.Find(Key).ShouldBe(Bob, "the later one counts");
        _ring.Remove(_ring.Hash(Key));
        _ring.Find(Key).ShouldBeNull();
        _ring.Find("dgm_test_0123456789").ShouldBe(Bob);
    }

    [Fact]
    public void Hash_ThereAndBack_IsTheSame()
    {
        var hash = _ring.Hash(Key);
        KeyHash.FromBytes(hash.ToArray()).ShouldBe(hash);
        hash.ToArray().Length.ShouldBe(KeyHash.Size);
        hash.ShouldNotBe(_ring.Hash(Key + "x"));
        for (var i = 0; i < KeyHash.Size; i++)
        {
            var bytes = hash.ToArray();
            bytes[i] ^= 1;
            KeyHash.FromBytes(bytes).ShouldNotBe(hash, "each byte counts");
        }
    }

    [Theory]
    [InlineData(KeyMode.Live, "dgm_live_")]
    [InlineData(KeyMode.Test, "dgm_test_")]
    [InlineData(KeyMode.Admin, "dgm_admin_")]
    public void Create_AKey_IsLongOfItsKindAndNewEachTime(KeyMode mode, string prefix)
    {
        var keys = Enumerable.Range(0, 100).Select(_ => ApiKey.Create(mode)).ToList();
        keys.Distinct().Count().ShouldBe(100);
        keys.ShouldAllBe(key => key.StartsWith(prefix, StringComparison.Ordinal) && key.Length == prefix.Length + 40 && ApiKey.Fault(key) == null);
    }

    [Theory]
    [InlineData("short", false)]
    [InlineData("0123456789abcde", false)]
    [InlineData("0123456789abcdef", true)]
    [InlineData("0123456789 abcdef", false)]
    [InlineData("0123456789\nabcdef", false)]
    [InlineData("0123456789é0123456", false)]
    public void Fault_AChosenKey_IsJudged(string key, bool isGood) => (ApiKey.Fault(key) is null).ShouldBe(isGood);

    [Fact]
    public void Fault_ALongKey_IsJudgedWhereTheRingStillTakesIt()
    {
        ApiKey.Fault(new string('x', 256)).ShouldBeNull();
        ApiKey.Fault(new string('x', 257)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData($"Bearer {Key}", null, true)]
    [InlineData($"bearer {Key}", null, true)]
    [InlineData($"Bearer   {Key} ", null, true)]
    [InlineData(null, Key, true)]
    [InlineData(null, $" {Key} ", true)]
    [InlineData($"Bearer {Key}", Key, true)]
    [InlineData($"Bearer {Key}", "wrong", true)]
    [InlineData("Bearer wrong", Key, false)]
    [InlineData("Basic dXNlcg==", Key, true)]
    [InlineData("Basic dXNlcg==", null, false)]
    [InlineData(Key, null, false)]
    [InlineData("Bearer", null, false)]
    [InlineData("Bearer ", null, false)]
    [InlineData("Bearer  ", null, false)]
    [InlineData("Bearerdgm_live_0123456789", null, false)]
    [InlineData(null, "", false)]
    [InlineData(null, $"Bearer {Key}", false)]
    [InlineData(null, null, false)]
    public void Check_EachWayToSendAKey_IsTakenOrRefused(string? authorization, string? apiKey, bool isGood)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = authorization;
        request.Headers["X-API-Key"] = apiKey;
        var (caller, error) = KeyCheck.Check(request, _ring, TimeProvider.System);
        (caller is not null).ShouldBe(isGood);
        (error is null).ShouldBe(isGood);
        if (error is not null)
        {
            error.Kind.ShouldBe(ErrorKind.Unauthenticated);
            error.Message.ShouldNotContain("0123456789");
        }
    }

    [Fact]
    public void Check_AHeaderSentTwice_IsRefused()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = new StringValues([$"Bearer {Key}", "Bearer other"]);
        KeyCheck.Check(request, _ring, TimeProvider.System).Error.ShouldNotBeNull();
        request.Headers.Remove("Authorization");
        request.Headers["X-API-Key"] = new StringValues([Key, Key]);
        KeyCheck.Check(request, _ring, TimeProvider.System).Error.ShouldNotBeNull();
    }
}
