using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dragoman.Starter.Native;

/// <summary>Starts the native library once a process and takes its log.</summary>
internal static unsafe partial class LlamaRuntime
{
    private const int WarningLevel = 3;
    private const int ErrorLevel = 4;
    private static readonly Lock Gate = new();
    private static bool _started;
    private static ILogger? _logger;
    private static volatile string? _lastError;

    /// <summary>What <c>llama_version()</c> says of the loaded library.</summary>
    public static string Version { get; private set; } = "";

    /// <summary>The last line the library logged as an error, trimmed; native calls report failure without a reason of their own.</summary>
    public static string? LastError => _lastError;

    public static void ForgetLastError() => _lastError = null;

    /// <summary>Loads the libraries and their CPU back ends from <paramref name="directory"/>; later calls do nothing.</summary>
    /// <exception cref="StarterException">A library is missing or is not the build that the structs describe.</exception>
    public static void Start(string directory, ILogger logger)
    {
        NativeLibraries.UseDirectory(directory);
        lock (Gate)
        {
            _logger = logger;
            if (_started)
            {
                return;
            }

            try
            {
                CheckBuild();
                Llama.llama_log_set(&OnLog, null);
                Llama.ggml_backend_load_all_from_path(Path.GetFullPath(directory));
                Llama.llama_backend_init();
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
            {
                throw new StarterException($"the native libraries in {Path.GetFullPath(directory)} cannot be used: {FirstLine(e.Message)}", e);
            }

            _started = true;
        }
    }

    /// <summary>
    /// Struct layouts are not part of the library's promise. Sizes prove our own side, the version and a few default values
    /// at the struct's start, middle and end prove the library's.
    /// </summary>
    private static void CheckBuild()
    {
        Version = Marshal.PtrToStringUTF8((nint)Llama.llama_version()) ?? "";
        if (sizeof(ModelParams) != 80 || sizeof(ContextParams) != 160 || sizeof(Batch) != 56)
        {
            throw new StarterException(
                $"struct sizes are llama_model_params {sizeof(ModelParams)}, llama_context_params {sizeof(ContextParams)}, llama_batch {sizeof(Batch)} " +
                "instead of 80, 160, 56: this platform needs another binding");
        }

        ContextParams c = Llama.llama_context_default_params();
        bool expected = c is { ContextTokens: 512, BatchTokens: 2048, MicroBatchTokens: 512, MaxSequences: 1, TypeK: 1, TypeV: 1, SamplerCount: 0 }
            && c.OffloadKqv == 1 && c.NoPerf == 1 && c.Embeddings == 0 && c.OtherContext == null;
        QuantizeParams q = Llama.llama_model_quantize_default_params();
        expected &= sizeof(QuantizeParams) == 64 && q is { FileType: 7, AllowRequantize: 0, QuantizeOutputTensor: 1, DryRun: 0 } && q.MaxBufferSize == (nuint)8 << 30;
        ModelParams m = Llama.llama_model_default_params();
        expected &= m.VocabOnly == 0 && m.CheckTensors == 0 && m.UseExtraBuffers == 1;
        if (!expected)
        {
            throw new StarterException(
                $"the native library (llama.cpp {Version}) is another build than the one this program was made for ({NativeLibraries.LlamaFile})");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(int level, byte* text, void* userData)
    {
        string line = (Marshal.PtrToStringUTF8((nint)text) ?? "").Trim();
        if (line.Length == 0 || line == ".")
        {
            return;
        }

        if (level == ErrorLevel)
        {
            _lastError = FirstLine(line);
        }

        if (_logger is { } logger)
        {
            if (level is WarningLevel or ErrorLevel)
            {
                LogNativeProblem(logger, line);
            }
            else
            {
                LogNative(logger, line);
            }
        }
    }

    private static string FirstLine(string text) => text.AsSpan().Trim().ToString().Split('\n')[0];

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Line}")]
    private static partial void LogNative(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Debug, Message = "problem: {Line}")]
    private static partial void LogNativeProblem(ILogger logger, string line);
}
