using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Server.Extraction;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Server.Tests.Extraction;

public sealed class PageTests
{
    [Fact]
    public async Task Page_IsFetchedAndRead()
    {
        await using var rig = await PageRig.StartAsync(AnswerAsync("text/html; charset=windows-1251", [.. "<title>T</title><p>"u8, 0xcf, 0xf0, 0xe8, .. "</p>"u8]));

        (await rig.ReadAsync("/page")).Text!.Sections.ShouldBe([new Section("При", "T")]);
    }

    [Fact]
    public async Task PdfBehindAddress_IsRead()
    {
        Assert.SkipWhen(LimitedProgram.Find("pdftotext") is null, "poppler-utils is not installed.");
        await using var rig = await PageRig.StartAsync(AnswerAsync("application/octet-stream", Pdf.Of("On paper")));

        (await rig.ReadAsync("/download", renderScripts: true)).Text!.Sections.ShouldBe([new Section("On paper", null, 1)]);
    }

    [Fact]
    public async Task MarkdownBehindAddress_IsKnownByItsName()
    {
        await using var rig = await PageRig.StartAsync(AnswerAsync("text/plain", "# A\nb"u8.ToArray()));

        (await rig.ReadAsync("/docs/read.me.md?x=1", kind: DocumentKind.File)).Text!.Sections.ShouldBe([new Section("b", "A")]);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/", "The address could not be reached.")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "The address could not be reached.")]
    [InlineData("http://[::ffff:127.0.0.1]/", "The address could not be reached.")]
    [InlineData("file:///etc/passwd", "The address is not an http or https address without user information.")]
    [InlineData("/redirect", "The address could not be reached.")]
    [InlineData("/missing", "The address answered with HTTP status 404.")]
    public async Task Address_NotToBeRead_IsASentence(string address, string message)
    {
        await using var rig = await PageRig.StartAsync(context =>
        {
            if (context.Request.Path == "/redirect")
            {
                context.Response.Redirect("http://127.0.0.1:1/");
            }
            else
            {
                context.Response.StatusCode = 404;
            }

            return Task.CompletedTask;
        });

        (await rig.ReadAsync(address)).Error.ShouldBe(new GatewayError(ErrorKind.InvalidRequest, message));
    }

    [Fact]
    public async Task MoreBytesThanAllowed_IsASentence()
    {
        await using var rig = await PageRig.StartAsync(AnswerAsync("text/plain", new byte[2_000]));
        rig.Settings = new() { Providers = rig.Settings.Providers, Upstream = rig.Settings.Upstream, Knowledge = new() { MaxFileBytes = 1_000 } };

        (await rig.ReadAsync("/big")).Error!.Message.ShouldBe("The address answered with more bytes than are taken.");
    }

    private static RequestDelegate AnswerAsync(string type, byte[] body) => async context =>
    {
        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(body);
    };
}
