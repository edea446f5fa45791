using System.Text.Json;
using Dragoman.Knowledge;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>
/// The project's bot prompt is set, changed and removed. Its fields are query parameters in the documentation and members of a JSON body in the vendor's
/// examples; both are read.
/// </summary>
internal static class BotPromptEndpoints
{
    private const int LongestWord = 255;
    private const int LongestText = 32 * 1024;
    private const int MostFiles = 32;

    private static readonly ObjectRule Parameters = new(16 * 1024);

    private static readonly FieldsTaken Prompt = new(BodyTypes.All, "name", "model", "text", "system_prompt", "params", "file_urls") { Lists = ["file_urls"] };

    public static void Map(ProjectRoutes routes)
    {
        routes.MapIn(HttpMethods.Post, EdenAIDialect.ProjectPrefix + "/create_bot_prompt/", "create bot prompt", CreateAsync);
        routes.MapIn(HttpMethods.Post, EdenAIDialect.ProjectPrefix + "/create_bot_profile/", "create bot prompt, older name", CreateAsync);
        routes.MapIn(HttpMethods.Patch, EdenAIDialect.ProjectPrefix + "/{prompt_name}/", "update bot prompt", UpdateAsync);
        routes.MapIn(HttpMethods.Delete, EdenAIDialect.ProjectPrefix + "/remove_bot_prompt/", "remove bot prompt", RemoveAsync);
    }

    private static async ValueTask<Reply> CreateAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadWithQueryAsync(Prompt);
        if (fields is null)
        {
            return error!;
        }

        var prompt = Read(fields, former: null);
        if (fields.Error is { } faults)
        {
            return faults;
        }

        DropUnused(request, fields);
        return await request.Projects.SetBotPromptAsync(project.Id, prompt!, request.Aborted) ? Reply.Empty(StatusCodes.Status201Created) : Reply.NotFound;
    }

    /// <summary>What is not given stays as it was. A project has one prompt; under another name there is none.</summary>
    private static async ValueTask<Reply> UpdateAsync(ProjectRequest request, Project project)
    {
        var former = await request.Projects.FindBotPromptAsync(project.Id, request.Aborted);
        if (former is null || former.Name != request.Segment("prompt_name"))
        {
            return Reply.NotFound;
        }

        var (fields, error) = await request.ReadWithQueryAsync(Prompt);
        if (fields is null)
        {
            return error!;
        }

        var prompt = Read(fields, former);
        if (fields.Error is { } faults)
        {
            return faults;
        }

        DropUnused(request, fields);
        return await request.Projects.SetBotPromptAsync(project.Id, prompt!, request.Aborted) ? Reply.Empty(StatusCodes.Status204NoContent) : Reply.NotFound;
    }

    private static async ValueTask<Reply> RemoveAsync(ProjectRequest request, Project project) =>
        await request.Projects.RemoveBotPromptAsync(project.Id, request.Aborted) ? Reply.Empty(StatusCodes.Status204NoContent) : Reply.NotFound;

    /// <summary>What is kept of a prompt as it came, and has no effect on an answer.</summary>
    private static void DropUnused(ProjectRequest request, BodyFields fields)
    {
        if (fields.Get("file_urls") is not null)
        {
            request.Drop("file_urls");
        }

        if (fields.Object("params", Parameters) is { } parameters)
        {
            foreach (var member in JsonElement.Parse(parameters).EnumerateObject().Where(static member => member.Name is not ("temperature" or "max_tokens")))
            {
                request.Drop($"params.{member.Name}");
            }
        }
    }

    /// <summary>The prompt; absent where <see cref="BodyFields.Error"/> has something.</summary>
    private static BotPrompt? Read(BodyFields fields, BotPrompt? former)
    {
        var isNew = former is null;
        var name = fields.PlainText("name", LongestWord, isNew);
        if (name is not null && !name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-'))
        {
            fields.Fault("name", FieldWords.NotASlug);
        }

        var model = fields.PlainText("model", LongestWord, isNew);
        var text = fields.PlainText("text", LongestText, isNew);
        var systemPrompt = fields.PlainText("system_prompt", LongestText);
        var parameters = fields.Object("params", Parameters);
        var files = fields.Urls("file_urls", MostFiles);
        return fields.Error is not null ? null : new BotPrompt(
            name ?? former!.Name,
            model ?? former!.Model,
            text ?? former!.Text,
            systemPrompt ?? former?.SystemPrompt,
            parameters ?? former?.ParametersJson ?? "{}",
            files ?? former?.FileUrls ?? []);
    }
}
