using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Dragoman.Server.Keys;
using Dragoman.Server.Tests.Keys;
using Dragoman.Testing;

namespace Dragoman.Server.Tests.EndToEnd;

/// <summary>How the executable starts, fails to start, and ends.</summary>
public sealed partial class StartTests
{
    [Fact]
    public async Task Start_PortTaken_SaysSoInOneLineAndLeavesNoUnseenKey()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;

        var (exitCode, _, errors) = await GatewayProcess.RunAsync(["serve", "--urls", $"http://127.0.0.1:{((IPEndPoint)holder.LocalEndpoint).Port}", "--data", data]);

        exitCode.ShouldBe(1);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("address already in use");
        using (var rig = new KeyRig(data))
        {
            (await rig.Store.ListAsync(new KeyQuery(), default)).Keys.ShouldBeEmpty("the next start must show a key");
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Start_Welcome_TellsHowToMakeKeysInThisDirectory()
    {
        await using var gateway = await GatewayProcess.StartAsync(new() { ["DRAGOMAN__Starter__Enabled"] = "false" });

        Kill(gateway.Process.Id, 15).ShouldBe(0); // SIGTERM.
        var welcome = await gateway.Welcome;

        welcome.ShouldContain("only test keys get answers");
        welcome.ShouldContain($" keys create --name first-test --mode test --data {gateway.Data}\n");
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:0/base")]
    [InlineData("https://127.0.0.1:0")]
    public async Task Start_AddressThatCannotBe_SaysSoWithoutAStackTrace(string urls)
    {
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;

        var (exitCode, _, errors) = await GatewayProcess.RunAsync(["serve", "--urls", urls, "--data", data]);

        exitCode.ShouldBe(1);
        errors.ShouldNotBeEmpty();
        errors.ShouldNotContain("   at ");
        errors.ShouldNotContain("Unhandled");
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Start_BrokenSettings_ListsTheMistakes()
    {
        var data = Directory.CreateTempSubdirectory("dragoman-test").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "dragoman.json"), """{ "Upstream": { "MaxAttempts": 0 }, "Nonsense": 1 }""");

        var (exitCode, _, errors) = await GatewayProcess.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--data", data]);

        exitCode.ShouldBe(1);
        errors.ShouldContain("Upstream:MaxAttempts");
        errors.ShouldContain("Nonsense");
        errors.ShouldNotContain("   at ");
        using (var rig = new KeyRig(data))
        {
            (await rig.Store.ListAsync(new KeyQuery(), default)).Keys.ShouldBeEmpty();
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Help_NamesTheExecutableAsItIsCalled()
    {
        var (exitCode, output, _) = await GatewayProcess.RunAsync(["serve", "--help"]);

        exitCode.ShouldBe(0);
        output.ShouldContain("dragoman serve");
    }

    [Fact]
    public async Task Terminate_CallInFlight_IsAnsweredBeforeTheEnd()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var gate = new Gate();
        upstream.Enqueue(Reply.Text("just in time").HeldBy(gate));
        await using var gateway = await GatewayProcess.StartAsync(new()
        {
            ["OPENAI_API_KEY"] = RunningGateway.Canary,
            ["OPENAI_BASE_URL"] = upstream.BaseUrl + "/v1",
        });

        var call = gateway.InvokeAsync("Hello");
        await gate.WaitForArrivalAsync();
        Kill(gateway.Process.Id, 15).ShouldBe(0); // SIGTERM.
        await UntilRefusedAsync(gateway.Client.BaseAddress!);
        gate.Release();

        (await call).Response.ShouldBe("just in time");
        await gateway.Process.WaitForExitAsync();
        gateway.Process.ExitCode.ShouldBe(0);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    private static async Task UntilRefusedAsync(Uri address)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(address.Host, address.Port, limit.Token);
                await Task.Delay(20, limit.Token);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
