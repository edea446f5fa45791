using Microsoft.Win32.SafeHandles;

namespace Dragoman.Starter.Native;

/// <summary>Owns a <c>llama_model</c>.</summary>
internal sealed class ModelHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public ModelHandle(nint value) : base(ownsHandle: true) => SetHandle(value);

    protected override bool ReleaseHandle()
    {
        Llama.llama_model_free(handle);
        return true;
    }
}

/// <summary>Owns a <c>llama_context</c> and keeps its model alive; one thread uses it at a time.</summary>
internal sealed class ContextHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly ModelHandle _model;

    private ContextHandle(nint value, ModelHandle model) : base(ownsHandle: true)
    {
        SetHandle(value);
        _model = model;
        bool added = false;
        model.DangerousAddRef(ref added);
    }

    /// <exception cref="StarterException">The native library refuses, mostly for want of memory, or makes less than was asked for.</exception>
    public static ContextHandle Create(ModelHandle model, ContextParams parameters)
    {
        LlamaRuntime.ForgetLastError();
        nint raw = Llama.llama_init_from_model(model, parameters);
        if (raw == 0)
        {
            throw new StarterException($"no context of {parameters.ContextTokens} tokens can be made: {LlamaRuntime.LastError ?? "unknown reason"}");
        }

        // A batch beyond what the context takes in one piece would end the process.
        var context = new ContextHandle(raw, model);
        if (Llama.llama_n_batch(context) < parameters.BatchTokens || Llama.llama_n_ubatch(context) < parameters.MicroBatchTokens
            || Llama.llama_n_ctx(context) < parameters.ContextTokens)
        {
            context.Dispose();
            throw new StarterException($"the native library gave a smaller context than {parameters.ContextTokens} tokens");
        }

        return context;
    }

    protected override bool ReleaseHandle()
    {
        Llama.llama_free(handle);
        _model.DangerousRelease();
        return true;
    }
}

/// <summary>Owns a chain of samplers, one a sequence.</summary>
internal sealed class SamplerHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public SamplerHandle(nint value) : base(ownsHandle: true) => SetHandle(value);

    protected override bool ReleaseHandle()
    {
        Llama.llama_sampler_free(handle);
        return true;
    }
}
