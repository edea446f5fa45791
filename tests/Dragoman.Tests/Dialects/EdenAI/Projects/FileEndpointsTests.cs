using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Dragoman.Dialects.EdenAI;
using Dragoman.Knowledge;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

/// <summary>Files, and above all the multipart bodies that bring them.</summary>
public sealed class FileEndpointsTests
{
    private const string Boundary = "b0undary";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddFile_PartsInAnyOrder_AreTheSameDocument(bool fileFirst)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        var content = new byte[200_000];
        Random.Shared.NextBytes(content);
        using var form = new MultipartFormDataContent();
        void AddTheFile() => form.Add(new ByteArrayContent(content), "file", "../../etc/Manual.PDF");
        if (fileFirst)
        {
            AddTheFile();
        }

        form.Add(new StringContent("pdf"), "data_type");
        form.Add(new StringContent("""{"lang": "en"}"""), "metadata");
        if (!fileFirst)
        {
            AddTheFile();
        }

        var added = await server.SendAsync("POST", project + "add_file/", form);

        added.ShouldBe(201, "");
        var document = server.Documents.Added.ShouldHaveSingleItem();
        document.Kind.ShouldBe(DocumentKind.File);
        document.FileType.ShouldBe("pdf");
        document.Format.ShouldBe(DocumentFormat.Pdf);
        document.Name.ShouldBe("Manual.PDF");
        document.MetadataJson.ShouldBe("""{"lang":"en"}""");
        server.Documents.Files.ShouldHaveSingleItem().ShouldBe(content);
        (await server.SendAsync("GET", added.Location!)).Json.GetProperty("file_name").GetString().ShouldBe("Manual.PDF");
    }

    [Theory]
    [InlineData("csv", "Csv")]
    [InlineData("xml", "Xml")]
    [InlineData("html", "Html")]
    [InlineData("docx", "Docx")]
    [InlineData("xlsx", "Xlsx")]
    [InlineData("pptx", "Pptx")]
    [InlineData("md", "Markdown")]
    [InlineData("markdown", "Markdown")]
    [InlineData("txt", "Text")]
    [InlineData("text", "Text")]
    public async Task AddFile_ByAddress_HasTheFormatOfItsWord(string type, string format)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        var added = await server.SendAsync("POST", project + "add_file/", $$"""{"data_type":"{{type}}","file_url":"https://example.com/f","provider":"mistral"}""");

        added.ShouldBe(201, "");
        added.Dropped.ShouldBe("provider");
        var document = server.Documents.Added.ShouldHaveSingleItem();
        document.Format.ToString().ShouldBe(format);
        document.Address.ShouldBe("https://example.com/f");
        document.Upload.ShouldBeNull();
        document.Model.ShouldBeNull();
    }

    [Theory]
    [InlineData("", "deepgram")]
    [InlineData(""","provider":"openai" """, "openai")]
    public async Task AddFile_Audio_GoesToTheProviderOfTheRequestOrTheProject(string more, string provider)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync(""","speech_to_text_provider":"deepgram" """);

        (await server.SendAsync("POST", project + "add_file/", $$"""{"data_type":"audio","file_url":"https://example.com/f.mp3"{{more}}}""")).ShouldBe(201, "");

        var document = server.Documents.Added.ShouldHaveSingleItem();
        document.Kind.ShouldBe(DocumentKind.Audio);
        document.Format.ShouldBeNull();
        document.Model.ShouldBe(provider);
    }

    [Fact]
    public async Task AddFile_UrlEncoded_IsRead()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        using var form = new FormUrlEncodedContent([new("data_type", "xml"), new("data_type", "csv"), new("file_url", "https://example.com/ä b"), new("metadata", "{}")]);

        (await server.SendAsync("POST", project + "add_file", form)).ShouldBe(201, "");

        server.Documents.Added.ShouldHaveSingleItem().FileType.ShouldBe("csv", "of one name the last value counts");
    }

    [Fact]
    public async Task AddImage_Fields_GoToTheVisionModel()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("together_ai/llama-vision"), "model" },
            { new StringContent("What is it?"), "prompt" },
            { new ByteArrayContent([1, 2, 3]), "file", "photo.jpeg" },
        };

        (await server.SendAsync("POST", project + "add_image/", form)).ShouldBe(201, "");
        (await server.SendAsync("POST", project + "add_video/", """{"file_url":"https://example.com/film.mp4","metadata":{"k":1}}""")).ShouldBe(201, "");

        server.Documents.Added.Select(document => (document.Kind, document.FileType, document.Model, document.Prompt, document.Name, document.MetadataJson)).ShouldBe(
        [
            (DocumentKind.Image, "image", "together/llama-vision", "What is it?", "photo.jpeg", "{}"),
            (DocumentKind.Video, "video", null, null, "https://example.com/film.mp4", """{"k":1}"""),
        ]);
    }

    [Theory]
    [InlineData("add_file", "{}", "data_type", "This field is required.")]
    [InlineData("add_file", "{}", "file", "No file was submitted.")]
    [InlineData("add_file", "{}", "file_url", "This field is required.")]
    [InlineData("add_file", """{"data_type":"exe"}""", "data_type", "\"exe\" is not a valid choice.")]
    [InlineData("add_file", """{"file_url":"nowhere"}""", "file_url", "Enter a valid URL.")]
    [InlineData("add_file", """{"file":"YWJj"}""", "file", "The submitted data was not a file. Check the encoding type on the form.")]
    [InlineData("add_file", """{"metadata":"{"}""", "metadata", "Value must be valid JSON.")]
    [InlineData("add_file", """{"metadata":"{\"a\":\"\\ud800\"}"}""", "metadata", "Value must be valid JSON.")]
    [InlineData("add_file", """{"metadata":"[1]"}""", "metadata", "Expected a dictionary of items but got type \"list\".")]
    [InlineData("add_file", """{"provider":""}""", "provider", "This field may not be blank.")]
    [InlineData("add_image", """{"metadata":"{\"collection_name\":1}"}""", "metadata", "Key 'collection_name' is not allowed.")]
    [InlineData("add_video", """{"model":""}""", "model", "This field may not be blank.")]
    public async Task Add_FieldWrong_IsTold(string endpoint, string body, string field, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        (await server.SendAsync("POST", $"{project}{endpoint}/", body)).Field(field).ShouldBe([message]);
        server.Documents.Added.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("add_file", "run.exe", "x", "File extension “exe” is not allowed.")]
    [InlineData("add_image", "film.mp4", "x", "File extension “mp4” is not allowed.")]
    [InlineData("add_video", "photo.png", "x", "File extension “png” is not allowed.")]
    [InlineData("add_file", "empty.pdf", "", "The submitted file is empty.")]
    public async Task Add_FileWrong_IsToldAndNotKept(string endpoint, string name, string content, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        using var form = new MultipartFormDataContent { { new StringContent(content), "file", name }, { new StringContent("pdf"), "data_type" } };

        (await server.SendAsync("POST", $"{project}{endpoint}/", form)).Field("file").ShouldHaveSingleItem().ShouldStartWith(message);

        await server.Documents.Uploads.ShouldHaveSingleItem().Gone.Task;
    }

    [Fact]
    public async Task AddFile_FileAndAddress_IsToldAndNotKept()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("x"), "file", "a.pdf" }, { new StringContent("pdf"), "data_type" }, { new StringContent("https://example.com/"), "file_url" },
        };

        (await server.SendAsync("POST", project + "add_file/", form)).Field("file_url").ShouldBe(["Give either file or file_url, not both."]);

        await server.Documents.Uploads.ShouldHaveSingleItem().Gone.Task;
    }

    [Theory]
    [InlineData("multipart/form-data", "x", "boundary")]
    [InlineData("multipart/form-data; boundary=", "x", "boundary")]
    [InlineData("multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x", "x", "boundary")]
    [InlineData("multipart/form-data; boundary=b0undary", "", "did not arrive whole")]
    [InlineData("multipart/form-data; boundary=b0undary", "no part at all", "did not arrive whole")]
    [InlineData("multipart/form-data; boundary=b0undary", "--b0undary\r\nContent-Disposition: form-data; name=\"data_type\"\r\n\r\npdf", "did not arrive whole")]
    [InlineData("multipart/form-data; boundary=b0undary", "--b0undary\r\nno header\r\n\r\npdf\r\n--b0undary--\r\n", "headers of a part")]
    public async Task AddFile_MultipartBroken_IsToldAsText(string type, string body, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        var answer = await SendRawAsync(server, project, type, Encoding.UTF8.GetBytes(body.Length == 0 ? "\r\n" : body));
        answer.Status.ShouldBe(400, answer.Text);
        answer.Json.GetProperty("error").GetProperty("message").GetString()!.ShouldContain(message);
    }

    [Fact]
    public async Task AddFile_TruncatedInTheFile_LeavesNothing()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        var answer = await SendRawAsync(server, project, $"multipart/form-data; boundary={Boundary}", Encoding.UTF8.GetBytes(Part("file\"; filename=\"a.pdf", new string('x', 100_000))));

        answer.Status.ShouldBe(400, answer.Text);
        await server.Documents.Uploads.ShouldHaveSingleItem().Gone.Task;
        server.Documents.Added.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(10_000, 1, 1, 400)] // parts
    [InlineData(1, 70_000, 1, 413)] // a field's length
    [InlineData(1, 1, 10_000, 400)] // a header's length
    public async Task AddFile_TooMuchOfSomething_IsRefused(int parts, int field, int header, int status)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        var body = new StringBuilder();
        for (var i = 0; i < parts; i++)
        {
            body.Append(CultureInfo.InvariantCulture, $"--{Boundary}\r\nContent-Disposition: form-data; name=\"f{i}\"\r\nX-Long: {new string('h', header)}\r\n\r\n{new string('v', field)}\r\n");
        }

        body.Append(CultureInfo.InvariantCulture, $"--{Boundary}--\r\n");

        var answer = await SendRawAsync(server, project, $"multipart/form-data; boundary={Boundary}", Encoding.UTF8.GetBytes(body.ToString()));

        answer.Status.ShouldBe(status, answer.Text);
        answer.Json.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task AddFile_TwoFiles_AreRefusedAndNeitherIsKept()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        using var form = new MultipartFormDataContent { { new StringContent("x"), "file", "a.pdf" }, { new StringContent("y"), "file", "b.pdf" } };

        (await server.SendAsync("POST", project + "add_file/", form)).Status.ShouldBe(400);

        await server.Documents.Uploads.ShouldHaveSingleItem().Gone.Task;
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task Read_FileOfTheSettingsLength_IsTheLongest(int length, bool isWell)
    {
        using var form = new MultipartFormDataContent(Boundary) { { new ByteArrayContent(new byte[length]), "file", "a.pdf" } };
        var context = new DefaultHttpContext();
        context.Request.ContentType = form.Headers.ContentType!.ToString();
        context.Request.Body = await form.ReadAsStreamAsync();
        var upload = new MemoryUpload(null);

        var read = await RequestFields.ReadAsync(context, new FieldsTaken(BodyTypes.Multipart), new BodyLimits(10, 1000, () => upload));

        read.Error?.Kind.ShouldBe(ErrorKind.BodyTooLarge);
        (read.File?.Length).ShouldBe(isWell ? length : null);
        upload.Gone.Task.IsCompleted.ShouldBe(!isWell);
    }

    [Fact]
    public async Task Read_PartWithoutAName_CountsAsWell()
    {
        var bound = new ServersBound();
        using var form = new MultipartFormDataContent(Boundary) { { new ByteArrayContent(new byte[1000]), "file", "a.pdf" } };
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(bound);
        context.Request.ContentType = form.Headers.ContentType!.ToString();
        context.Request.Body = new EndlessPart(bound);

        var read = await RequestFields.ReadAsync(
            context, new FieldsTaken(BodyTypes.Multipart), new BodyLimits(10, 1000, static () => throw new InvalidOperationException()));

        read.Error!.Kind.ShouldBe(ErrorKind.BodyTooLarge);
        bound.MaxRequestBodySize.ShouldNotBeNull().ShouldBeInRange(1000, 10_000_000);
    }

    [Fact]
    public async Task AddFile_DiskFull_IsAFaultAndNotKept()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        server.Documents.DiskFault = new IOException("No space left on device");
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[1001]), "file", "a.pdf" }, { new StringContent("pdf"), "data_type" } };

        var answer = await server.SendAsync("POST", project + "add_file/", form);

        answer.Status.ShouldBe(500);
        answer.Text.ShouldNotContain("space");
        await server.Documents.Uploads.ShouldHaveSingleItem().Gone.Task;
    }

    [Fact]
    public async Task AddFile_ClientGoesAwayInTheFile_LeavesNothing()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync("127.0.0.1", server.Client.BaseAddress!.Port);
            var begin = Part("file\"; filename=\"a.pdf", new string('x', 50_000));
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {project}add_file/ HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary={Boundary}\r\nContent-Length: 1000000\r\n\r\n{begin}"));
            while (server.Documents.Uploads.Count == 0)
            {
                await Task.Yield();
            }
        }

        await server.Documents.Uploads.ShouldHaveSingleItem().Gone.Task;
        server.Documents.Added.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a.pdf", "a.pdf")]
    [InlineData("C:\\Docs\\a.pdf", "a.pdf")]
    [InlineData("a/", "file")]
    [InlineData("..", "file")]
    [InlineData("a\u202Ecod.pdf", "a\uFFFDcod.pdf")]
    [InlineData("a\nb", "a\uFFFDb")]
    [InlineData(" ", "file")]
    [InlineData(null, "file")]
    public void NameOf_WhatAClientSends_IsForPeople(string? sent, string name) => ReceivedFile.NameOf(sent).ShouldBe(name);

    private static string Part(string disposition, string content) => $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{disposition}\"\r\n\r\n{content}";

    private static async Task<ProjectAnswer> SendRawAsync(ProjectServer server, string project, string type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await server.SendAsync("POST", project + "add_file/", content);
    }

    private sealed class ServersBound : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; }
    }

    /// <summary>A body of one part that has no name and no end, read as a server reads it.</summary>
    private sealed class EndlessPart(ServersBound bound) : MemoryStream
    {
        private static readonly byte[] Head = Encoding.ASCII.GetBytes($"--{Boundary}\r\nX-A: b\r\n\r\n");
        private long _read;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var piece = _read == 0 ? Head : new byte[buffer.Length];
            var length = Math.Min(piece.Length, buffer.Length);
            piece.AsSpan(0, length).CopyTo(buffer.Span);
            _read += length;
            return _read > bound.MaxRequestBodySize
                ? throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge)
                : new(length);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
