using Dragoman.Images;

namespace Dragoman.Tests.Images;

public sealed class ImageNameTests
{
    private static readonly DateTimeOffset Expiry = new(2026, 12, 22, 23, 59, 59, TimeSpan.Zero);

    [Theory]
    [InlineData("image/jpeg", ".jpg")]
    [InlineData("image/png", ".png")]
    [InlineData("image/webp", ".webp")]
    public void TryParse_WhatCreateMade_IsTheSame(string mediaType, string extension)
    {
        var name = ImageName.Create(Expiry, mediaType);

        name.ToString().ShouldMatch($"^[0-9a-f]{{32}}-6b2b0dff\\{extension}$".Replace("6b2b0dff", Expiry.ToUnixTimeSeconds().ToString("x8"), StringComparison.Ordinal));
        ImageName.TryParse(name.ToString(), out var read).ShouldBeTrue();
        read.ToString().ShouldBe(name.ToString());
        read.ExpiresAt.ShouldBe(Expiry);
        read.MediaType.ShouldBe(mediaType);
        read.Day.ShouldBe("20261222");
        read.Path.OriginalString.ShouldBe("/images/" + name);
    }

    [Fact]
    public void Create_Twice_IsTwoNames() =>
        ImageName.Create(Expiry, "image/png").ToString().ShouldNotBe(ImageName.Create(Expiry, "image/png").ToString());

    [Fact]
    public void Create_ForEver_IsTheLastMomentThatANameCanTell()
    {
        ImageName.Create(ImageName.Forever, "image/png").ExpiresAt.ShouldBe(ImageName.Forever);
        ImageName.Create(DateTimeOffset.MaxValue, "image/png").ExpiresAt.ShouldBe(ImageName.Forever);
    }

    [Fact]
    public void TryParse_AnythingElse_IsNone()
    {
        const string Good = "0123456789abcdef0123456789abcdef-6b2b0dff.jpg";
        ImageName.TryParse(Good, out _).ShouldBeTrue();
        string?[] bad =
        [
            null, "", ".", "..", Good + " ", " " + Good, Good + "\0", Good + "/", "/" + Good, "../" + Good, "..%2f" + Good, Good[1..], Good[..^1],
            Good.ToUpperInvariant(), Good.Replace('-', '_'), Good.Replace(".jpg", ".jpeg"), Good.Replace(".jpg", ".JPG"), Good.Replace(".jpg", ".svg"),
            Good.Replace(".jpg", ""), Good.Replace("jpg", "jpg.png"), Good.Replace('0', '/'), Good.Replace('0', '.'), Good.Replace('0', '+'), Good.Replace('0', '０'),
            Good.Replace("6b2b0dff", " 6b2b0df"), Good.Replace("6b2b0dff", "-6b2b0df"), Good.Replace("6b2b0dff", "06b2b0dff"), Good.Replace("6b2b0dff", ""),
            new string('a', 100_000), Good.PadLeft(100_000, '0'), string.Concat(Enumerable.Repeat("../", 30_000)),
        ];
        foreach (var text in bad)
        {
            ImageName.TryParse(text, out var name).ShouldBeFalse(text);
            name.ShouldBeNull();
        }
    }
}
