namespace Dragoman.Starter.Native;

/// <summary>Loads GGUF files.</summary>
internal static class ModelFile
{
    /// <summary>Loads a model to run on the CPU; the native runtime must have been started.</summary>
    /// <exception cref="StarterException">The file is missing or damaged.</exception>
    public static ModelHandle Load(string path)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new StarterException($"there is no model file at {full}");
        }

        ModelParams parameters = Llama.llama_model_default_params();
        parameters.GpuLayers = 0;
        LlamaRuntime.ForgetLastError();
        nint model = Llama.llama_model_load_from_file(full, parameters);
        return model != 0
            ? new ModelHandle(model)
            : throw new StarterException($"the model {full} cannot be loaded: {LlamaRuntime.LastError ?? "unknown reason"}");
    }
}
