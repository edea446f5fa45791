using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Knowledge;

/// <summary>Failures of the disk, by whatever exception they are told.</summary>
internal static class DiskTrouble
{
    // SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL.
    private static readonly int[] SqliteCodes = [8, 10, 13];

    /// <summary>What a caller may be told; <c>null</c> where the disk is not the reason.</summary>
    public static string? Describe(Exception e) => e switch
    {
        SqliteException failure when SqliteCodes.Contains(failure.SqliteErrorCode) => "The gateway's disk is full or cannot be written.",
        DbUpdateException { InnerException: SqliteException inner } => Describe(inner),
        IOException and not DirectoryNotFoundException => "The gateway's disk is full or cannot be written.",
        UnauthorizedAccessException => "The gateway's disk is full or cannot be written.",
        _ => null,
    };
}
