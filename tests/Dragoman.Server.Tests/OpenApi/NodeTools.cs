using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Dragoman.Server.Tests.OpenApi;

/// <summary>Runs the scripts of <c>tests/openapi</c>, a small npm project: a validator and a client generator that the tests did not write themselves.</summary>
internal static class NodeTools
{
    private static readonly string Folder = FolderBeside();

    /// <summary>What the script wrote.</summary>
    /// <param name="input">The script's standard input.</param>
    /// <exception cref="NodeToolException">It ended with another code than 0, or node or the packages are missing; the message holds what is known.</exception>
    public static async Task<string> RunAsync(string script, string argument, string input = "", params (string Name, string Value)[] environment)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            throw new NodeToolException("The packages of tests/openapi are missing: `make test` installs them, and so does `npm ci` in that folder.");
        }

        var start = new ProcessStartInfo("node", [Path.Combine(Folder, script), argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new NodeToolException($"{script} {argument} ended with {process.ExitCode}:\n{await output}\n{await errors}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new NodeToolException("The tests of the OpenAPI documents need node, 20.19 or newer, on the PATH.");
        }
    }

    private static string FolderBeside([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "openapi"));
}

internal sealed class NodeToolException(string message) : Exception(message);
