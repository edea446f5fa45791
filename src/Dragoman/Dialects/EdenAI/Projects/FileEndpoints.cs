using Dragoman.Knowledge;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>Files are added: documents, recordings, pictures and films, each as an upload or by its address.</summary>
internal static class FileEndpoints
{
    private const int LongestWord = 255;
    private const int LongestPrompt = 32 * 1024;
    private const string Audio = "audio";

    /// <summary>
    /// What may be sent as which <c>data_type</c>. The first three and <see cref="Audio"/> are the vendor's; the others, and the second names, are not.
    /// </summary>
    private static readonly Dictionary<string, DocumentFormat> Formats = new(StringComparer.Ordinal)
    {
        ["pdf"] = DocumentFormat.Pdf,
        ["csv"] = DocumentFormat.Csv,
        ["xml"] = DocumentFormat.Xml,
        ["html"] = DocumentFormat.Html,
        ["docx"] = DocumentFormat.Docx,
        ["xlsx"] = DocumentFormat.Xlsx,
        ["pptx"] = DocumentFormat.Pptx,
        ["markdown"] = DocumentFormat.Markdown,
        ["md"] = DocumentFormat.Markdown,
        ["text"] = DocumentFormat.Text,
        ["txt"] = DocumentFormat.Text,
    };

    private static readonly string[] DataTypes = [.. Formats.Keys, Audio];

    private static readonly string[] FileExtensions =
        ["pdf", "csv", "amr", "flac", "wav", "ogg", "mp3", "mp4", "m4a", "webm", "xml", "html", "htm", "docx", "xlsx", "pptx", "md", "markdown", "txt", "text"];

    private static readonly string[] ImageExtensions = ["jpg", "jpeg", "png", "webp", "heic", "heif"];

    private static readonly string[] VideoExtensions = ["mov", "mp4", "mpeg", "avi", "x-flv", "flv", "mpg", "webm", "wmv", "3gpp", "3gp"];

    private static readonly FieldsTaken File = new(BodyTypes.All, "data_type", "file", "file_url", "metadata", "provider");

    private static readonly FieldsTaken Picture = new(BodyTypes.Json | BodyTypes.Multipart, "metadata", "model", "prompt", "file", "file_url");

    private static readonly ObjectRule PictureMetadata = NewDocuments.Metadata with { ForbiddenKey = "collection_name" };

    public static void Map(ProjectRoutes routes)
    {
        routes.MapIn(HttpMethods.Post, EdenAIDialect.ProjectPrefix + "/add_file/", "add file", AddFileAsync);
        routes.MapIn(
            HttpMethods.Post,
            EdenAIDialect.ProjectPrefix + "/add_image/",
            "add image",
            static (request, project) => AddPictureAsync(request, project, DocumentKind.Image, "image", ImageExtensions));
        routes.MapIn(
            HttpMethods.Post,
            EdenAIDialect.ProjectPrefix + "/add_video/",
            "add video",
            static (request, project) => AddPictureAsync(request, project, DocumentKind.Video, "video", VideoExtensions));
    }

    private static async ValueTask<Reply> AddFileAsync(ProjectRequest request, Project project)
    {
        var read = await request.ReadAsync(File);
        if (read.Fields is not { } fields)
        {
            return read.Error!;
        }

        var type = fields.RequiredChoice("data_type", DataTypes);
        var address = ReadSource(fields, read.File, FileExtensions);
        var metadata = fields.Object("metadata", NewDocuments.Metadata);
        var provider = fields.PlainText("provider", LongestWord);
        if (fields.Error is { } faults)
        {
            return faults;
        }

        var isAudio = type == Audio;
        if (provider is not null && !isAudio)
        {
            request.Drop("provider"); // Text is taken out of documents here, by no provider.
        }

        return await AddAsync(request, project, read.File, new NewDocument
        {
            Kind = isAudio ? DocumentKind.Audio : DocumentKind.File,
            FileType = type!,
            Format = isAudio ? null : Formats[type!],
            Address = address,
            MetadataJson = metadata ?? "{}",
            Model = isAudio ? provider ?? project.SpeechToTextProvider : null,
        });
    }

    private static async ValueTask<Reply> AddPictureAsync(ProjectRequest request, Project project, DocumentKind kind, string type, string[] extensions)
    {
        var read = await request.ReadAsync(Picture);
        if (read.Fields is not { } fields)
        {
            return read.Error!;
        }

        var address = ReadSource(fields, read.File, extensions);
        var metadata = fields.Object("metadata", PictureMetadata);
        var model = fields.PlainText("model", LongestWord);
        var prompt = fields.PlainText("prompt", LongestPrompt);
        return fields.Error ?? await AddAsync(request, project, read.File, new NewDocument
        {
            Kind = kind,
            FileType = type,
            Address = address,
            MetadataJson = metadata ?? "{}",
            Model = model is null ? null : EdenAIModels.Canonical(model),
            Prompt = prompt,
        });
    }

    private static ValueTask<Reply> AddAsync(ProjectRequest request, Project project, ReceivedFile? file, NewDocument document) => NewDocuments.AddAsync(
        request,
        project,
        file is null ? "file_url" : "file",
        [document with { Upload = file?.Upload, Name = file?.Name ?? document.Address }]);

    /// <summary>The address, where the file is to be fetched; there must be either a file or an address.</summary>
    private static string? ReadSource(BodyFields fields, ReceivedFile? file, string[] extensions)
    {
        var address = fields.Url("file_url");
        if (file is null && fields.Get("file") is not null)
        {
            fields.Fault("file", FieldWords.NotAFile);
        }
        else if (file is null && fields.Get("file_url") is null)
        {
            fields.Fault("file", FieldWords.NoFile);
            fields.Fault("file_url", FieldWords.Required);
        }
        else if (file is not null && fields.Get("file_url") is not null)
        {
            fields.Fault("file_url", "Give either file or file_url, not both.");
        }

        if (file is not null)
        {
            CheckFile(fields, file, extensions);
        }

        return address;
    }

    /// <summary>A name without an extension passes: what a file is its content tells.</summary>
    private static void CheckFile(BodyFields fields, ReceivedFile file, string[] extensions)
    {
        var extension = Path.GetExtension(file.Name).TrimStart('.').ToLowerInvariant();
        if (file.Length == 0)
        {
            fields.Fault("file", FieldWords.EmptyFile);
        }
        else if (extension.Length > 0 && !extensions.Contains(extension))
        {
            fields.Fault("file", FieldWords.WrongExtension(extension, extensions));
        }
    }
}
