using System.Diagnostics;
using System.Runtime.Versioning;
using Dragoman.Images;
using Dragoman.Server.Images;
using Dragoman.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Server.Tests.Images;

public sealed class FolderImageStoreTests : ImageStoreConformance, IDisposable
{
    private const string DiskTrouble = "The picture could not be stored: the gateway's disk is full or cannot be written.";

    private readonly string _data = Directory.CreateTempSubdirectory("dragoman-test").FullName;

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Put_APicture_IsForTheOwnerAlone()
    {
        var name = await PutAsync(StoreIn(_data), Later, Bytes(10));

        var file = Path.Combine(_data, "images", Later.UtcDateTime.ToString("yyyyMMdd"), name.ToString());
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var folder in new[] { Path.GetDirectoryName(file)!, Path.Combine(_data, "images"), Path.Combine(_data, "images", "arriving") })
        {
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.EnumerateFiles(Path.Combine(_data, "images", "arriving")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Put_WhereNothingCanBeWritten_IsRefused()
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "images"), "in the way");
        ShouldBeRefusal(await StoreIn(_data).PutAsync(ImageName.Create(Later, "image/png"), Bytes(10), default), DiskTrouble, _data);
    }

    /// <summary>A disk of 64 KB that takes one picture and not a second one.</summary>
    [Theory]
    [InlineData(40_000)]
    [InlineData(1_000_000)]
    public async Task Put_OnAFullDisk_IsRefusedAndLeavesNothing(int length)
    {
        var disk = Directory.CreateDirectory(Path.Combine(_data, "disk")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk), "A disk can be mounted by root alone.");
        try
        {
            var store = StoreIn(disk);
            var first = await PutAsync(store, Later, Bytes(40_000));

            ShouldBeRefusal(await store.PutAsync(ImageName.Create(Later, "image/png"), Bytes(length), default), DiskTrouble, disk);

            Directory.EnumerateFiles(disk, "*", SearchOption.AllDirectories).ShouldHaveSingleItem().ShouldEndWith(first.ToString());
            await PutAsync(store, Later, Bytes(1000)); // What was refused takes no room.
        }
        finally
        {
            Run("umount", disk).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Sweep_RemovesDaysAndLeftovers_AndNothingElse()
    {
        var store = StoreIn(_data);
        await PutAsync(store, Later, Bytes(10));
        var images = Path.Combine(_data, "images");
        var fresh = Path.Combine(images, "arriving", "fresh");
        var left = Path.Combine(images, "arriving", "left");
        await File.WriteAllTextAsync(fresh, "");
        await File.WriteAllTextAsync(left, "");
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddHours(-2));
        Directory.CreateDirectory(Path.Combine(images, "20260101"));
        Directory.CreateDirectory(Path.Combine(images, "20260102", "of-the-operator"));
        Directory.CreateDirectory(Path.Combine(images, "2026"));
        await File.WriteAllTextAsync(Path.Combine(_data, "dragoman.db"), "");

        (await store.SweepAsync(DateTimeOffset.UtcNow, 10, default).SumAsync(TestContext.Current.CancellationToken)).ShouldBe(1);

        File.Exists(left).ShouldBeFalse();
        File.Exists(fresh).ShouldBeTrue();
        File.Exists(Path.Combine(_data, "dragoman.db")).ShouldBeTrue();
        Directory.EnumerateDirectories(images).Select(Path.GetFileName).Order()
            .ShouldBe(["2026", "20260102", Later.UtcDateTime.ToString("yyyyMMdd"), "arriving"]);
    }

    [Fact]
    public async Task Sweep_AFileThatCannotBeDeleted_IsToldAfterAllOthersAreGone()
    {
        var store = StoreIn(_data);
        var now = DateTimeOffset.UtcNow;
        var stuck = await PutAsync(store, now.AddDays(-3), Bytes(10));
        var others = new List<ImageName>();
        foreach (var days in new[] { 3, 3, 3, 2 })
        {
            others.Add(await PutAsync(store, now.AddDays(-days), Bytes(10)));
        }

        var file = Path.Combine(_data, "images", stuck.Day, stuck.ToString());
        Assert.SkipUnless(Run("mount", "--bind", file, file), "A file can be held by root alone.");
        try
        {
            var deleted = 0;
            var told = await Should.ThrowAsync<IOException>(async () =>
            {
                await foreach (var slice in store.SweepAsync(now, 2, default))
                {
                    deleted += slice;
                }
            });

            told.Message.ShouldStartWith("1 could not be deleted, the first because: ");
            deleted.ShouldBe(4);
            foreach (var name in others)
            {
                (await store.OpenAsync(name, default)).ShouldBe(default);
            }
        }
        finally
        {
            Run("umount", file).ShouldBeTrue();
        }

        (await store.SweepAsync(now, 2, default).SumAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public void FindObstacle_LittleRoom_IsOneUntilThereIsMore()
    {
        var time = new FakeTime();
        var (free, looks) = (FolderImageStore.LeastFreeBytes - 1, 0);
        var store = new FolderImageStore(_data, time, NullLogger<FolderImageStore>.Instance, folder =>
        {
            folder.ShouldBe(_data);
            looks++;
            return free;
        });

        ShouldBeRefusal(store.FindObstacle().ShouldNotBeNull(), DiskTrouble, _data);
        free++;
        store.FindObstacle().ShouldNotBeNull();
        looks.ShouldBe(1); // Not for each picture.
        time.Advance(TimeSpan.FromSeconds(5));
        store.FindObstacle().ShouldBeNull();
        looks.ShouldBe(2);
    }

    [Fact]
    public void FindObstacle_NobodyCanTell_IsNone() =>
        new FolderImageStore(_data, new FakeTime(), NullLogger<FolderImageStore>.Instance, _ => throw new IOException("gone")).FindObstacle().ShouldBeNull();

    [Fact]
    public void FindObstacle_ADiskOf64KB_IsOne()
    {
        var disk = Directory.CreateDirectory(Path.Combine(_data, "disk")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk), "A disk can be mounted by root alone.");
        try
        {
            StoreIn(disk).FindObstacle().ShouldNotBeNull();
        }
        finally
        {
            Run("umount", disk).ShouldBeTrue();
        }
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private protected override Task<IImageStore> CreateAsync() =>
        Task.FromResult<IImageStore>(StoreIn(Directory.CreateDirectory(Path.Combine(_data, Guid.NewGuid().ToString("D"))).FullName));

    private static FolderImageStore StoreIn(string data) => new(data, TimeProvider.System, NullLogger<FolderImageStore>.Instance);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
