using System.Globalization;
using Dragoman.Knowledge;

namespace Dragoman.Tests.Knowledge;

public sealed class ChunkerTests
{
    [Fact]
    public void Cut_ShortSection_IsOneChunkWithItsPlace()
    {
        var chunks = Chunker.Cut(new DocumentText([new Section("  One sentence.\n", "Guide > Start", 7), new Section(" \n ")]), ChunkRules.Default);
        chunks.ShouldBe([new ChunkText("One sentence.", "Guide > Start", 7)]);
    }

    [Fact]
    public void Cut_Paragraphs_CutsBetweenThem()
    {
        var first = "The first paragraph holds a sentence. And another one.";
        var second = "The second paragraph is about something else. It ends here.";
        Cut($"{first}\n\n{second}", 80).ShouldBe([first, second]);
    }

    [Fact]
    public void Cut_Headings_BeginChunks()
    {
        Cut("Some words before the heading that fill this.\n# Next\nSome words behind the heading that fill this.\n\nMore.", 70)[1].ShouldStartWith("# Next\n");
    }

    [Theory]
    [InlineData("It costs 3.14 euros, e.g. in shops of Dr. J. Smith and others. The next sentence stands here.", "The next sentence stands here.")]
    [InlineData("He asked \"Why is that so hard to see in the end?\" Nobody said a word to him.", "Nobody said a word to him.")]
    [InlineData("这是第一句话很长很长很长很长很长很长很长很长很长。第二句话在这里，也不短。", "第二句话在这里，也不短。")]
    public void Cut_Sentences_CutsAtTheirEndsAlone(string text, string second)
    {
        var chunks = Cut(text, text.Length - 5);
        chunks.Count.ShouldBe(2);
        chunks[1].ShouldBe(second);
    }

    [Fact]
    public void Cut_WithinAParagraph_RepeatsAShortLastSentence()
    {
        var text = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Number {i} is here."));
        var chunks = Cut(text, 200);
        chunks.Count.ShouldBeGreaterThan(3);
        for (var i = 1; i < chunks.Count; i++)
        {
            var repeated = chunks[i][..(chunks[i].IndexOf('.', StringComparison.Ordinal) + 1)];
            chunks[i - 1].ShouldEndWith(repeated);
        }
    }

    [Fact]
    public void Cut_CodeAndLists_StayTogetherWhereTheyFit()
    {
        const string code = "```\nfirst = 1\n\nsecond = 2\n\nthird = 3\n```";
        const string list = "- apples\n\n- pears\n\n- plums";
        var prose = "Some prose that stands before it and fills about half of a chunk.";
        Cut($"{prose}\n\n{code}", 80).ShouldContain(code);
        Cut($"{prose}\n\nA list:\n\n{list}", 80).ShouldContain(chunk => chunk.Contains(list));
    }

    [Fact]
    public void Cut_CallersSeparators_OutdoParagraphsTheFirstMost()
    {
        var rules = new ChunkRules(60, ["===", ";"]);
        var text = "one two three; four five six\n\nseven eight===nine ten eleven\n\ntwelve; thirteen fourteen";
        Chunker.Cut(new DocumentText([new Section(text)]), rules).Select(chunk => chunk.Text)
            .ShouldBe(["one two three; four five six\n\nseven eight===", "nine ten eleven\n\ntwelve; thirteen fourteen"]);
    }

