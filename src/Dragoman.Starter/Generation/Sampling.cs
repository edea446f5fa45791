using Dragoman.Starter.Native;

namespace Dragoman.Starter.Generation;

/// <summary>How the next token is chosen. Ranges are checked by whoever fills this in.</summary>
internal sealed record SamplingSettings
{
    /// <summary>
    /// 0, the default, takes the likeliest token: drawing at 0.3 already makes the starter model name wrong capitals now and then.
    /// </summary>
    public float Temperature { get; init; }

    public float TopP { get; init; } = 0.9f;

    /// <summary>0 considers the whole vocabulary.</summary>
    public int TopK { get; init; } = 40;

    public float MinP { get; init; }

    /// <summary>Over the last 64 generated tokens; 1 is none. Without one the starter model repeats itself without end.</summary>
    public float RepeatPenalty { get; init; } = 1.1f;

    /// <summary>Over all generated tokens, per occurrence.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Over all generated tokens, once a token.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Null takes a new random one each time.</summary>
    public long? Seed { get; init; }

    /// <summary>Added to tokens' logits, by the model's own token ids.</summary>
    public IReadOnlyList<LogitBias> LogitBias { get; init; } = [];
}

/// <summary>Builds native sampler chains.</summary>
internal static unsafe class SamplerFactory
{
    private const int RepeatWindow = 64;
    private const uint RandomSeed = 0xFFFFFFFF;

    /// <summary>A chain with its own random state, so that a sequence draws the same numbers whatever runs beside it.</summary>
    public static SamplerHandle Create(SamplingSettings settings, int vocabularySize, int contextTokens)
    {
        var chain = new SamplerHandle(Llama.llama_sampler_chain_init(new SamplerChainParams { NoPerf = 1 }));
        if (settings.LogitBias is { Count: > 0 } biases)
        {
            LogitBias[] array = [.. biases];
            fixed (LogitBias* p = array)
            {
                Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_logit_bias(vocabularySize, array.Length, p));
            }
        }

        if (settings.RepeatPenalty != 1)
        {
            Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_penalties(vocabularySize, RepeatWindow, settings.RepeatPenalty, 0, 0));
        }

        if (settings.FrequencyPenalty != 0 || settings.PresencePenalty != 0)
        {
            Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_penalties(
                vocabularySize, contextTokens, 1, settings.FrequencyPenalty, settings.PresencePenalty));
        }

        if (settings.Temperature <= 0)
        {
            Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_greedy());
            return chain;
        }

        if (settings.TopK > 0)
        {
            Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_top_k(settings.TopK));
        }

        if (settings.TopP < 1)
        {
            Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_top_p(settings.TopP, 1));
        }

        if (settings.MinP > 0)
        {
            Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_min_p(settings.MinP, 1));
        }

        Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_temp(settings.Temperature));
        Llama.llama_sampler_chain_add(chain, Llama.llama_sampler_init_dist(NativeSeed(settings.Seed)));
        return chain;
    }

    // The one value that means "random" to the library must not come out of a seed that a caller chose.
    private static uint NativeSeed(long? seed)
    {
        if (seed is not { } chosen)
        {
            return (uint)Random.Shared.NextInt64(RandomSeed);
        }

        uint folded = (uint)chosen ^ (uint)(chosen >> 32);
        return folded == RandomSeed ? 0x9E3779B9 : folded;
    }
}
