using System.Collections.Immutable;
using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>Projects are made, listed, shown, changed and deleted.</summary>
internal static class ProjectEndpoints
{
    private const int LongestName = 100;
    private const int LongestWord = 255;
    private const int LargestChunk = 10_000;
    private const int MostSeparators = 100;
    private const int LongestSeparator = 100;

    private static readonly string[] DbProviders = ["qdrant", "supabase"];

    /// <summary>The documented ones, and the embedder that ships with Dragoman.</summary>
    private static readonly string[] EmbeddingsProviders = ["openai", "cohere", "google", "mistral", "jina", "starter"];

    private static readonly string[] Changeable =
        ["ocr_provider", "speech_to_text_provider", "llm_provider", "llm_model", "chunk_size", "chunk_separators"];

    /// <summary>Names of credentials that the vendor keeps for its customers; here the operator has them.</summary>
    private static readonly string[] WithoutUse = ["credential", "asset"];

    private static readonly FieldsTaken Draft = new(
        BodyTypes.Json,
        [.. Changeable, .. WithoutUse, "project_name", "collection_name", "db_provider", "embeddings_provider"]);

    private static readonly FieldsTaken Change = new(BodyTypes.Json, Changeable);

    public static void Map(ProjectRoutes routes)
    {
        const string one = EdenAIDialect.Prefix + "/{project_id}/";
        routes.Map(HttpMethods.Get, "/", "list projects", ListAsync);
        routes.MapIn(HttpMethods.Get, one, "show project", static (_, project) => new(Reply.Json(json => ProjectJson.Write(json, project))));
        routes.Map(HttpMethods.Post, "/askyoda/v2/", "create project", CreateAsync);
        routes.MapIn(HttpMethods.Patch, EdenAIDialect.ProjectPrefix + "/update_project/", "update project", UpdateAsync);
        routes.MapIn(HttpMethods.Delete, EdenAIDialect.Prefix + "/delete/{project_id}/", "delete project", DeleteAsync);
        routes.MapIn(HttpMethods.Get, EdenAIDialect.ProjectPrefix + "/info/", "project info", InfoAsync);
        routes.MapIn(HttpMethods.Get, EdenAIDialect.ProjectPrefix + "/get_collection_info/", "project info, older name", InfoAsync);
    }

    private static async ValueTask<Reply> ListAsync(ProjectRequest request)
    {
        // Projects of another type, which the schema knows, are of products that are not here.
        var isOtherType = request.Query["project_type"] is [.., { Length: > 0 } type] && !type.Equals(ProjectJson.ProjectType, StringComparison.OrdinalIgnoreCase);
        var projects = isOtherType ? [] : await request.Projects.ListAsync(request.Owner, request.Aborted);
        return Reply.Json(ProjectJson.List(projects, ProjectJson.Write));
    }

