using System.Globalization;
using Dragoman.Model;
using Dragoman.Server.Commands;
using Dragoman.Server.Keys;

namespace Dragoman.Server.Tests.Keys;

/// <summary>The table of <c>keys list</c>.</summary>
public sealed class KeyTextTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-22T12:00:00Z", CultureInfo.InvariantCulture);

    private static readonly KeyInfo[] Keys =
    [
        Key(1) with { Name = "Shop programs", Project = "shop", ExpiresAt = Now.AddDays(30), Limits = new CallLimits { RequestsPerMinute = 60, RequestsPerDay = CallLimits.None } },
        Key(2) with { Name = "日本語のキー", Mode = KeyMode.Test },
        Key(3) with { Name = string.Concat(Enumerable.Repeat("long name ", 10)).Trim(), Project = new string('p', 100) },
        Key(4) with { Name = "a\u0308rger 🎉", Mode = KeyMode.Admin },
    ];

    [Fact]
    public void Table_ForAFile_IsWhole() => KeyText.Table([Keys[0], Keys[1], Keys[3]], Now, withStatus: true, width: null).ShouldBe(
        """
        ID                    NAME           MODE   STATUS  KEY    PROJECT  EXPIRES     LIMITS
        key_0000000000000001  Shop programs  live   active  …abcd  shop     2026-12-22  rpm 60, rpd none
        key_0000000000000002  日本語のキー   test   active  …abcd  -        never       default
        key_0000000000000004  ärger 🎉       admin  active  …abcd  -        never       -

        """);

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(20)]
    public void Table_ForATerminal_CutsWhatIsLongAndFits(int width)
    {
        var lines = KeyText.Table(Keys, Now, withStatus: false, width).TrimEnd('\n').Split('\n');

        lines[0].ShouldNotContain("STATUS");
        lines[3].ShouldContain(width < 120 ? "long name…" : "long name long name long name…");
        lines[3].ShouldContain("ppppppppp…");
        lines[3].Length.ShouldBeLessThanOrEqualTo(Math.Max(width, 81));
        lines[2].ShouldContain(width < 120 ? "日本語の… " : "日本語のキー ");
        KeyText.Table([Keys[0], Keys[1]], Now, withStatus: false, width: 80).ShouldContain("Shop programs", customMessage: "there is room");
        KeyText.Table(Keys, Now, withStatus: false, width: null).ShouldContain(new string('p', 100));
    }

    private static KeyInfo Key(int number) => new()
    {
        Id = $"key_{number:x16}", Name = "x", Mode = KeyMode.Live, Ending = "abcd", CreatedAt = Now,
    };
}
