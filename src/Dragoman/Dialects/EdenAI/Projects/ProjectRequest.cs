using Dragoman.Knowledge;
using Dragoman.Model;
using Dragoman.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragoman.Dialects.EdenAI.Projects;

/// <summary>A request that was admitted, with all that an endpoint may know of it. Disposing it throws the file away that nobody took over.</summary>
internal sealed class ProjectRequest(HttpContext context, GatewaySnapshot settings, Caller caller, KnowledgeServices knowledge) : IAsyncDisposable
{
    private ReceivedFile? _file;

    public GatewaySnapshot Settings => settings;

    public Caller Caller => caller;

    public Owner Owner { get; } = Owner.Of(caller);

    public IProjectStore Projects => knowledge.Projects;

    public IDocumentStore Documents => knowledge.Documents;

    public IRetrieval Retrieval => knowledge.Retrieval;

    public IQueryCollection Query => context.Request.Query;

    /// <summary>The client went away.</summary>
    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>Fields that the endpoint has no use for.</summary>
    public IgnoredMembers Ignored { get; private set; }

    /// <summary>A segment of the path.</summary>
    public string Segment(string name) => context.GetRouteValue(name) as string ?? "";

    /// <summary>A segment of the path that is an id; the empty id, which nothing has, where it is none.</summary>
    public Guid Id(string name) => Guid.TryParseExact(Segment(name), "D", out var id) ? id : Guid.Empty;

    public async ValueTask<FieldsRead> ReadAsync(FieldsTaken taken)
    {
        var read = await RequestFields.ReadAsync(
            context, taken, new BodyLimits(settings.MaxRequestBodyBytes, settings.Knowledge.MaxFileBytes, knowledge.Documents.CreateUpload));
        _file = read.File;
        Ignored = read.Fields?.Ignored ?? default;
        return read;
    }

    /// <summary>The fields of the body, and those of the query where the body has none of the name.</summary>
    public async ValueTask<FieldsRead> ReadWithQueryAsync(FieldsTaken taken)
    {
        var read = await ReadAsync(taken);
        return read.Fields is { } fields ? read with { Fields = fields.Or(BodyFields.Of(Query, taken.Known, taken.Lists)) } : read;
    }

    /// <summary>Tells the caller that a field which is well had no effect.</summary>
    public void Drop(string field)
    {
        var ignored = Ignored;
        ignored.Add(field);
        Ignored = ignored;
    }

    public ValueTask DisposeAsync() => _file?.Upload.DisposeAsync() ?? ValueTask.CompletedTask;
}
