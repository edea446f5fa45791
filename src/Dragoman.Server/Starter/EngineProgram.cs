using System.Diagnostics;

namespace Dragoman.Server.Starter;

/// <summary>The starter engine's program, which also makes models and art ready to be used.</summary>
internal static class EngineProgram
{
    /// <summary>Beside the server's own executable; in a build tree in the project's own output.</summary>
    public static string Executable => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Dragoman.Starter.exe" : "Dragoman.Starter");

    /// <summary>Runs one of its commands to the end.</summary>
    /// <exception cref="StarterPartsException">The program is missing or failed.</exception>
    public static async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        Process engine;
        try
        {
            engine = Process.Start(new ProcessStartInfo(Executable, arguments) { RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new StarterPartsException("the engine's program is missing beside this one.", e);
        }

        using (engine)
        {
            try
            {
                var errors = await engine.StandardError.ReadToEndAsync(cancellationToken);
                await engine.WaitForExitAsync(cancellationToken);
                if (engine.ExitCode != 0)
                {
                    throw new StarterPartsException($"one could not be made ready ({errors.Trim()}).");
                }
            }
            catch (OperationCanceledException)
            {
                engine.Kill();
                throw;
            }
        }
    }
}
