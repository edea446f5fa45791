using Dragoman.Model;

namespace Dragoman.Tests.Model;

public sealed class ChatParametersTests
{
    public static TheoryData<ChatParameters> Flags =>
        [.. Enum.GetValues<ChatParameters>().Where(flag => ulong.IsPow2((ulong)flag))];

    [Theory]
    [MemberData(nameof(Flags))]
    public void WireNames_EachFlag_HasANameOfItsOwn(ChatParameters flag)
    {
        var name = flag.WireNames().ShouldHaveSingleItem();
        name.ShouldBe(name.ToLowerInvariant(), "it is a wire's name and not the enum's");
        Flags.Select(row => row.Data).Where(other => other.WireNames().Single() == name)
            .ShouldBe(flag is ChatParameters.JsonObject or ChatParameters.JsonSchema ? [ChatParameters.JsonObject, ChatParameters.JsonSchema] : [flag]);
    }

    [Fact]
    public void WireNames_OfSeveral_KeepTheirOrder() =>
        (ChatParameters.Metadata | ChatParameters.Temperature | ChatParameters.LogitBias).WireNames().ShouldBe(["temperature", "logit_bias", "metadata"]);

    [Fact]
    public void WireNames_OfNone_AreNone() => ChatParameters.None.WireNames().ShouldBeEmpty();

    [Fact]
    public void Essential_HoldsAllContent() =>
        (ChatParameters.Content & ~ChatParametersExtensions.Essential).ShouldBe(ChatParameters.None);
}
