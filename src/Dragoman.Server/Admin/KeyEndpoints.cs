using System.Text.Json;
using Dragoman.Dialects;
using Dragoman.Http;
using Dragoman.Model;
using Dragoman.Server.Keys;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Admin;

/// <summary><c>/admin/v1/keys</c>: keys are made, listed, changed, rotated and revoked; never deleted, so that the books can name every key that ever was.</summary>
internal sealed partial class KeyEndpoints(KeyStore keys, TimeProvider time, ILogger<KeyEndpoints> log)
{
    private const string All = AdminApi.Root + "/keys";
    private const string One = All + "/{id}";

    /// <summary>A change that has begun is finished, whether or not its client waits, so that the log tells of every one.</summary>
    private static readonly CancellationToken ToTheEnd = CancellationToken.None;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(All, Guarded(CreateAsync)).WithDisplayName("admin create key");
        endpoints.MapGet(All, Guarded(ListAsync)).WithDisplayName("admin list keys");
        endpoints.MapGet(One, Guarded(ShowAsync)).WithDisplayName("admin show key");
        endpoints.MapPatch(One, Guarded(UpdateAsync)).WithDisplayName("admin update key");
        endpoints.MapPost(One + "/rotate", Guarded(RotateAsync)).WithDisplayName("admin rotate key");
        endpoints.MapPost(One + "/revoke", Guarded(RevokeAsync)).WithDisplayName("admin revoke key");
    }

    private async Task CreateAsync(HttpContext context, Caller admin)
    {
        var draft = await ReadBodyAsync(context, KeyRequestReader.ReadDraft);
        var created = await keys.CreateAsync(draft, ToTheEnd);
        var mode = KeyJson.ModeName(draft.Mode);
        LogCreated(admin.KeyId, created.Key.Id, mode);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"{All}/{created.Key.Id}";
        await SendAsync(context, created.Key, created.Secret);
    }

    private async Task ListAsync(HttpContext context, Caller admin)
    {
        var page = await keys.ListAsync(KeyRequestReader.ReadQuery(context.Request.Query), context.RequestAborted);
        var now = time.GetUtcNow();
        await SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var key in page.Keys)
            {
                KeyJson.Write(json, key, secret: null, now);
            }

            json.WriteEndArray();
            json.WriteString("next_after", page.NextAfter);
            json.WriteEndObject();
        });
    }

    private async Task ShowAsync(HttpContext context, Caller admin) =>
        await SendAsync(context, await keys.FindAsync(IdOf(context), context.RequestAborted) ?? throw NotFound());

    private async Task UpdateAsync(HttpContext context, Caller admin)
    {
        var change = await ReadBodyAsync(context, KeyRequestReader.ReadChange);
        var key = await keys.UpdateAsync(IdOf(context), change, ToTheEnd) ?? throw NotFound();
        LogUpdated(admin.KeyId, key.Id);
        await SendAsync(context, key);
    }

    private async Task RotateAsync(HttpContext context, Caller admin)
    {
        var overlap = await ReadBodyAsync(context, KeyRequestReader.ReadOverlap, mayBeEmpty: true);
        var rotated = await keys.RotateAsync(IdOf(context), overlap, ToTheEnd) ?? throw NotFound();
        LogRotated(admin.KeyId, rotated.Key.Id, (int)overlap.TotalSeconds);
        await SendAsync(context, rotated.Key, rotated.Secret);
    }

    private async Task RevokeAsync(HttpContext context, Caller admin)
    {
        _ = await ReadBodyAsync(context, body => AdminBody.Parse(body), mayBeEmpty: true);
        var key = await keys.RevokeAsync(IdOf(context), ToTheEnd) ?? throw NotFound();
        LogRevoked(admin.KeyId, key.Id);
        await SendAsync(context, key);
    }

    /// <summary>Hands on the administrator, and turns what is thrown into answers.</summary>
    private RequestDelegate Guarded(Func<HttpContext, Caller, Task> handle) => async context =>
    {
        // The door has seen to it; but who may hand out keys is not left to one check.
        if (context.Features.Get<Caller>() is not { Mode: KeyMode.Admin } admin)
        {
            await AdminApi.WriteErrorAsync(context, new AdminError(AdminErrorType.Unauthenticated, "An admin key is needed."));
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await handle(context, admin);
        }
        catch (AdminException e)
        {
            await AdminApi.WriteErrorAsync(context, e.Error);
        }
        catch (KeyException e)
        {
            await AdminApi.WriteErrorAsync(context, ErrorOf(e));
        }
        catch (Exception e) when ((e as SqliteException ?? e.InnerException as SqliteException) is { } fault)
        {
            var reason = Database.Describe(fault);
            LogUnavailable(reason);
            await AdminApi.WriteErrorAsync(context, new AdminError(AdminErrorType.StoreUnavailable, $"Nothing was changed: {reason}"));
        }
    };

    private static AdminError ErrorOf(KeyException refusal) => refusal.IsRevoked
        ? new AdminError(AdminErrorType.KeyRevoked, refusal.Message)
        : new AdminError(AdminErrorType.InvalidValue, refusal.Message, refusal.Field);

    private static string IdOf(HttpContext context) => (string)context.GetRouteValue("id")!;

    private static AdminException NotFound() => new(AdminErrorType.NotFound, "There is no key of this id.");

    private static async Task<T> ReadBodyAsync<T>(HttpContext context, Func<ReadOnlyMemory<byte>, T> read, bool mayBeEmpty = false)
    {
        var (body, error) = await JsonBody.ReadAsync(context, AdminBody.MaxBytes);
        if (body is null)
        {
            context.RequestAborted.ThrowIfCancellationRequested(); // Nobody is left to be told.
            var refusal = AdminErrors.Of(error!);
            throw new AdminException(refusal.Type, refusal.Message, refusal.Field);
        }

        using (body)
        {
            return read(mayBeEmpty && body.Length == 0 ? "{}"u8.ToArray() : body.WrittenMemory);
        }
    }

    private Task SendAsync(HttpContext context, KeyInfo key, string? secret = null) =>
        SendAsync(context, json => KeyJson.Write(json, key, secret, time.GetUtcNow()));

    private static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using var body = new PooledBuffer();
        var json = JsonWriterCache.Rent(body);
        write(json);
        JsonWriterCache.Return(json);
        await JsonBody.SendAsync(context, body);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Admin key {Admin} created {Mode} key {Key}")]
    private partial void LogCreated(string admin, string key, string mode);

    [LoggerMessage(Level = LogLevel.Information, Message = "Admin key {Admin} updated key {Key}")]
    private partial void LogUpdated(string admin, string key);

    [LoggerMessage(Level = LogLevel.Information, Message = "Admin key {Admin} rotated key {Key}; the former secret is good for {Overlap} s more")]
    private partial void LogRotated(string admin, string key, int overlap);

    [LoggerMessage(Level = LogLevel.Information, Message = "Admin key {Admin} revoked key {Key}")]
    private partial void LogRevoked(string admin, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "The admin API cannot read or change keys. {Reason}")]
    private partial void LogUnavailable(string reason);
}