    [Fact]
    public void Cut_Tail_IsNeverTiny()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 101));
        Cut(text, 500).Select(chunk => chunk.Length).Min().ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Cut_WideScript_IsCutShorterThanEnglish()
    {
        var english = Chunker.Cut(new DocumentText([new Section(string.Concat(Enumerable.Repeat("Some words. ", 400)))]), ChunkRules.Default);
        var chinese = Chunker.Cut(new DocumentText([new Section(string.Concat(Enumerable.Repeat("这是一句话。", 800)))]), ChunkRules.Default);
        english.Max(chunk => chunk.Text.Length).ShouldBeInRange(450, 570);
        chinese.Max(chunk => chunk.Text.Length).ShouldBeInRange(90, 130);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(300)]
    public void Cut_AnyText_LosesNothingAndPartsNoCharacter(int size)
    {
        string[] pieces = ["a", "Word", " ", "  ", "\n", "\n\n", "\r\n", ". ", "! ", "。", "漢字", "e\u0301", "😀", "👩‍👩‍👧", "- ", "1. ", "```", "    ", "# ", "|", "x.y", "\t"];
        var random = new Random(size);
        for (var round = 0; round < 200; round++)
        {
            var text = string.Concat(random.GetItems(pieces, random.Next(1, 300)));
            var separators = random.Next(2) == 0 ? (string[])[] : [random.GetItems(pieces, 1)[0], "d"];
            AssertCovers(text, [.. Chunker.Spans(text, size, new ChunkRules(size, [.. separators]))], size);
        }
    }

    [Fact]
    public void Cut_LongTextWithoutABreak_EndsSoon()
    {
        // Quadratic work would take minutes.
        Cut(new string('x', 1_000_000), 500).Count.ShouldBeGreaterThan(1_999);
        Cut("a" + new string('\u0301', 1_000_000), 500).Count.ShouldBeGreaterThan(1_999);
    }

    [Fact]
    public void Cut_SeparatorGivenAgainAndAgain_CostsNoMoreThanOnce()
    {
        var text = new DocumentText([new Section(new string('a', 500_000))]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var chunks = Chunker.Cut(text, new ChunkRules(1_000, [.. Enumerable.Repeat("a", 100)]));

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(50_000_000);
        chunks.ShouldBe(Chunker.Cut(text, new ChunkRules(1_000, ["a"])));
    }

    [Fact]
    public void Cut_SeparatorsThatEndAtOnePlace_TheFirstCounts()
    {
        var text = new DocumentText([new Section("one two-- three four;; five-- six seven")]);
        Chunker.Cut(text, new ChunkRules(30, ["--", ";;", "-", ";"])).Select(chunk => chunk.Text).ShouldBe(["one two-- three four;; five--", "six seven"]);
    }

    [Fact]
    public void Cut_MoreChunksThanWanted_EndsWithTheFirstBeyond()
    {
        var text = new DocumentText([new Section(new string('x', 100_000)), new Section("more")]);
        Chunker.Cut(text, new ChunkRules(10, []), most: 5).Count.ShouldBe(6);
    }

    [Fact]
    public void Cut_Canceled_Ends()
    {
        var text = new DocumentText([new Section(new string('x', 100_000))]);
        Should.Throw<OperationCanceledException>(() => Chunker.Cut(text, new ChunkRules(10, ["x"]), cancellationToken: new CancellationToken(canceled: true)));
        using var cancellation = new CancellationTokenSource();
        using var spans = Chunker.Spans(text.Sections[0].Text, 10, new ChunkRules(10, ["x"]), cancellation.Token).GetEnumerator();
        spans.MoveNext().ShouldBeTrue();
        cancellation.Cancel();
        Should.Throw<OperationCanceledException>(() => spans.MoveNext());
    }

    private static List<string> Cut(string text, int size) =>
        [.. Chunker.Cut(new DocumentText([new Section(text)]), new ChunkRules(size, [])).Select(chunk => chunk.Text)];

    private static void AssertCovers(string text, List<(int Start, int End)> spans, int size)
    {
        var borders = StringInfo.ParseCombiningCharacters(text).Append(text.Length).ToHashSet();
        (spans[0].Start, spans[^1].End).ShouldBe((0, text.Length));
        for (var i = 0; i < spans.Count; i++)
        {
            var (start, end) = spans[i];
            borders.ShouldContain(start);
            borders.ShouldContain(end);
            new StringInfo(text[start..end]).LengthInTextElements.ShouldBeLessThanOrEqualTo(size);
            if (i > 0)
            {
                start.ShouldBeInRange(spans[i - 1].Start + 1, spans[i - 1].End);
                end.ShouldBeGreaterThan(spans[i - 1].End);
            }
        }
    }
}
