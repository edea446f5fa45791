using System.IO.Compression;
using System.Text;
using Dragoman.Knowledge;

namespace Dragoman.Server.Tests.Extraction;

public sealed class OfficeFormatTests : IDisposable
{
    private readonly ExtractionRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Docx_HeadingsListsAndTables_KeepTheirShape()
    {
        var file = Office.Docx(
            Office.Paragraph("Handbook", "Titel"),
            Office.Paragraph("Welcome to it."),
            Office.Paragraph("Tools", "berschrift1"),
            Office.Paragraph("You need:"),
            Office.Paragraph("a saw", isItem: true),
            Office.Paragraph("a nail", isItem: true),
            Office.Paragraph("Prices", "Own"),
            Office.Table(hasHeader: true, ["Tool", "Price"], ["saw", "12"], ["nail", "1"]),
            Office.Table(hasHeader: false, ["Author", "Ann"], ["Place", "Bonn"]));

        _rig.Parse("a.docx", file).ShouldBe(
        [
            new Section("Welcome to it.", "Handbook"),
            new Section("You need:\n\n- a saw\n- a nail", "Handbook > Tools"),
            new Section("Tool: saw\nPrice: 12\n\nTool: nail\nPrice: 1\n\nAuthor | Ann\nPlace | Bonn", "Handbook > Tools > Prices"),
        ]);
    }

    [Fact]
    public void Docx_TrackedChanges_AreAsAccepted()
    {
        _rig.Parse("a.docx", Office.Docx(Office.Changed("We ", "will", "won't"))).ShouldBe([new Section("We will")]);
    }

    [Fact]
    public void Xlsx_SheetsRowsAndDates_AreNamed()
    {
        var file = Office.Xlsx(
            ("Staff", false,
            [
                ["Staff list of 2026"],
                ["Name", "Born", "Rate", "In"],
                ["Ann", new DateOnly(1990, 2, 3), 0.1 + 0.2, true],
                [null, new DateTime(2020, 1, 1, 13, 30, 0)],
            ]),
            ("Secret", true, [["hidden", "sheet"], ["a", "b"]]),
            ("Notes", false, [["only", "one row"]]));

        _rig.Parse("a.xlsx", file).ShouldBe(
        [
            new Section("Staff list of 2026\n\nName: Ann\nBorn: 1990-02-03\nRate: 0.3\nIn: TRUE\n\nBorn: 2020-01-01 13:30:00", "Staff"),
            new Section("only | one row", "Notes"),
        ]);
    }

    [Fact]
    public void Pptx_Slides_ArePagesUnderTheirTitles()
    {
        var file = Office.Pptx(("Start", ["One", "Two"], "Speak slowly"), (null, ["Free"], null), ("Only a title", [], null));

        _rig.Parse("a.pptx", file).ShouldBe(
        [
            new Section("One\nTwo\n\nSpeak slowly", "Start", 1),
            new Section("Free", "Start", 2),
            new Section("Only a title", null, 3),
        ]);
    }

    [Fact]
    public void Office_WithoutWordOrEnding_IsKnownByContent()
    {
        _rig.Parse("upload", Office.Docx(Office.Paragraph("Hello"))).ShouldBe([new Section("Hello")]);
    }

    [Fact]
    public void Office_OfAnotherFormat_IsRefused()
    {
        _rig.Refusal("a.xlsx", Office.Docx(Office.Paragraph("Hello")), DocumentFormat.Xlsx)
            .ShouldBe("The file is not an Excel workbook (xlsx); it looks like a Word document (docx).");
    }

    [Fact]
    public void Office_Encrypted_IsRefused()
    {
        _rig.Refusal("a.docx", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, .. new byte[600]], DocumentFormat.Docx).ShouldStartWith("The file is an encrypted Office file");
    }

    [Fact]
    public void Office_Truncated_IsRefused()
    {
        var file = Office.Docx(Office.Paragraph("Hello"));

        _rig.Refusal("a.docx", file.AsSpan(0, file.Length / 2)).ShouldBe("The Office file is damaged or not whole.");
    }

    [Fact]
    public void Zip_OfAnythingElse_IsRefused()
    {
        _rig.Refusal("a.zip", Zip(("../../etc/passwd", "root"))).ShouldStartWith("The file is a ZIP archive.");
    }

    [Fact]
    public void Zip_WithEntriesThatLeadElsewhere_IsReadAndNothingWritten()
    {
        var file = Docx("<w:p><w:r><w:t>Fine</w:t></w:r></w:p>", ("../../../../../../tmp/dragoman-evil", "x"));

        _rig.Parse("a.docx", file).ShouldBe([new Section("Fine")]);
        File.Exists("/tmp/dragoman-evil").ShouldBeFalse();
    }

    [Fact]
    public void Zip_Bomb_IsRefusedBeforeItIsUnpacked()
    {
        var file = Docx($"<w:p><w:r><w:t>{new string(' ', 20_000_000)}</w:t></w:r></w:p>");

        file.Length.ShouldBeLessThan(100_000);
        _rig.Refusal("a.docx", file).ShouldBe("The archive unpacks to far more than it holds, and is not read.");
    }

    [Fact]
    public void Zip_BombThatLiesOfItsLength_IsNotReadPastWhatItSays()
    {
        var file = Docx($"<w:p><w:r><w:t>{new string(' ', 20_000_000)}</w:t></w:r></w:p>");
        Patch(file, "word/document.xml", length: 500);

        _rig.Refusal("a.docx", file).ShouldNotBeEmpty();
    }

    [Fact]
    public void Zip_ManyEntries_IsRefused()
    {
        var entries = Enumerable.Range(0, 20_001).Select(number => ($"{number}", "")).ToArray();

        _rig.Refusal("a.docx", Zip(entries)).ShouldBe("The archive has more than 20,000 entries.");
    }

    [Fact]
    public void Office_EntityBombInside_IsRefused()
    {
        var file = Zip(
            ("_rels/.rels", Relationships),
            ("word/document.xml", "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><document><p><t>&b;</t></p></document>"));

        _rig.Refusal("a.docx", file).ShouldBe("The Office file is damaged or not whole.");
    }

    private const string Relationships =
        "<Relationships><Relationship Id=\"r1\" Type=\"http://x/officeDocument\" Target=\"word/document.xml\"/></Relationships>";

    private static byte[] Docx(string body, params (string Name, string Content)[] more) => Zip(
    [
        ("_rels/.rels", Relationships),
        ("word/document.xml", $"<w:document xmlns:w=\"http://w\"><w:body>{body}</w:body></w:document>"),
        .. more,
    ]);

    private static byte[] Zip(params (string Name, string Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return file.ToArray();
    }

    /// <summary>Writes another unpacked length into the archive's directory.</summary>
    private static void Patch(byte[] archive, string name, int length)
    {
        // The directory's entry (APPNOTE 4.3.12): a signature, the unpacked length at 24, the name at 46.
        var at = archive.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(name)) - 46;
        archive.AsSpan(at, 4).SequenceEqual("PK\u0001\u0002"u8).ShouldBeTrue();
        BitConverter.TryWriteBytes(archive.AsSpan(at + 24), length).ShouldBeTrue();
    }
}
