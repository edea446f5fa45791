using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Dragoman.Starter.Native;

/// <summary>
/// The part of llama.cpp's C interface that the starter calls; semantics are those of <c>include/llama.h</c>. C booleans are bytes.
/// </summary>
/// <remarks>
/// The library aborts the whole process, without an error code, on input that breaks its assertions. Callers therefore check counts,
/// token ids, positions and output indices before each call; <see cref="LlamaBatch"/> does so for decoding.
/// </remarks>
internal static unsafe partial class Llama
{
    [LibraryImport(NativeLibraries.Ggml, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void ggml_backend_load_all_from_path(string directory);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_log_set(delegate* unmanaged[Cdecl]<int, byte*, void*, void> callback, void* userData);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte* llama_version();

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_backend_init();

    [LibraryImport(NativeLibraries.Llama)]
    public static partial ModelParams llama_model_default_params();

    [LibraryImport(NativeLibraries.Llama)]
    public static partial ContextParams llama_context_default_params();

    [LibraryImport(NativeLibraries.Llama, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint llama_model_load_from_file(string path, ModelParams parameters);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial QuantizeParams llama_model_quantize_default_params();

    [LibraryImport(NativeLibraries.Llama, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint llama_model_quantize(string input, string output, in QuantizeParams parameters);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_model_free(nint model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_init_from_model(ModelHandle model, ContextParams parameters);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_free(nint context);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial uint llama_n_ctx(ContextHandle context);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial uint llama_n_batch(ContextHandle context);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial uint llama_n_ubatch(ContextHandle context);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_model_n_ctx_train(ModelHandle model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_model_n_embd(ModelHandle model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte llama_model_has_decoder(ModelHandle model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte llama_model_has_encoder(ModelHandle model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte* llama_model_chat_template(ModelHandle model, byte* name);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_model_get_vocab(ModelHandle model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_vocab_n_tokens(nint vocab);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte* llama_vocab_get_text(nint vocab, int token);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte llama_vocab_is_eog(nint vocab, int token);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte llama_vocab_is_control(nint vocab, int token);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_vocab_bos(nint vocab);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_vocab_eos(nint vocab);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_tokenize(nint vocab, byte* text, int length, int* tokens, int max, byte addSpecial, byte parseSpecial);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_token_to_piece(nint vocab, int token, byte* buffer, int length, int leftStrip, byte special);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_chat_apply_template(byte* template, ChatMessageNative* chat, nuint count, byte addAssistant,
        byte* buffer, int length);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_get_memory(ContextHandle context);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_memory_clear(nint memory, byte data);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte llama_memory_seq_rm(nint memory, int sequence, int from, int to);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_decode(ContextHandle context, Batch batch);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_encode(ContextHandle context, Batch batch);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_pooling_type(ContextHandle context);

    /// <summary>The pooled vector of a sequence of the batch encoded last; valid until the next call on the context.</summary>
    [LibraryImport(NativeLibraries.Llama)]
    public static partial float* llama_get_embeddings_seq(ContextHandle context, int sequence);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_chain_init(SamplerChainParams parameters);

    /// <summary>The chain owns <paramref name="sampler"/> from here on.</summary>
    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_sampler_chain_add(SamplerHandle chain, nint sampler);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_sampler_free(nint sampler);

    /// <summary>Samples from the batch's token <paramref name="index"/>, which must have asked for logits, and accepts the result.</summary>
    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_sampler_sample(SamplerHandle chain, ContextHandle context, int index);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_init_greedy();

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_init_dist(uint seed);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_init_temp(float temperature);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_init_top_k(int k);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_init_top_p(float p, nuint keep);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_init_min_p(float p, nuint keep);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_init_penalties(int vocabulary, int lastTokens, float repeat, float frequency, float presence);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_sampler_init_logit_bias(int vocabulary, int count, LogitBias* biases);
}
