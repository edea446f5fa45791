using Dragoman.Starter.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Starter.Commands;

/// <summary>
/// Writes a model's weights anew in 4 bits (Q4_0). A model that came in 2 bits gets no better by it, but much faster: for Q4_0 the library has kernels
/// that work on several tokens at a time, for 2 bits it has not.
/// </summary>
internal static class RequantizeCommand
{
    private const int MostlyQ4 = 2; // LLAMA_FTYPE_MOSTLY_Q4_0

    /// <exception cref="StarterException">The model cannot be read or the file not be written.</exception>
    public static int Run(StarterOptions options)
    {
        string output = options.Output ?? throw new StarterException("--output is missing");
        string model = options.Model ?? throw new StarterException("--model is missing");
        if (!File.Exists(model))
        {
            throw new StarterException($"there is no model at {model}");
        }

        LlamaRuntime.Start(options.Native, NullLogger.Instance);
        QuantizeParams parameters = Llama.llama_model_quantize_default_params();
        parameters.FileType = MostlyQ4;
        parameters.AllowRequantize = 1;
        parameters.Threads = options.Engine.Threads;
        LlamaRuntime.ForgetLastError();
        return Llama.llama_model_quantize(model, output, parameters) == 0
            ? 0
            : throw new StarterException($"the model cannot be rewritten: {LlamaRuntime.LastError ?? "unknown reason"}");
    }
}
