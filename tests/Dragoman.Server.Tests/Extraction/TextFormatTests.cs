using System.Text;
using Dragoman.Knowledge;
using Dragoman.Server.Extraction.Formats;

namespace Dragoman.Server.Tests.Extraction;

public sealed class TextFormatTests : IDisposable
{
    private readonly ExtractionRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void PlainText_ParagraphsAndLines_AreKept()
    {
        _rig.Parse("a.txt", "One\r\n  two  \n\n\n\nThree\tfour\n").ShouldBe([new Section("One\n  two\n\nThree\tfour")]);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void PlainText_ByteOrderMark_TellsEncoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);

        _rig.Parse("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("Größe €5 日本")]).ShouldBe([new Section("Größe €5 日本")]);
    }

    [Fact]
    public void PlainText_Utf16WithoutMark_IsRead()
    {
        _rig.Parse("a.txt", Encoding.Unicode.GetBytes("plain words")).ShouldBe([new Section("plain words")]);
    }

    [Fact]
    public void PlainText_NotUtf8_IsReadAsWindows1252()
    {
        _rig.Parse("a.txt", [0x47, 0x72, 0xf6, 0xdf, 0x65, 0x20, 0x80, 0x35]).ShouldBe([new Section("Größe €5")]);
    }

    [Fact]
    public void PlainText_CharsetOfSender_IsBelieved()
    {
        var file = new FileToRead(_rig.Write("a.txt", [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]), Charset: "windows-1251");

        ExtractionRig.Parse(file).ShouldBe([new Section("Привет")]);
    }

