using Dragoman.Keys;
using Dragoman.Model;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Keys;

/// <summary>
/// The keys of a data directory, in its database. Every change is durable when its method returns, and in force in this process; other processes see it
/// with their next look (<see cref="KeyFeed"/>).
/// </summary>
/// <param name="ring">Hashes secrets.</param>
/// <param name="feed">Brings changes into force in this process; absent where no calls are taken.</param>
internal sealed class KeyStore(Database database, KeyRing ring, KeyRules rules, TimeProvider time, KeyFeed? feed = null)
{
    /// <exception cref="KeyException">The draft cannot be.</exception>
    public async Task<KeyWithSecret> CreateAsync(KeyDraft draft, CancellationToken cancellationToken)
    {
        var now = Now();
        draft = rules.Check(draft with { ExpiresAt = Whole(draft.ExpiresAt) }, now);
        var secret = ApiKey.Create(draft.Mode);
        var row = new KeyRow
        {
            Id = KeyRows.NewId(),
            Name = draft.Name,
            Mode = draft.Mode,
            Hash = ring.Hash(secret).ToArray(),
            Ending = EndingOf(secret),
            CreatedAt = now,
        };
        Put(row, draft);
        await using (var db = database.Context())
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            row.Revision = await NextRevisionAsync(db, cancellationToken);
            db.Keys.Add(row);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
        }

