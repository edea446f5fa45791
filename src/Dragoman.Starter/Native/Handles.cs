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

    public ContextHandle(nint value, ModelHandle model) : base(ownsHandle: true)
    {
        SetHandle(value);
        _model = model;
        bool added = false;
        model.DangerousAddRef(ref added);
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
