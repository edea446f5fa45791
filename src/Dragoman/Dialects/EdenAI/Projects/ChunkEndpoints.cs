using Dragoman.Knowledge;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>Chunks are searched, listed and deleted.</summary>
internal static class ChunkEndpoints
{
    private const int MostFound = 1000;
    private const int DefaultFound = 3;
    private const int MostListed = 100_000;
    private const int DefaultListed = 10;
    private const int MostDeleted = 10_000;

    /// <summary>
    /// The fields of AskLLMRequest that concern a search. The others are those of the answer that <c>ask_llm</c> gives; here they have no effect and are named
    /// as dropped.
    /// </summary>
    private static readonly FieldsTaken Search = new(BodyTypes.Json, "query", "k", "filter_documents", "min_score", "use_reranking", "top_n");

    private static readonly FieldsTaken Listing = new(BodyTypes.Json, "filter_documents", "limit", "with_payload");

    private static readonly FieldsTaken Deletion = new(BodyTypes.Json, "id", "ids", "chunk_ids") { Lists = ["chunk_ids"] };

    public static void Map(ProjectRoutes routes)
    {
        routes.MapIn(HttpMethods.Post, EdenAIDialect.ProjectPrefix + "/query/", "query", QueryAsync);
        routes.MapIn(HttpMethods.Post, EdenAIDialect.ProjectPrefix + "/list_chunks_ids/", "list chunks", ListAsync);
        routes.MapIn(HttpMethods.Delete, EdenAIDialect.ProjectPrefix + "/delete_chunk/", "delete chunks", DeleteAsync);
        routes.MapIn(HttpMethods.Delete, EdenAIDialect.ProjectPrefix + "/delete_all_chunks/", "delete all chunks", DeleteAllAsync);
    }

    private static async ValueTask<Reply> QueryAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadAsync(Search);
        if (fields is null)
        {
            return error!;
        }

        var query = new RetrievalQuery(
            fields.PlainText("query", int.MaxValue, isRequired: true) ?? "",
            fields.Integer("k", 1, MostFound) ?? DefaultFound,
            fields.Number("min_score") ?? 0,
            fields.Filter(),
            fields.Boolean("use_reranking") ?? false,
            fields.Integer("top_n", 1, MostFound) ?? DefaultFound);
        if (fields.Error is { } faults)
        {
            return faults;
        }

        if (!query.Rerank && fields.Get("top_n") is not null)
        {
            request.Drop("top_n");
        }

        var result = await request.Retrieval.SearchAsync(project, request.Settings, query, request.Aborted);
        return result.Chunks is not { } chunks ? result.Error! : Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("result"u8);
            ProjectJson.List(chunks, ProjectJson.Write)(json);
            json.WriteEndObject();
        });
    }

    /// <summary>
    /// <c>{"chunks_ids":["…"]}</c>. That <c>with_payload</c> adds <c>chunks</c>, each with its id and its payload, is inferred: the documentation says that it
    /// includes payloads, and shows none.
    /// </summary>
    private static async ValueTask<Reply> ListAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadAsync(Listing);
        if (fields is null)
        {
            return error!;
        }

        var filter = fields.Filter();
        var limit = fields.Integer("limit", 1, MostListed) ?? DefaultListed;
        var withPayload = fields.Boolean("with_payload") ?? false;
        if (fields.Error is { } faults)
        {
            return faults;
        }

        var chunks = await request.Documents.ListChunksAsync(project.Id, filter, limit, request.Aborted);
        return Reply.Json(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("chunks_ids"u8);
            ProjectJson.List(chunks, static (json, chunk) => json.WriteStringValue(chunk.Id))(json);
            if (withPayload)
            {
                json.WritePropertyName("chunks"u8);
                ProjectJson.List(chunks, static (json, chunk) =>
                {
                    json.WriteStartObject();
                    json.WriteString("id"u8, chunk.Id);
                    ProjectJson.WritePayload(json, chunk);
                    json.WriteEndObject();
                })(json);
            }

            json.WriteEndObject();
        });
    }

    /// <summary>By <c>id</c> and <c>chunk_ids</c>, repeated or with commas, in the query; or by <c>id</c>, <c>ids</c> or <c>chunk_ids</c> in the body.</summary>
    private static async ValueTask<Reply> DeleteAsync(ProjectRequest request, Project project)
    {
        var (fields, error) = await request.ReadAsync(Deletion);
        if (fields is null)
        {
            return error!;
        }

        fields.Or(BodyFields.Of(request.Query.Select(WithoutCommas), Deletion.Known, Deletion.Lists));
        var one = fields.Uuid("id");
        Guid[] ids = [.. fields.Uuids("ids", MostDeleted) ?? [], .. fields.Uuids("chunk_ids", MostDeleted) ?? [], .. one is { } id ? [id] : Array.Empty<Guid>()];
        if (fields.Error is null && ids.Length == 0)
        {
            fields.Fault("chunk_ids", FieldWords.Required);
        }

        if (fields.Error is { } faults)
        {
            return faults;
        }

        return await request.Documents.DeleteChunksAsync(project.Id, ids, request.Aborted) > 0 ? Done : Reply.NotFound;
    }

    private static async ValueTask<Reply> DeleteAllAsync(ProjectRequest request, Project project)
    {
        await request.Documents.DeleteAllAsync(project.Id, request.Aborted);
        return Done;
    }

    /// <summary>YodaDeleteResponse.</summary>
    private static Reply Done { get; } = Reply.Json(static json =>
    {
        json.WriteStartObject();
        json.WriteString("result"u8, "Done!"u8);
        json.WriteEndObject();
    });

    private static KeyValuePair<string, StringValues> WithoutCommas(KeyValuePair<string, StringValues> parameter) => Deletion.Lists.Contains(parameter.Key)
        ? new(parameter.Key, parameter.Value.SelectMany(text => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray())
        : parameter;
}
