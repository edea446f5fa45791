// A fake of the model providers' HTTP APIs, for demonstrations and load. Its README tells how to script it over HTTP.
//
//   dotnet run --project tests/Dragoman.TestUpstream -- --urls http://127.0.0.1:9090 [--pace MS] [--key KEY]…
//   dotnet run -c Release --project tests/Dragoman.TestUpstream -- --urls http://127.0.0.1:9090 --fixed [BYTES-FILE]
//   dotnet run -c Release --project tests/Dragoman.TestUpstream -- --urls http://127.0.0.1:9090 --fixed-stream CHUNKS
using System.Globalization;
using System.Runtime.InteropServices;

namespace Dragoman.Testing;

internal static class Program
{
    const string Usage = "Usage: Dragoman.TestUpstream [--urls URL] [--pace MS] [--key KEY]… | --fixed [FILE] | --fixed-stream CHUNKS";

    static async Task<int> Main(string[] args)
    {
        TestUpstream upstream;
        try
        {
            upstream = await StartAsync(args);
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\n{Usage}");
            return 2;
        }

        await using (upstream)
        {
            Console.WriteLine($"Listening on {upstream.BaseUrl}");
            var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            await stop.Task;

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stop.TrySetResult();
            }
        }

        return 0;
    }

    static async Task<TestUpstream> StartAsync(string[] args)
    {
        var url = "http://127.0.0.1:9090";
        var pace = TimeSpan.Zero;
        HashSet<string> keys = new(StringComparer.Ordinal);
        byte[]? fixedBody = null;
        int? fixedChunks = null;
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value.");
            int Number() => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new FormatException($"{args[i]} is not a number.");
            switch (args[i])
            {
                case "--urls":
                    url = Value();
                    break;
                case "--pace":
                    pace = TimeSpan.FromMilliseconds(Number());
                    break;
                case "--key":
                    keys.Add(Value());
                    break;
                case "--fixed":
                    fixedBody = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? await File.ReadAllBytesAsync(Value()) : [];
                    break;
                case "--fixed-stream":
                    fixedChunks = Number();
                    break;
                default:
                    throw new FormatException($"Unknown option {args[i]}.");
            }
        }

        return (fixedBody, fixedChunks) switch
        {
            ({ } body, _) => await TestUpstream.Fixed(body, url),
            (_, { } chunks) => await TestUpstream.FixedStream(chunks, url),
            _ => await TestUpstream.StartAsync(new()
            {
                Url = url, Pace = pace, Keys = keys.Count > 0 ? keys : null, KeyOptional = keys.Count == 0, ControlEndpoints = true, Remembered = 1000,
            }),
        };
    }
}
