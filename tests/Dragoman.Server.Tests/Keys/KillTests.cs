using System.Diagnostics;
using Dragoman.Server.Keys;
using Dragoman.Server.Storage;
using Dragoman.Server.Tests.EndToEnd;

namespace Dragoman.Server.Tests.Keys;

/// <summary>kill -9 at any moment: no key that was shown is lost, none that has ended comes back.</summary>
public sealed class KillTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
    private readonly Random _random = new(20261122);

    [Fact]
    public async Task KeyChanges_KilledAtRandomMoments_HoldWhatWasAcknowledged()
    {
        var record = new KeyChurnRecord();
        for (var round = 0; round < 6; round++)
        {
            using var process = KeyChurn.Start(_data);
            var lines = _random.Next(5, 200);
            for (var seen = 0; seen < lines; seen++)
            {
                record.Add((await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull("it ended by itself"));
            }

            // At some moment of what comes next, not at a line's end.
            Thread.SpinWait(_random.Next(1, 200_000));
            process.Kill();
            await process.WaitForExitAsync();
            var rest = await process.StandardOutput.ReadToEndAsync();
            foreach (var line in rest[..(rest.LastIndexOf('\n') + 1)].Split('\n'))
            {
                record.Add(line);
            }

            // The file is whole, and what it says is what was said.
            using var rig = new KeyRig(_data);
            rig.Database.Connect().Scalar("PRAGMA integrity_check").ShouldBe("ok");
            rig.Database.Connect().Scalar("PRAGMA foreign_key_check").ShouldBeNull();
            record.ShouldHold(rig.Ring);
        }

        record.Alive.ShouldBeGreaterThan(20);
        record.Dead.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task FirstStart_KilledAtRandomMoments_TheNextOneStarts()
    {
        for (var round = 0; round < 6; round++)
        {
            var data = Path.Combine(_data, $"fresh-{round}");
            using (var process = Process.Start(new ProcessStartInfo(GatewayProcess.Executable, ["serve", "--urls", "http://127.0.0.1:0", "--data", data])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DRAGOMAN__Starter__Enabled"] = "false" },
            })!)
            {
                // The first sign of each stage, and then a moment later.
                var sign = Path.Combine(data, round % 3 == 0 ? "dragoman.db" : round % 3 == 1 ? "dragoman.db-wal" : "keys.secret");
                while (!File.Exists(sign))
                {
                    process.HasExited.ShouldBeFalse();
                    Thread.SpinWait(100);
                }

                Thread.SpinWait(_random.Next(1, 3_000_000));
                process.Kill();
                await process.WaitForExitAsync();
            }

            using var rig = new KeyRig(data);
            rig.Database.Connect().Scalar("PRAGMA integrity_check").ShouldBe("ok");
            await rig.Start(RunningGateway.Key).StartedAsync(default);
            rig.Opens(RunningGateway.Key).ShouldBeTrue();
            (await rig.Store.ListAsync(new KeyQuery(), default)).Keys.ShouldHaveSingleItem();
        }
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);
}
