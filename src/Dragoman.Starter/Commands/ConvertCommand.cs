using Dragoman.Starter.Conversion;

namespace Dragoman.Starter.Commands;

/// <summary>Writes the embedder that comes as TensorFlow.js weights as a GGUF file. Needs no native library.</summary>
internal static class ConvertCommand
{
    /// <exception cref="StarterException">The source cannot be read or the file not be written.</exception>
    public static int Run(StarterOptions options)
    {
        string output = options.Output ?? throw new StarterException("--output is missing");
        try
        {
            MiniLmConverter.Convert(
                options.Weights ?? throw new StarterException("--weights is missing"),
                options.Tokenizer ?? throw new StarterException("--tokenizer is missing"),
                output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StarterException($"{output} cannot be written: {e.Message}", e);
        }

        return 0;
    }
}
