using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.EdenAI.Projects;

public sealed class ChunkEndpointsTests
{
    [Fact]
    public async Task Query_Found_IsTheSchemaWithScoresThatAreNoIntegers()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await WithTextsAsync(server);
        var ids = await IdsAsync(server, project);

        (await server.SendAsync("POST", project + "query/", """{"query":" what? ","k":1}""")).ShouldBe(200, $$$"""
            {"result":[{"id":"{{{ids[0]}}}","version":1,"score":0.75,"payload":{"metadata":{"n":1},"page_content":"one"},"vector":null}]}
            """);
        server.Retrieval.LastQuery.ShouldBe(new RetrievalQuery("what?", 1, 0, DocumentFilter.None));
    }

    [Fact]
    public async Task Query_AllFields_ReachTheSearchAndTheOthersAreNamed()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await WithTextsAsync(server);

        var answer = await server.SendAsync("POST", project + "query", """
            {"query":"q","k":"5","min_score":0.25,"filter_documents":{"n": 2},"use_reranking":"true","top_n":2,"temperature":1,"history":[]}
            """);

        answer.Json.GetProperty("result").GetArrayLength().ShouldBe(1);
        answer.Dropped.ShouldBe("temperature, history");
        server.Retrieval.LastQuery.ShouldBe(new RetrievalQuery("q", 5, 0.25, new DocumentFilter("""{"n":2}"""), Rerank: true, TopN: 2));
    }

    [Theory]
    [InlineData("{}", "query", "This field is required.")]
    [InlineData("""{"query":" "}""", "query", "This field may not be blank.")]
    [InlineData("""{"k":0}""", "k", "Ensure this value is greater than or equal to 1.")]
    [InlineData("""{"k":1001}""", "k", "Ensure this value is less than or equal to 1000.")]
    [InlineData("""{"k":"x"}""", "k", "A valid integer is required.")]
    [InlineData("""{"min_score":"x"}""", "min_score", "A valid number is required.")]
    [InlineData("""{"filter_documents":[]}""", "filter_documents", "Expected a dictionary of items but got type \"list\".")]
    [InlineData("""{"use_reranking":2}""", "use_reranking", "Must be a valid boolean.")]
    public async Task Query_FieldWrong_IsTold(string body, string field, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        (await server.SendAsync("POST", project + "query/", body)).Field(field).ShouldBe([message]);
    }

    [Fact]
    public async Task Query_TopNWithoutReranking_IsNamedAsDropped()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();

        (await server.SendAsync("POST", project + "query/", """{"query":"q","top_n":2}""")).Dropped.ShouldBe("top_n");
    }

    [Fact]
    public async Task Query_FilterOfManyElements_IsRefused()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        string Asking(int elements, int members)
        {
            var others = string.Concat(Enumerable.Range(2, members - 1).Select(i => $",\"m{i}\":1"));
            return $$$"""{"query":"q","filter_documents":{"a":[{{{string.Join(',', Enumerable.Repeat(1, elements))}}}]{{{others}}} } }""";
        }

        (await server.SendAsync("POST", project + "query/", Asking(100, 100))).Status.ShouldBe(200);
        (await server.SendAsync("POST", project + "query/", Asking(101, 2))).Field("filter_documents").ShouldBe(["Ensure this field has no more than 100 elements."]);
        (await server.SendAsync("POST", project + "query/", Asking(1, 101))).Field("filter_documents").ShouldBe(["Ensure this field has no more than 100 elements."]);
    }

    [Fact]
    public async Task Query_SearchFails_IsToldInTheDialectsShape()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        server.Retrieval.Fault = new GatewayError(ErrorKind.StarterUnavailable, "The starter is starting.");

        (await server.SendAsync("POST", project + "query/", """{"query":"q"}""")).ShouldBe(503, """
            {"error":{"type":"server_error","message":"The starter is starting."}}
            """);
    }

    [Fact]
    public async Task List_WithPayload_AddsTheChunks()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await WithTextsAsync(server);
        var ids = await IdsAsync(server, project);

        (await server.SendAsync("POST", project + "list_chunks_ids/", """{"with_payload":true,"filter_documents":{"n":2}}""")).ShouldBe(200, $$$"""
            {"chunks_ids":["{{{ids[1]}}}"],"chunks":[{"id":"{{{ids[1]}}}","payload":{"metadata":{"n":2},"page_content":"two"}}]}
            """);
        (await server.SendAsync("POST", project + "list_chunks_ids", """{"limit":1}""")).ShouldBe(200, $$"""{"chunks_ids":["{{ids[0]}}"]}""");
        (await server.SendAsync("POST", project + "list_chunks_ids/", """{"limit":0}""")).Field("limit").ShouldBe(["Ensure this value is greater than or equal to 1."]);
    }

    [Theory]
    [InlineData("?id={0}", null, 1)]
    [InlineData("?chunk_ids={0}&chunk_ids={1}", null, 2)]
    [InlineData("?chunk_ids={0},{1}", null, 2)]
    [InlineData("?chunk_ids={0},%20{1}&id={2}", null, 3)]
    [InlineData("", """{{"id":"{0}"}}""", 1)]
    [InlineData("", """{{"ids":["{0}","{1}"]}}""", 2)]
    [InlineData("", """{{"chunk_ids":["{0}","{2}"]}}""", 2)]
    [InlineData("?id={0}", """{{"ids":["{1}"]}}""", 2)]
    public async Task Delete_InEveryForm_DeletesThose(string query, string? body, int count)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await WithTextsAsync(server);
        object[] ids = [.. await IdsAsync(server, project)];

        (await server.SendAsync(
            "DELETE", project + "delete_chunk/" + string.Format(null, query, ids), body is null ? null : string.Format(null, body, ids))).ShouldBe(200, """{"result":"Done!"}""");

        (await IdsAsync(server, project)).Length.ShouldBe(3 - count);
    }

    [Theory]
    [InlineData("", null, "chunk_ids", "This field is required.")]
    [InlineData("?id=x", null, "id", "Must be a valid UUID.")]
    [InlineData("?chunk_ids=x", null, "chunk_ids", "chunk_ids[0]: Must be a valid UUID.")]
    [InlineData("", """{"ids":["x"]}""", "ids", "ids[0]: Must be a valid UUID.")]
    [InlineData("", """{"ids":"x"}""", "ids", "Expected a list of items but got type \"str\".")]
    public async Task Delete_FieldWrong_IsTold(string query, string? body, string field, string message)
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await server.NewProjectAsync();
        (await server.SendAsync("DELETE", project + "delete_chunk/" + query, body)).Field(field).ShouldBe([message]);
    }

    [Fact]
    public async Task Delete_ChunkOfAnotherProject_IsNotFoundAndStays()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await WithTextsAsync(server);
        var other = await WithTextsAsync(server);
        var ids = await IdsAsync(server, other);

        (await server.SendAsync("DELETE", $"{project}delete_chunk/?id={ids[0]}")).ShouldBeNotFound();

        (await IdsAsync(server, other)).ShouldBe(ids);
    }

    [Fact]
    public async Task DeleteAll_LeavesNone()
    {
        await using var server = await ProjectServer.StartAsync();
        var project = await WithTextsAsync(server);

        (await server.SendAsync("DELETE", project + "delete_all_chunks/")).ShouldBe(200, """{"result":"Done!"}""");

        (await IdsAsync(server, project)).ShouldBeEmpty();
        (await server.SendAsync("GET", project + "files/")).ShouldBe(200, "[]");
    }

    private static async Task<string> WithTextsAsync(ProjectServer server)
    {
        var project = await server.NewProjectAsync();
        (await server.SendAsync("POST", project + "add_text/", """{"texts":["one","two","three"],"metadata":[{"n":1},{"n":2},{"n":3}]}""")).Status.ShouldBe(201);
        return project;
    }

    private static async Task<string[]> IdsAsync(ProjectServer server, string project) =>
        [.. (await server.SendAsync("POST", project + "list_chunks_ids/")).Json.GetProperty("chunks_ids").EnumerateArray().Select(id => id.GetString()!)];
}
