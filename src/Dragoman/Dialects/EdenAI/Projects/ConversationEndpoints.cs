using Dragoman.Knowledge;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>Conversations are made, listed, read, renamed and deleted; questions that name one add its turns.</summary>
internal static class ConversationEndpoints
{
    private const int LongestName = 255;

    private static readonly FieldsTaken Naming = new(BodyTypes.All, "name");

    public static void Map(ProjectRoutes routes)
    {
        const string all = EdenAIDialect.ProjectPrefix + "/conversations/";
        const string one = all + "{conversation_id}/";
        routes.MapIn(HttpMethods.Get, all, "list conversations", ListAsync);
        routes.MapIn(HttpMethods.Post, all, "create conversation", CreateAsync);
        routes.MapIn(HttpMethods.Get, one, "show conversation", ShowAsync);
        routes.MapIn(HttpMethods.Put, one, "rename conversation", RenameAsync);
        routes.MapIn(HttpMethods.Patch, one, "rename conversation", RenameAsync);
        routes.MapIn(HttpMethods.Delete, one, "delete conversation", DeleteAsync);
    }

    private static async ValueTask<Reply> ListAsync(ProjectRequest request, Project project)
    {
        var conversations = await request.Projects.ListConversationsAsync(project.Id, request.Aborted);
        return Reply.Json(ProjectJson.List(conversations, static (json, one) => ProjectJson.Write(json, one, withMessages: false)));
    }

    private static async ValueTask<Reply> CreateAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadAsync(Naming);
        if (fields is null)
        {
            return error!;
        }

        var name = ReadName(fields);
        if (fields.Error is { } faults)
        {
            return faults;
        }

        return await request.Projects.CreateConversationAsync(project.Id, name, request.Aborted) is { } conversation
            ? Reply.Json(json => ProjectJson.Write(json, conversation, withMessages: false), StatusCodes.Status201Created)
            : Reply.NotFound;
    }

    private static async ValueTask<Reply> ShowAsync(ProjectRequest request, Project project) =>
        await request.Projects.FindConversationAsync(project.Id, Id(request), request.Aborted) is { } conversation
            ? Reply.Json(json => ProjectJson.Write(json, conversation, withMessages: true))
            : Reply.NotFound;

    /// <summary>PUT and PATCH are the same: the schema of neither has a required field.</summary>
    private static async ValueTask<Reply> RenameAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadAsync(Naming);
        if (fields is null)
        {
            return error!;
        }

        var name = ReadName(fields);
        if (fields.Error is { } faults)
        {
            return faults;
        }

        if (name is not null || fields.IsNull("name"))
        {
            await request.Projects.RenameConversationAsync(project.Id, Id(request), name, request.Aborted);
        }

        return await ShowAsync(request, project);
    }

    private static async ValueTask<Reply> DeleteAsync(ProjectRequest request, Project project) =>
        await request.Projects.DeleteConversationAsync(project.Id, Id(request), request.Aborted)
            ? Reply.Empty(StatusCodes.Status204NoContent)
            : Reply.NotFound;

    /// <summary>A name may be empty, as the schema has no least length.</summary>
    private static string? ReadName(BodyFields fields) =>
        fields.Get("name") is { } value && BodyFields.TextOf(value) is "" ? "" : fields.PlainText("name", LongestName);

    private static Guid Id(ProjectRequest request) => request.Id("conversation_id");
}
