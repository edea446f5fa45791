using Dragoman.Knowledge;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>Texts and pages are added; documents of any kind are listed, shown and deleted.</summary>
internal static class DocumentEndpoints
{
    private const int MostItems = 1000;

    private static readonly FieldsTaken Texts = new(BodyTypes.Json, "texts", "metadata");

    private static readonly FieldsTaken Pages = new(BodyTypes.Json, "urls", "js_render", "metadata");

    public static void Map(ProjectRoutes routes)
    {
        const string files = EdenAIDialect.ProjectPrefix + "/files/";
        const string file = files + "{file_id}/";
        routes.MapIn(HttpMethods.Post, EdenAIDialect.ProjectPrefix + "/add_text/", "add texts", AddTextsAsync);
        routes.MapIn(HttpMethods.Post, EdenAIDialect.ProjectPrefix + "/add_url/", "add pages", AddPagesAsync);
        routes.MapIn(HttpMethods.Get, files, "list files", ListAsync);
        routes.MapIn(HttpMethods.Get, file, "show file", ShowAsync);
        routes.MapIn(HttpMethods.Delete, file, "delete file", DeleteAsync);
    }

    private static async ValueTask<Reply> AddTextsAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadAsync(Texts);
        if (fields is null)
        {
            return error!;
        }

        var texts = fields.FullTexts("texts", MostItems);
        var metadata = fields.Objects("metadata", texts?.Count ?? MostItems, NewDocuments.Metadata);
        return fields.Error ?? await NewDocuments.AddAsync(request, project, "texts", [.. texts!.Select((text, index) => new NewDocument
        {
            Kind = DocumentKind.Text,
            FileType = "text",
            Text = text,
            MetadataJson = At(metadata, index) ?? "{}",
        })]);
    }

    private static async ValueTask<Reply> AddPagesAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadAsync(Pages);
        if (fields is null)
        {
            return error!;
        }

        var urls = fields.Urls("urls", MostItems, isRequired: true);
        var render = fields.Booleans("js_render", urls?.Count ?? MostItems);
        var metadata = fields.Objects("metadata", urls?.Count ?? MostItems, NewDocuments.Metadata);
        return fields.Error ?? await NewDocuments.AddAsync(request, project, "urls", [.. urls!.Select((url, index) => new NewDocument
        {
            Kind = DocumentKind.Page,
            FileType = "url",
            Name = url,
            Address = url,
            RenderScripts = At(render, index),
            MetadataJson = At(metadata, index) ?? "{}",
        })]);
    }

    private static async ValueTask<Reply> ListAsync(ProjectRequest request, Project project)
    {
        var documents = await request.Documents.ListAsync(project.Id, request.Aborted);
        return Reply.Json(ProjectJson.List(documents, (json, document) => ProjectJson.Write(json, project, document)));
    }

    private static async ValueTask<Reply> ShowAsync(ProjectRequest request, Project project) =>
        await request.Documents.FindAsync(project.Id, request.Id("file_id"), request.Aborted) is { } document
            ? Reply.Json(json => ProjectJson.Write(json, project, document))
            : Reply.NotFound;

    private static async ValueTask<Reply> DeleteAsync(ProjectRequest request, Project project) =>
        await request.Documents.DeleteAsync(project.Id, request.Id("file_id"), request.Aborted)
            ? Reply.Empty(StatusCodes.Status204NoContent)
            : Reply.NotFound;

    /// <summary>A list that goes along with another may be shorter.</summary>
    private static T? At<T>(IReadOnlyList<T>? list, int index) => list is not null && index < list.Count ? list[index] : default;
}
