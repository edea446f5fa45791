using System.Runtime.InteropServices;

namespace Dragoman.Starter.Native;

/// <summary>Starts libvips once a process.</summary>
internal static unsafe class VipsLibrary
{
    // M_MMAP_THRESHOLD of malloc.h, and where it stands before it grows by itself.
    private const int MemoryMapThreshold = -3;
    private const int MemoryMapFrom = 128 * 1024;

    private static readonly Lock Gate = new();
    private static bool _started;

    /// <summary>As <c>8.18.7</c>.</summary>
    public static string Version { get; private set; } = "";

    /// <summary>Loads the library from <paramref name="file"/>; later calls do nothing.</summary>
    /// <param name="threads">How many an operation may use.</param>
    /// <exception cref="StarterException">The library is missing or cannot be used.</exception>
    public static void Load(string file, int threads = 1)
    {
        NativeLibraries.UseVips(file);
        lock (Gate)
        {
            if (_started)
            {
                return;
            }

            try
            {
                // It would tell standard error of each damaged picture; calls report what fails.
                Vips.g_setenv("VIPS_WARNING", "off", 1);
                if (Vips.vips_init("dragoman-starter") != 0)
                {
                    throw new StarterException($"libvips does not start: {TakeError()}");
                }
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
            {
                throw new StarterException($"the native library {Path.GetFullPath(file)} cannot be used: {e.Message.Split('\n')[0].Trim()}", e);
            }

            // Readers that were never hardened stay shut; SVG is opened for our own drawings alone: others' pictures name their reader.
            Vips.vips_block_untrusted_set(1);
            Vips.vips_operation_block_set("VipsForeignLoadSvg", 0);

            // The memory of pixels goes back to the system with them, and not into a heap that only grows.
            if (OperatingSystem.IsLinux())
            {
                _ = Vips.mallopt(MemoryMapThreshold, MemoryMapFrom);
            }

            // No picture is asked for twice in the same words, and a cache would keep pixels alive.
            Vips.vips_cache_set_max(0);
            Vips.vips_concurrency_set(threads);
            Version = Marshal.PtrToStringUTF8((nint)Vips.vips_version_string()) ?? "";
            _started = true;
        }
    }

    /// <summary>
    /// What the library said since the last call, on one line. It keeps one text for all threads, so in rare cases the reason is another call's.
    /// </summary>
    public static string TakeError()
    {
        byte* text = Vips.vips_error_buffer_copy();
        string said = Marshal.PtrToStringUTF8((nint)text) ?? "";
        Vips.g_free(text);
        return said.Trim().ReplaceLineEndings("; ") is { Length: > 0 } line ? line : "unknown reason";
    }
}

/// <summary>libvips refused: bytes that are no picture, a damaged one, or arguments that make no sense. The message is one line.</summary>
internal sealed class VipsException(string message) : Exception(message);
