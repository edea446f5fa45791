using System.Numerics;

namespace Dragoman.Model;

/// <summary>
/// The parameters and kinds of content that not every provider honours. Vendors and models are described by sets of them,
/// so that "dropped and named" and "refused" are set operations and not scattered ifs.
/// </summary>
[Flags]
public enum ChatParameters : ulong
{
    None = 0,
    Temperature = 1UL << 0,
    TopP = 1UL << 1,
    TopK = 1UL << 2,
    MinP = 1UL << 3,
    FrequencyPenalty = 1UL << 4,
    PresencePenalty = 1UL << 5,
    Seed = 1UL << 6,
    MaxTokens = 1UL << 7,
    Stop = 1UL << 8,
    N = 1UL << 9,
    Logprobs = 1UL << 10,
    TopLogprobs = 1UL << 11,
    LogitBias = 1UL << 12,
    Tools = 1UL << 13,
    ToolChoice = 1UL << 14,
    ParallelToolCalls = 1UL << 15,
    JsonObject = 1UL << 16,
    JsonSchema = 1UL << 17,
    ReasoningEffort = 1UL << 18,
    Thinking = 1UL << 19,
    Modalities = 1UL << 20,
    Audio = 1UL << 21,
    Prediction = 1UL << 22,
    WebSearchOptions = 1UL << 23,
    User = 1UL << 24,
    ServiceTier = 1UL << 25,
    Metadata = 1UL << 26,

    /// <summary>Image bytes in a message.</summary>
    ImageInput = 1UL << 32,

    /// <summary>An image in a message that the provider itself would fetch.</summary>
    ImageUrlInput = 1UL << 33,
    AudioInput = 1UL << 34,
    FileInput = 1UL << 35,

    /// <summary>What a message may hold beside text.</summary>
    Content = ImageInput | ImageUrlInput | AudioInput | FileInput,

    All = ulong.MaxValue,
}

public static class ChatParametersExtensions
{
    /// <summary>
    /// What cannot be left out without changing what was asked: a provider that lacks one of these refuses the call.
    /// Everything else is a wish, which is dropped and named.
    /// </summary>
    public const ChatParameters Essential =
        ChatParameters.N | ChatParameters.Logprobs | ChatParameters.TopLogprobs | ChatParameters.Tools
        | ChatParameters.JsonObject | ChatParameters.JsonSchema | ChatParameters.Modalities | ChatParameters.Audio
        | ChatParameters.ImageInput | ChatParameters.ImageUrlInput | ChatParameters.AudioInput | ChatParameters.FileInput;

    /// <summary>The parameters' names as OpenAI's chat wire spells them, in the order of their declaration.</summary>
    public static IEnumerable<string> WireNames(this ChatParameters parameters)
    {
        for (var rest = (ulong)parameters; rest != 0; rest &= rest - 1)
        {
            yield return WireName((ChatParameters)(1UL << BitOperations.TrailingZeroCount(rest)));
        }
    }

    private static string WireName(ChatParameters parameter) => parameter switch
    {
        ChatParameters.Temperature => "temperature",
        ChatParameters.TopP => "top_p",
        ChatParameters.TopK => "top_k",
        ChatParameters.MinP => "min_p",
        ChatParameters.FrequencyPenalty => "frequency_penalty",
        ChatParameters.PresencePenalty => "presence_penalty",
        ChatParameters.Seed => "seed",
        ChatParameters.MaxTokens => "max_tokens",
        ChatParameters.Stop => "stop",
        ChatParameters.N => "n",
        ChatParameters.Logprobs => "logprobs",
        ChatParameters.TopLogprobs => "top_logprobs",
        ChatParameters.LogitBias => "logit_bias",
        ChatParameters.Tools => "tools",
        ChatParameters.ToolChoice => "tool_choice",
        ChatParameters.ParallelToolCalls => "parallel_tool_calls",
        ChatParameters.JsonObject or ChatParameters.JsonSchema => "response_format",
        ChatParameters.ReasoningEffort => "reasoning_effort",
        ChatParameters.Thinking => "thinking",
        ChatParameters.Modalities => "modalities",
        ChatParameters.Audio => "audio",
        ChatParameters.Prediction => "prediction",
        ChatParameters.WebSearchOptions => "web_search_options",
        ChatParameters.User => "user",
        ChatParameters.ServiceTier => "service_tier",
        ChatParameters.Metadata => "metadata",
        ChatParameters.ImageInput => "image content",
        ChatParameters.ImageUrlInput => "image_url content",
        ChatParameters.AudioInput => "input_audio content",
        ChatParameters.FileInput => "file content",
        _ => parameter.ToString(),
    };
}