    [Fact]
    public void PlainText_HugeSingleLine_IsCutBetweenWords()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 200_000));

        var sections = _rig.Parse("a.txt", words);

        sections.Count.ShouldBeGreaterThan(1);
        sections.ShouldAllBe(section => section.Text.Length < 256 * 1024 && section.Text.StartsWith("word ") && section.Text.EndsWith(" word"));
        string.Join(' ', sections.Select(section => section.Text)).ShouldBe(words);
    }

    [Fact]
    public void PlainText_HugeSingleWord_IsCutBetweenCharacters()
    {
        var word = string.Concat(Enumerable.Repeat("😀", 300_000));

        string.Concat(_rig.Parse("a.txt", word).Select(section => section.Text)).ShouldBe(word);
    }

    [Fact]
    public void Binary_AsText_IsRefused()
    {
        _rig.Refusal("a.txt", [1, 0, 2, 0, 0, 3], DocumentFormat.Text).ShouldBe("The file is not a text file: it holds binary data.");
    }

    [Fact]
    public void Empty_AnyFormat_IsRefused()
    {
        _rig.Refusal("a.txt", "").ShouldBe("The file is empty.");
    }

    [Fact]
    public void Markdown_HeadingsCodeAndTables_KeepTheirShape()
    {
        var sections = _rig.Parse(
            "a.md",
            """
            # Guide
            Start *here*.
            ## Install
            1. Get it
            2. Run `make`

            ```sh
            if x; then
              make
            fi
            ```
            ## Options
            | Option | Meaning |
            |---|---|
            | -v | loud |
            | -q | quiet |
            """);

        sections.ShouldBe(
        [
            new Section("Start here.", "Guide"),
            new Section("1. Get it\n2. Run make\n\nif x; then\n  make\nfi", "Guide > Install"),
            new Section("Option: -v\nMeaning: loud\n\nOption: -q\nMeaning: quiet", "Guide > Options"),
        ]);
    }

    [Fact]
    public void Markdown_DeepNesting_IsRefusedOrRead()
    {
        _rig.Refusal("a.md", new string('>', 5_000) + " deep").ShouldBe("The Markdown file is nested too deeply.");
    }

    [Fact]
    public void Html_ScriptsStylesAndNavigation_AreLeftOut()
    {
        var sections = _rig.Parse(
            "a.html",
            """
            <!DOCTYPE html><html><head><title>Shop – Home</title><style>p{}</style></head><body>
            <nav>Menu</nav><header>Logo</header>
            <main><h1>Prices<a class="headerlink">¶</a></h1><p>A <b>fine</b>
              price.<script>evil()</script></p><p hidden>Secret</p><h2>Table</h2>
            <table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>3&nbsp;€</td></tr></table>
            <table><tr><td>x</td><td>y</td></tr></table>
            <ol start=3><li>three<li><p>four</p></ol><pre>a
              b</pre></main><footer>Imprint</footer></body></html>
            """);

        sections.ShouldBe(
        [
            new Section("A fine price.", "Prices"),
            new Section("Item: Tea\nPrice: 3 €\n\nx | y\n\n3. three\n\n4. four\n\na\n  b", "Prices > Table"),
        ]);
    }

    [Fact]
    public void Html_NoHeading_IsUnderItsTitle()
    {
        _rig.Parse("a.html", "<title>About us</title><body>We<br>are.").ShouldBe([new Section("We\nare.", "About us")]);
    }

    [Fact]
    public void Html_CharsetInMeta_IsBelieved()
    {
        var page = Encoding.Latin1.GetBytes("<html><meta charset='windows-1251'><body>Привет".Replace("Привет", "\u00cf\u00f0\u00e8\u00e2\u00e5\u00f2"));

        _rig.Parse("a.html", page).ShouldBe([new Section("Привет")]);
    }

    [Fact]
    public void Html_HeadingWithNothingUnderIt_IsText()
    {
        _rig.Parse("a.html", "<html><h1>A</h1><h2>B</h2><h2>C</h2><p>c</p>").ShouldBe([new Section("B", "A"), new Section("c", "A > C")]);
    }

    [Fact]
    public void Csv_Quotes_RaggedRows_AreRead()
    {
        _rig.Parse("a.csv", "\ufeffname,\"the, note\"\r\nAnn,\"said \"\"hi\"\"\nand left\"\nBob\nCid,x,extra\n\n").ShouldBe(
        [
            new Section("name: Ann\nthe, note: said \"hi\" and left\n\nname: Bob\n\nname: Cid\nthe, note: x\ncolumn 3: extra"),
        ]);
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    public void Csv_OtherSeparator_IsFound(char separator)
    {
        _rig.Parse("a.csv", $"a{separator}b\n1,5{separator}2", DocumentFormat.Csv).ShouldBe([new Section("a: 1,5\nb: 2")]);
    }

    [Fact]
    public void Csv_NumbersInFirstRow_AreData()
    {
        _rig.Parse("a.csv", "1,x\n2,y").ShouldBe([new Section("column 1: 1\ncolumn 2: x\n\ncolumn 1: 2\ncolumn 2: y")]);
    }

    [Fact]
    public void Csv_QuoteNeverClosed_IsRefused()
    {
        _rig.Refusal("a.csv", "a,b\n1,\"open\n2,3").ShouldBe("The CSV file has a quote in line 2 that is not closed.");
    }

    [Fact]
    public void Xml_Elements_AreNamed()
    {
        _rig.Parse(
            "a.xml",
            """
            <?xml version="1.0"?><!DOCTYPE catalog SYSTEM "http://127.0.0.1/x.dtd">
            <catalog><book id="7"><title>Tea &amp; time</title><author/><note>See <b>page</b> 3</note></book><book><title><![CDATA[<Raw>]]></title></book></catalog>
            """).ShouldBe([new Section("catalog\n\nbook (id: 7)\ntitle: Tea & time\nnote: See page 3\n\nbook\ntitle: <Raw>")]);
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"bbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"bbb\">]><a t=\"&b;\"/>")]
    public void Xml_Entities_AreRefused(string xml)
    {
        _rig.Refusal("a.xml", xml, DocumentFormat.Xml).ShouldBe("The XML file uses entities of its own, which are not expanded.");
    }

    [Fact]
    public void Xml_NotWellFormed_IsRefused()
    {
        _rig.Refusal("a.xml", "<a>\n<b></a>").ShouldBe("The XML file is not well-formed at line 2, position 6.");
    }

    [Fact]
    public void Xml_DeepNesting_IsRead()
    {
        const int Depth = 100_000;
        var xml = string.Concat(Enumerable.Repeat("<a>", Depth)) + "deep" + string.Concat(Enumerable.Repeat("</a>", Depth));

        _rig.Parse("a.xml", xml).ShouldContain(section => section.Text.Contains("a: deep"));
    }
}
