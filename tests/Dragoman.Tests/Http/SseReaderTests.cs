using System.Text;
using Dragoman.Http;

namespace Dragoman.Tests.Http;

public sealed class SseReaderTests
{
    [Theory]
    [InlineData("data: a\n\n", "|a")]
    [InlineData("data:a\n\n", "|a")]
    [InlineData("data:  a\n\n", "| a")]
    [InlineData("data:\ta\n\n", "|\ta")]
    [InlineData("data: a \n\n", "|a ")]
    [InlineData("data\n\n", "|")]
    [InlineData("data:\n\n", "|")]
    [InlineData("data\ndata\n\n", "|\n")]
    [InlineData("data: a\ndata: b\n\n", "|a\nb")]
    [InlineData("data:\ndata: b\n\n", "|\nb")]
    [InlineData("data: a:b: c\n\n", "|a:b: c")]
    [InlineData("event: e\ndata: a\n\n", "e|a")]
    [InlineData("data: a\nevent:e\n\n", "e|a")]
    [InlineData("event: e\nevent: f\ndata: a\n\n", "f|a")]
    [InlineData("event: e\nevent\ndata: a\n\n", "|a")]
    [InlineData("event: e\n\ndata: a\n\n", "|a")]
    [InlineData("event: é\ndata: ü\n\n", "é|ü")]
    [InlineData("id: 1\nretry: 5\nunknown: x\nnothing\ndata: a\n\n", "|a")]
    [InlineData(": comment\n:\n\ndata: a\n: within\ndata: b\n\n", "|a\nb")]
    [InlineData(" data: a\nDATA: b\n\n", "")]
    [InlineData("\n\n\ndata: a\n\n\n\ndata: b\n\n", "|a;|b")]
    [InlineData("data: never ended\n", "")]
    [InlineData("data: never ended", "")]
    [InlineData("", "")]
    [InlineData("\uFEFFdata: a\n\n", "|a")]
    [InlineData("\uFEFF\n\uFEFFdata: a\n\ndata: b\n\n", "|b")]
    [InlineData("event: e\ndata: 1\n\ndata: 2\n\nevent: e\ndata: 3\n\nevent: ee\ndata: 4\n\n", "e|1;|2;e|3;ee|4")]
    public void Reader_EachFormOfTheSpecification_GivesItsEvents(string text, string expected)
    {
        foreach (var lineEnd in new[] { "\n", "\r", "\r\n" })
        {
            var bytes = Encoding.UTF8.GetBytes(text.Replace("\n", lineEnd, StringComparison.Ordinal));
            Read(bytes, bytes.Length).ShouldBe(expected);
        }
    }

    [Fact]
    public void Reader_MixedLineEnds_AreEachOneEnd() =>
        Read("data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rdata: e\n\n"u8.ToArray(), 1000).ShouldBe("|a\nb\nc;|d;|e");

    [Fact]
    public void Reader_SplitAtEveryByte_GivesTheSameEvents()
    {
        var bytes = "\uFEFF: hi\r\nevent: one\r\ndata: {\"a\":\"ü€😀\"}\r\ndata: more\r\n\r\nevent: two\rdata: x\r\rdata: y\n\n"u8.ToArray();
        var whole = Read(bytes, bytes.Length);
        whole.ShouldBe("one|{\"a\":\"ü€😀\"}\nmore;two|x;|y");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Read(bytes, cut).ShouldBe(whole, $"cut at {cut}");
        }

        for (var size = 1; size < 8; size++)
        {
            ReadIn(bytes.Chunk(size)).ShouldBe(whole, $"pieces of {size}");
        }
    }

    [Fact]
    public void Reader_CarriageReturnAtTheEnd_HandsTheEventOverAtOnce() => Read("data: a\r\r"u8.ToArray(), 1000).ShouldBe("|a");

    [Theory]
    [InlineData(1000)]
    [InlineData(1)]
    public void Reader_EventTooLong_Throws(int piece)
    {
        foreach (var text in new[] { "data: " + new string('x', 101), Lines(60, "xx"), Lines(120, "") })
        {
            using var reader = new SseReader(maxEventBytes: 100);
            Should.Throw<InvalidDataException>(() =>
            {
                foreach (var bytes in Encoding.UTF8.GetBytes(text + "\n\n").Chunk(piece))
                {
                    reader.Feed(bytes, 0, static (_, _, _) => { });
                }
            }, text);
        }

        static string Lines(int count, string value) => string.Concat(Enumerable.Repeat($"data: {value}\n", count));
    }

    [Fact]
    public void Reader_ManyEventsBelowTheBound_PassWhateverTheirSum()
    {
        using var reader = new SseReader(maxEventBytes: 100);
        var seen = 0;
        var text = Encoding.UTF8.GetBytes($"data: {new string('x', 90)}\n\n");
        for (var i = 0; i < 100; i++)
        {
            reader.Feed(text, 0, (_, data, _) => seen += data.Length);
        }

        seen.ShouldBe(9000);
    }

    [Fact]
    public void Reader_RandomBytes_NeverThrowAndNeverDependOnTheCut()
    {
        var random = new Random(7);
        var alphabet = "data: event:\r\n\r\n\n:x\uFEFF"u8.ToArray();
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(60)];
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(10) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }

            Read(bytes, random.Next(bytes.Length + 1)).ShouldBe(Read(bytes, bytes.Length), Convert.ToHexString(bytes));
        }
    }

    [Fact]
    public void Reader_DisposedTwice_IsHarmless()
    {
        var reader = new SseReader();
        reader.Feed("data: a"u8, 0, static (_, _, _) => { });
        reader.Dispose();
        reader.Dispose();
    }

    private static string Read(byte[] bytes, int cut)
    {
        cut = Math.Min(cut, bytes.Length);
        return ReadIn([bytes[..cut], bytes[cut..]]);
    }

    private static string ReadIn(IEnumerable<byte[]> pieces)
    {
        var events = new List<string>();
        using var reader = new SseReader();
        foreach (var piece in pieces)
        {
            reader.Feed(piece, events, static (name, data, list) => list.Add($"{name}|{Encoding.UTF8.GetString(data)}"));
        }

        return string.Join(';', events);
    }
}
