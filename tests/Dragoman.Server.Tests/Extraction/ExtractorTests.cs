using System.IO.Compression;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Extraction;
using Dragoman.Server.Extraction.Formats;

namespace Dragoman.Server.Tests.Extraction;

/// <summary>The reading process itself, and what it makes of the worst files.</summary>
public sealed class ExtractorTests : IDisposable
{
    private readonly ExtractionRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Process_ReadsSections()
    {
        var (sections, error) = await ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x", "# A\n\nGröße \"5\" 😀"), Name: "read me.md"));

        error.ShouldBeNull();
        sections.ShouldBe([new Section("Größe \"5\" 😀", "A")]);
    }

    [Fact]
    public async Task NoText_IsAnError()
    {
        var (_, error) = await ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x.html", "<html><body><img></body></html>")));

        error.ShouldBe(new GatewayError(ErrorKind.InvalidRequest, "No text was found in the file. If it is a scan, it holds pictures of text only."));
    }

    [Fact]
    public async Task DeepHtml_EndsWithTextOrASentence()
    {
        var (sections, error) = await ExtractionRig.ExtractAsync(
            new FileToRead(_rig.Write("x.html", "<html>" + string.Concat(Enumerable.Repeat("<div>", 10_000)) + "deep")));

        (error?.Message ?? sections.Single().Text).ShouldBeOneOf("deep", "The file could not be read: it takes too much memory or time, or it is damaged.");
    }

    [Fact]
    public async Task WideHtml_IsRead()
    {
        var (sections, error) = await ExtractionRig.ExtractAsync(
            new FileToRead(_rig.Write("x.html", "<html>" + string.Concat(Enumerable.Repeat("<p>wide", 200_000)))));

        error.ShouldBeNull();
        sections.Sum(section => section.Text.Split("wide").Length - 1).ShouldBe(200_000);
    }

    [Fact]
    public async Task MoreMemoryThanAllowed_IsASentence()
    {
        // A row of seventy million cells.
        var row = new byte[70_000_000];
        Array.Fill(row, (byte)',');

        var (_, error) = await ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x.csv", row), DocumentFormat.Csv));

        error!.Kind.ShouldBe(ErrorKind.InvalidRequest);
        error.Message.ShouldBeOneOf("The file takes too much memory to read.", "The file could not be read: it takes too much memory or time, or it is damaged.");
    }

    [Fact]
    public async Task MoreTextThanAllowed_IsASentence()
    {
        var path = Path.Combine(_rig.Folder, "x.txt");
        await using (var file = File.CreateText(path))
        {
            var line = new string('a', 999_999) + "\n";
            for (var i = 0; i < 51; i++)
            {
                await file.WriteAsync(line);
            }
        }

        var (_, error) = await ExtractionRig.ExtractAsync(new FileToRead(path));

        error.ShouldBe(new GatewayError(ErrorKind.InvalidRequest, "The document has more than 50,000,000 characters of text."));
    }

    [Fact]
    public async Task CallerGone_EndsTheProcess()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(
            () => ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x.txt", "text")), gone.Token));
    }

    [Fact]
    public async Task Process_WritesNoFile()
    {
        // The process that reads is started the same way as this one, which tries to write.
        var start = LimitedProgram.Describe("/bin/sh", ["-c", "echo x > written; echo code $?; env"], new ProgramLimits(10, null, FileBytes: 0), []);
        start.WorkingDirectory = _rig.Folder;
        Environment.SetEnvironmentVariable("DRAGOMAN_TEST_SECRET", "hunter2");

        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();

        output.ShouldNotContain("code 0");
        output.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Pdf_Pages_AreCounted()
    {
        Assert.SkipWhen(LimitedProgram.Find("pdftotext") is null, "poppler-utils is not installed.");

        var (sections, error) = await ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x", Pdf.Of("First page", "", "Third page")), DocumentFormat.Pdf));

        error.ShouldBeNull();
        sections.ShouldBe([new Section("First page", null, 1), new Section("Third page", null, 3)]);
    }

    [Fact]
    public async Task Pdf_TwoThousandPages_AreRead()
    {
        Assert.SkipWhen(LimitedProgram.Find("pdftotext") is null, "poppler-utils is not installed.");
        var pages = Enumerable.Range(1, 2_000).Select(page => $"This is page {page}.").ToArray();

        var (sections, _) = await ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x.pdf", Pdf.Of(pages))));

        sections.Count.ShouldBe(2_000);
        sections[^1].ShouldBe(new Section("This is page 2000.", null, 2_000));
    }

    [Fact]
    public async Task Pdf_MorePagesThanAreRead_IsASentence()
    {
        Assert.SkipWhen(LimitedProgram.Find("pdftotext") is null, "poppler-utils is not installed.");

        var (_, error) = await ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x.pdf", Pdf.Of(Enumerable.Repeat("a", 5_001).ToArray()))));

        error!.Message.ShouldBe("The PDF file has more than 5,000 pages.");
    }

    [Theory]
    [InlineData("picture.png", "The file is not a PDF file; it looks like a PNG picture.")]
    [InlineData("text", "The file is not a PDF file.")]
    [InlineData("half", "The PDF file is damaged and could not be read.")]
    public async Task Pdf_ThatIsNone_IsASentence(string what, string message)
    {
        Assert.SkipWhen(LimitedProgram.Find("pdftotext") is null, "poppler-utils is not installed.");
        var content = what switch
        {
            "picture.png" => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
            "text" => "words"u8.ToArray(),
            _ => Pdf.Of("a")[..60],
        };

        var (_, error) = await ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x.pdf", content), DocumentFormat.Pdf));

        error.ShouldBe(new GatewayError(ErrorKind.InvalidRequest, message));
    }

    [Fact]
    public async Task Pdf_Encrypted_IsASentence()
    {
        Assert.SkipWhen(LimitedProgram.Find("pdftotext") is null, "poppler-utils is not installed.");

        var (_, error) = await ExtractionRig.ExtractAsync(new FileToRead(_rig.Write("x.pdf", Pdf.Encrypted)));

        error.ShouldBe(new GatewayError(ErrorKind.InvalidRequest, "The PDF file is encrypted: it opens only with a password."));
    }

    [Theory]
    [InlineData("/usr/share/doc/bzip2/manual.pdf.gz", "bzip2")]
    [InlineData("/usr/share/doc/shared-mime-info/shared-mime-info-spec.pdf", "MIME")]
    [InlineData("/usr/share/doc/libffi8/html/Introduction.html", "calling")]
    public async Task DebiansOwnManuals_AreRead(string path, string word)
    {
        Assert.SkipUnless(File.Exists(path), "The manual is not installed.");
        if (path.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var unpacked = new MemoryStream();
            await using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            await packed.CopyToAsync(unpacked);
            path = _rig.Write("manual.pdf", unpacked.ToArray());
        }

        var (sections, error) = await ExtractionRig.ExtractAsync(new FileToRead(path));

        error.ShouldBeNull();
        sections.ShouldContain(section => section.Text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
