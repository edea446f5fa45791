using System.Reflection;
using System.Runtime.InteropServices;

namespace Dragoman.Starter.Native;

/// <summary>Where the native libraries are and what they are called; the only place that knows file names and the build.</summary>
internal static class NativeLibraries
{
    /// <summary>Import names used by <see cref="Llama"/>.</summary>
    public const string Llama = "llama";
    public const string Ggml = "ggml";

    /// <summary>Import name used by <see cref="Native.Vips"/>.</summary>
    public const string Vips = "vips";

    /// <summary>File names of the build that the structs in <see cref="Native.Llama"/> describe.</summary>
    public const string LlamaFile = "libllama.v0.5.0.so";
    public const string GgmlFile = "libggml.v0.5.0.so";

    private static readonly Lock Gate = new();
    private static string? _directory;
    private static string? _vips;

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>Makes imports of llama.cpp resolve from <paramref name="directory"/>; a process can use one directory only.</summary>
    /// <exception cref="StarterException">A library is not there, or another directory is in use already.</exception>
    public static void UseDirectory(string directory)
    {
        string full = Path.GetFullPath(directory);
        foreach (string file in (ReadOnlySpan<string>)[LlamaFile, GgmlFile])
        {
            if (!File.Exists(Path.Combine(full, file)))
            {
                throw new StarterException($"the native library {file} is not in {full}");
            }
        }

        lock (Gate)
        {
            if (_directory is null)
            {
                _directory = full;
            }
            else if (_directory != full)
            {
                throw new StarterException($"native libraries are in use from {_directory} already");
            }
        }
    }

    /// <summary>Makes imports of libvips resolve to <paramref name="file"/>; a process can use one file only.</summary>
    /// <exception cref="StarterException">The library is not there, or another file is in use already.</exception>
    public static void UseVips(string file)
    {
        string full = Path.GetFullPath(file);
        if (!File.Exists(full))
        {
            throw new StarterException($"there is no native library at {full}");
        }

        lock (Gate)
        {
            _vips ??= full;
            if (_vips != full)
            {
                throw new StarterException($"a native library is in use from {_vips} already");
            }
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        Llama => NativeLibrary.Load(Path.Combine(_directory!, LlamaFile)),
        Ggml => NativeLibrary.Load(Path.Combine(_directory!, GgmlFile)),
        Vips => NativeLibrary.Load(_vips!),
        _ => 0,
    };
}