    private static async ValueTask<Reply> CreateAsync(ProjectRequest request)
    {
        var (fields, error) = await request.ReadAsync(Draft);
        if (fields is null)
        {
            return error!;
        }

        var draft = ReadDraft(fields, request.Settings, request.Caller);
        if (fields.Error is { } faults)
        {
            return faults;
        }

        foreach (var name in WithoutUse.Where(name => fields.Get(name) is not null))
        {
            request.Drop(name);
        }

        var project = await request.Projects.CreateAsync(request.Owner, draft!, request.Aborted);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("project_id"u8, project.Id);
            json.WriteEndObject();
        });
    }

    /// <summary>The draft; whatever it is where <see cref="BodyFields.Error"/> has something.</summary>
    internal static ProjectDraft? ReadDraft(BodyFields fields, GatewaySnapshot settings, Caller caller)
    {
        var name = fields.PlainText("project_name", LongestName, isRequired: true);
        var collection = fields.PlainText("collection_name", LongestWord, isRequired: true);
        var embeddings = fields.RequiredChoice("embeddings_provider", EmbeddingsProviders);
        var db = fields.Choice("db_provider", DbProviders);
        foreach (var word in WithoutUse)
        {
            fields.PlainText(word, LongestWord);
        }

        var (llmProvider, llmModel, ocr, speech) = ReadProviders(fields);
        var chunking = ReadChunking(fields, ChunkRules.Default);

        ModelReference? embedder = null;
        if (embeddings is not null)
        {
            (embedder, var unavailable) = EmbedderRoute.Resolve(settings, caller, embeddings);
            if (unavailable is not null)
            {
                fields.Fault("embeddings_provider", unavailable.Message);
            }
        }

        return fields.Error is not null ? null : new ProjectDraft
        {
            Name = name!,
            CollectionName = collection!,
            DbProvider = db ?? DbProviders[0],
            EmbeddingsProvider = embeddings!,
            Embedder = embedder!.Value,
            LlmProvider = llmProvider,
            LlmModel = llmModel,
            OcrProvider = ocr ?? "amazon",
            SpeechToTextProvider = speech ?? "openai",
            Chunking = chunking,
        };
    }

    private static async ValueTask<Reply> UpdateAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadAsync(Change);
        if (fields is null)
        {
            return error!;
        }

        var (llmProvider, llmModel, ocr, speech) = ReadProviders(fields);
        var chunking = ReadChunking(fields, project.Chunking);
        if (fields.Error is { } faults)
        {
            return faults;
        }

        var changed = await request.Projects.UpdateAsync(
            project with
            {
                LlmProvider = llmProvider ?? project.LlmProvider,
                LlmModel = llmModel ?? project.LlmModel,
                OcrProvider = ocr ?? project.OcrProvider,
                SpeechToTextProvider = speech ?? project.SpeechToTextProvider,
                Chunking = chunking,
            },
            request.Aborted);
        return changed is null ? Reply.NotFound : Reply.Json(json => ProjectJson.WriteSettings(json, changed));
    }

    private static async ValueTask<Reply> DeleteAsync(ProjectRequest request, Project project) =>
        await request.Projects.DeleteAsync(request.Owner, project.Id, request.Aborted) ? Reply.Empty(StatusCodes.Status204NoContent) : Reply.NotFound;

    /// <summary>YodaInfoResponse, and what embeds, which is not the vendor's.</summary>
    private static async ValueTask<Reply> InfoAsync(ProjectRequest request, Project project)
    {
        var count = await request.Documents.CountChunksAsync(project.Id, request.Aborted);
        var prompt = await request.Projects.FindBotPromptAsync(project.Id, request.Aborted);
        var model = AnsweringModel(request, project, prompt, isGrounded: count > 0);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("db_provider"u8, project.DbProvider);
            json.WriteString("embeddings_provider"u8, project.EmbeddingsProvider);
            json.WriteString("llm_provider"u8, model.Provider);
            json.WriteString("llm_model"u8, model.Model);
            json.WriteNumber("collection_size"u8, count);
            json.WriteString("embedder"u8, project.Embedder.ToString());
            json.WriteEndObject();
        });
    }

    /// <summary>
    /// What the project says, in its own words; where it says nothing, or has a bot prompt with a model of its own, the model that would answer. Neither half is
    /// null in the schema, and where no model could answer it is the name that would be asked for.
    /// </summary>
    private static ModelReference AnsweringModel(ProjectRequest request, Project project, BotPrompt? prompt, bool isGrounded)
    {
        if (prompt is null && project is { LlmProvider: { } provider, LlmModel: { } model })
        {
            return new ModelReference(provider, model);
        }

        var name = prompt is null ? EdenAIModels.Of(project.LlmProvider, project.LlmModel) : EdenAIModels.Canonical(prompt.Model);
        name ??= EdenAIModels.AnyModel;
        var (route, _) = Router.Resolve(request.Settings, EdenAIDialect.DialectName, request.Caller, name, isGrounded);
        var answering = route is { Deployments: [var first, ..] } ? first.Id : name;
        return ModelReference.TryParse(answering, out var reference) ? reference : new ModelReference(project.LlmProvider ?? "", answering);
    }

    private static (string? LlmProvider, string? LlmModel, string? Ocr, string? Speech) ReadProviders(BodyFields fields) => (
        fields.PlainText("llm_provider", LongestWord),
        fields.PlainText("llm_model", LongestWord),
        fields.PlainText("ocr_provider", LongestWord),
        fields.PlainText("speech_to_text_provider", LongestWord));

    /// <summary>A field that is null goes back to the default; one that is not there stays as it was.</summary>
    private static ChunkRules ReadChunking(BodyFields fields, ChunkRules former)
    {
        var size = fields.Integer("chunk_size", 1, LargestChunk);
        var separators = fields.Separators("chunk_separators", MostSeparators, LongestSeparator);
        return new ChunkRules(
            size ?? (fields.IsNull("chunk_size") ? null : former.Size),
            separators?.ToImmutableArray() ?? (fields.IsNull("chunk_separators") ? [] : former.Separators));
    }
}
