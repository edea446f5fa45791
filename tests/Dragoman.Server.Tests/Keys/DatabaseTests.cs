using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Tests.Keys;

/// <summary>The file itself: made, brought up to date, refused.</summary>
public sealed class DatabaseTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("dragoman-test").FullName;

    private string File => Path.Combine(_data, "dragoman.db");

    [Fact]
    public async Task Scripts_Applied_MakeWhatTheMigrationsMake()
    {
        using var ours = Database.Open(_data);
        var path = Path.Combine(_data, "theirs.db");
        await using var theirs = new DragomanDb(new DbContextOptionsBuilder<DragomanDb>().UseSqlite($"Data Source={path};Pooling=False").Options);
        await theirs.Database.MigrateAsync();

        Schema(ours.Connect()).ShouldBe(Schema((SqliteConnection)theirs.Database.GetDbConnection()), "run dotnet-ef migrations script again");
        await using var context = ours.Context();
        context.Database.HasPendingModelChanges().ShouldBeFalse("add a migration");
        (await context.Database.GetPendingMigrationsAsync()).ShouldBeEmpty();
        (await context.Database.GetAppliedMigrationsAsync()).ShouldBe(MigrationScripts.All.Select(migration => migration.Id));
        context.Database.GetMigrations().ShouldBe(MigrationScripts.All.Select(migration => migration.Id));
    }

    [Fact]
    public void Open_AtOnceAndAgain_IsDoneOnce()
    {
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Database.Open(_data).Dispose());

        using var database = Database.Open(_data);
        using var connection = database.Connect();
        connection.Scalar("SELECT count(*) FROM __EFMigrationsHistory").ShouldBe((long)MigrationScripts.All.Count);
        connection.Scalar("PRAGMA journal_mode").ShouldBe("wal");
        connection.Scalar("PRAGMA synchronous").ShouldBe(2L, "FULL");
        connection.Scalar("PRAGMA foreign_keys").ShouldBe(1L);
    }

    [Fact]
    public void Files_WhileOpen_AreTheOwnersAlone()
    {
        using var rig = new KeyRig();
        rig.Sql("INSERT INTO __EFMigrationsHistory VALUES ('1', '1')");

        var files = Directory.GetFiles(rig.Data);
        files.Select(Path.GetFileName).ShouldBe(["dragoman.db", "dragoman.db-shm", "dragoman.db-wal", "keys.secret"], ignoreOrder: true);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in files)
            {
                System.IO.File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
            }
        }
    }

    [Fact]
    public void Open_EmptyFile_IsAFreshOne()
    {
        System.IO.File.WriteAllBytes(File, []); // What a death at the very first moment leaves.
        Database.Open(_data).Dispose();
    }

    [Theory]
    [InlineData("CREATE TABLE users (name TEXT)")]
    [InlineData("CREATE TABLE \"__EFMigrationsHistory\" (\"MigrationId\" TEXT, \"ProductVersion\" TEXT); INSERT INTO \"__EFMigrationsHistory\" VALUES ('20200101000000_Shop', '8.0.0')")]
    public void Open_AnotherProgramsDatabase_IsRefusedAndLeftAsItIs(string sql)
    {
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            connection.Execute(sql);
        }

        var before = System.IO.File.ReadAllBytes(File);

        Should.Throw<InvalidDataException>(() => Database.Open(_data)).Message.ShouldContain("another program's");
        System.IO.File.ReadAllBytes(File).ShouldBe(before);
    }

    [Fact]
    public void Open_NewerVersionsDatabase_IsRefused()
    {
        using (var database = Database.Open(_data))
        using (var connection = database.Connect())
        {
            connection.Execute("INSERT INTO __EFMigrationsHistory VALUES ('99991231000000_Wonders', '99.0.0')");
        }

        Should.Throw<InvalidDataException>(() => Database.Open(_data)).Message.ShouldContain("newer version");
    }

    [Fact]
    public void Open_NoDatabase_IsRefusedAndLeftAsItIs()
    {
        var text = string.Concat(Enumerable.Repeat("This is a letter to my aunt. ", 1000));
        System.IO.File.WriteAllText(File, text);

        Database.Describe(Should.Throw<SqliteException>(() => Database.Open(_data))).ShouldContain("put back a copy");
        System.IO.File.ReadAllText(File).ShouldBe(text);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private static List<string> Schema(SqliteConnection connection)
    {
        using (connection)
        {
            if (connection.State != System.Data.ConnectionState.Open)
            {
                connection.Open();
            }

            // EF's runner keeps a table for its own lock.
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_master WHERE tbl_name <> '__EFMigrationsLock' ORDER BY type, name";
            using var reader = command.ExecuteReader();
            List<string> parts = [];
            while (reader.Read())
            {
                parts.Add(reader.GetString(0));
            }

            return parts;
        }
    }
}
