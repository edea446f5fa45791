using Dragoman.Knowledge;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>Adds what a request brought, and tells what became of it.</summary>
internal static class NewDocuments
{
    /// <summary>What is kept beside a document.</summary>
    public static ObjectRule Metadata { get; } = new(16 * 1024);

    /// <summary>
    /// All are added and waited for together. 201 where none has failed by then: those that are not read yet go on in the background. Where some fail, the
    /// others stay, and the answer says so.
    /// </summary>
    /// <param name="field">That they came in, for the text of an error.</param>
    public static async ValueTask<Reply> AddAsync(ProjectRequest request, Project project, string field, IReadOnlyList<NewDocument> documents)
    {
        var results = await request.Documents.AddAsync(project, request.Caller, documents, request.Settings.Knowledge.AddWait, request.Aborted);
        if (results is [{ Document: { } only }])
        {
            return Reply.Empty(StatusCodes.Status201Created) with { Location = LocationOf(only) };
        }

        (int Index, GatewayError Error)[] failures =
            [.. results.Index().Where(result => result.Item.Error is not null).Select(result => (result.Index, result.Item.Error!))];
        return failures is [] ? Reply.Empty(StatusCodes.Status201Created) : ErrorOf(field, failures, documents.Count);
    }

    private static string LocationOf(Document document) => $"{EdenAIDialect.Prefix}/askyoda/v2/{document.Project}/files/{document.Id}/";

    private static GatewayError ErrorOf(string field, (int Index, GatewayError Error)[] failures, int count)
    {
        // A fault that is not the request's, an embedder that is down, has a status of its own, unless something was added all the same.
        if (failures.Length == count && Array.Find(failures, static failure => failure.Error.Kind != ErrorKind.InvalidRequest) is { Error: { } fault })
        {
            return fault;
        }

        if (count == 1)
        {
            return Invalid(field, [failures[0].Error.Message]);
        }

        var reasons = failures.Select(failure => FieldWords.At($"{field}[{failure.Index}]", failure.Error.Message));
        return Invalid(field, failures.Length == count ? [.. reasons] : [.. reasons, $"The other {(count - failures.Length is var rest and > 1 ? $"{rest} were" : "one was")} added."]);
    }

    private static GatewayError Invalid(string field, string[] messages) => new(ErrorKind.InvalidRequest, messages[0])
    {
        Parameter = field,
        Fields = [.. messages.Select(message => new FieldFault(field, message))],
    };
}
