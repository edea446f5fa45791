using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Knowledge;

/// <summary>Failures of the disk, by whatever exception they are told.</summary>
internal static class DiskTrouble
{
    // SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL.
    private static readonly int[] SqliteCodes = [8, 10, 13];

    // SQLITE_BUSY, SQLITE_LOCKED.
    private static readonly int[] ContentionCodes = [5, 6];

    /// <summary>What a caller may be told; <c>null</c> where the disk is not the reason.</summary>
    public static string? Describe(Exception e) => e switch
    {
        SqliteException failure when SqliteCodes.Contains(failure.SqliteErrorCode) => "The gateway's disk is full or cannot be written.",
        DbUpdateException { InnerException: SqliteException inner } => Describe(inner),
        IOException and not (FileNotFoundException or DirectoryNotFoundException) => "The gateway's disk is full or cannot be written.",
        UnauthorizedAccessException => "The gateway's disk is full or cannot be written.",
        _ => null,
    };

    /// <summary>Whether a database was held by others for longer than a command waits.</summary>
    public static bool IsContention(Exception e) =>
        (e is DbUpdateException ? e.InnerException : e) is SqliteException failure && ContentionCodes.Contains(failure.SqliteErrorCode);
}