        feed?.CatchUp();
        return new KeyWithSecret(InfoOf(row), secret);
    }

    /// <summary><c>null</c> where there is no such key.</summary>
    public async Task<KeyInfo?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = database.Context();
        return await ReadAsync(db.Keys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)) is { } row ? InfoOf(row) : null;
    }

    /// <exception cref="KeyException">There is no key with the id that the page shall begin after.</exception>
    public async Task<KeyPage> ListAsync(KeyQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        await using var db = database.Context();
        var rows = db.Keys.AsNoTracking();
        if (query.After is { } after)
        {
            var number = await db.Keys.Where(row => row.Id == after).Select(row => (long?)row.Number).SingleOrDefaultAsync(cancellationToken)
                ?? throw new KeyException("after", "after names no key.");
            rows = rows.Where(row => row.Number > number);
        }

        if (query.Project is { } project)
        {
            rows = rows.Where(row => row.Project == project);
        }

        if (query.Mode is { } mode)
        {
            rows = rows.Where(row => row.Mode == mode);
        }

        if (!query.IncludeEnded)
        {
            var now = Now();
            rows = rows.Where(row => row.RevokedAt == null && (row.ExpiresAt == null || row.ExpiresAt > now));
        }

        var found = await ReadAsync(rows.OrderBy(row => row.Number).Take(query.Limit + 1).ToListAsync(cancellationToken));
        var page = found.Take(query.Limit).Select(InfoOf).ToList();
        return new KeyPage(page, found.Count > query.Limit ? page[^1].Id : null);
    }

    /// <summary><c>null</c> where there is no such key.</summary>
    /// <exception cref="KeyException">The change cannot be, or the key is revoked.</exception>
    public Task<KeyInfo?> UpdateAsync(string id, KeyChange change, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            (_, row) =>
            {
                RefuseRevoked(row);
                var now = Now();

                // Only a new end is checked: a key that has expired may be renamed as it is.
                var draft = rules.Check(
                    change.Over(DraftOf(row)) with { ExpiresAt = change.ExpiresAt.IsSet ? Whole(change.ExpiresAt.To) : null }, now);
                row.Name = draft.Name;
                Put(row, draft with { ExpiresAt = change.ExpiresAt.IsSet ? draft.ExpiresAt : row.ExpiresAt });
                return true;
            },
            cancellationToken);

    /// <summary>
    /// Gives the key another secret. The former one is accepted for <paramref name="overlap"/> longer; one that was rotated out before it no more.
    /// <c>null</c> where there is no such key.
    /// </summary>
    /// <exception cref="KeyException">The key is revoked, or the overlap is below zero or above 30 days.</exception>
    public async Task<KeyWithSecret?> RotateAsync(string id, TimeSpan overlap, CancellationToken cancellationToken)
    {
        KeyRules.CheckOverlap(overlap);
        var secret = "";
        var info = await ChangeAsync(
            id,
            (db, row) =>
            {
                RefuseRevoked(row);
                secret = ApiKey.Create(row.Mode);
                var now = Now();
                db.RetiredSecrets.Add(new RetiredSecretRow { Hash = row.Hash, KeyId = row.Id });
                (row.FormerHash, row.FormerSecretUntil) = overlap > TimeSpan.Zero ? (row.Hash, Whole(now + overlap)) : (null, (DateTimeOffset?)null);
                row.Hash = ring.Hash(secret).ToArray();
                row.Ending = EndingOf(secret);
                row.RotatedAt = now;
                return true;
            },
            cancellationToken);
        return info is null ? null : new KeyWithSecret(info, secret);
    }

    /// <summary>For good. A second time is without effect. <c>null</c> where there is no such key.</summary>
    public Task<KeyInfo?> RevokeAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            (_, row) =>
            {
                if (row.RevokedAt is not null)
                {
                    return false;
                }

                row.RevokedAt = Now();
                (row.FormerHash, row.FormerSecretUntil) = (null, null);
                return true;
            },
            cancellationToken);

    /// <param name="change">Whether it changed anything.</param>
    private async Task<KeyInfo?> ChangeAsync(string id, Func<DragomanDb, KeyRow, bool> change, CancellationToken cancellationToken)
    {
        KeyRow? row;
        await using (var db = database.Context())
        {
            // Takes the lock of writers at once (BEGIN IMMEDIATE): what is read here is what is changed.
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            row = await ReadAsync(db.Keys.SingleOrDefaultAsync(row => row.Id == id, cancellationToken));
            if (row is null)
            {
                return null;
            }

            if (change(db, row))
            {
                row.Revision = await NextRevisionAsync(db, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(CancellationToken.None);
            }
        }

        feed?.CatchUp();
        return InfoOf(row);
    }

    /// <summary>EF has an exception of its own for each thing that a damaged row may hold.</summary>
    /// <exception cref="InvalidDataException">A row is damaged.</exception>
    private static async Task<T> ReadAsync<T>(Task<T> rows)
    {
        try
        {
            return await rows;
        }
        catch (Exception e) when (e is not (SqliteException or OperationCanceledException))
        {
            throw new InvalidDataException("A key in dragoman.db is damaged, and opens nothing; the server's log names it at each start. Put back a copy of the database.", e);
        }
    }

    private static async Task<long> NextRevisionAsync(DragomanDb db, CancellationToken cancellationToken) =>
        (await db.Keys.MaxAsync(row => (long?)row.Revision, cancellationToken) ?? 0) + 1;

    private static void Put(KeyRow row, KeyDraft draft)
    {
        row.Project = draft.Project;
        row.Dialects = draft.Dialects is null ? null : [.. draft.Dialects];
        row.Models = draft.Models is null ? null : [.. draft.Models];
        row.RequestsPerMinute = draft.Limits.RequestsPerMinute;
        row.RequestsPerDay = draft.Limits.RequestsPerDay;
        row.TokensPerMinute = draft.Limits.TokensPerMinute;
        row.ConcurrentCalls = draft.Limits.ConcurrentCalls;
        row.ExpiresAt = draft.ExpiresAt;
    }

    private static KeyDraft DraftOf(KeyRow row) => new(row.Name, row.Mode)
    {
        Project = row.Project,
        Dialects = row.Dialects,
        Models = row.Models,
        Limits = LimitsOf(row),
        ExpiresAt = row.ExpiresAt,
    };

    private static KeyInfo InfoOf(KeyRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Mode = row.Mode,
        Ending = row.Ending,
        Project = row.Project,
        Dialects = row.Dialects,
        Models = row.Models,
        Limits = LimitsOf(row),
        CreatedAt = row.CreatedAt,
        ExpiresAt = row.ExpiresAt,
        RevokedAt = row.RevokedAt,
        RotatedAt = row.RotatedAt,
        FormerSecretUntil = row.FormerSecretUntil,
    };

    private static CallLimits LimitsOf(KeyRow row) => new()
    {
        RequestsPerMinute = row.RequestsPerMinute,
        RequestsPerDay = row.RequestsPerDay,
        TokensPerMinute = row.TokensPerMinute,
        ConcurrentCalls = row.ConcurrentCalls,
    };

    private static void RefuseRevoked(KeyRow row)
    {
        if (row.RevokedAt is not null)
        {
            throw new KeyException("id", "The key is revoked, and stays so; create another one.") { IsRevoked = true };
        }
    }

    private static string EndingOf(string secret) => secret[^4..];

    private DateTimeOffset Now() => Whole(time.GetUtcNow())!.Value;

    /// <summary>Times are stored, and therefore told, in whole milliseconds of UTC.</summary>
    private static DateTimeOffset? Whole(DateTimeOffset? instant) =>
        instant is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(instant.Value.ToUnixTimeMilliseconds());
}
