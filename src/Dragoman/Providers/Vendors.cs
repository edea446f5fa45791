using System.Collections.Immutable;
using Dragoman.Model;
using static Dragoman.Model.ChatParameters;

namespace Dragoman.Providers;

/// <summary>
/// The table of vendors, as their documentation stood in November 2026. What a row does not list under <see cref="Vendor.Supported"/> the
/// vendor refuses, or takes and ignores. "Inferred" marks what no documentation says.
/// </summary>
public static class Vendors
{
    /// <summary>The engine that ships with Dragoman.</summary>
    public const string Starter = "starter";

    /// <summary>The model in this process that answers test keys; no vendor of the table, for it is called nowhere.</summary>
    public const string Sandbox = "sandbox";

    /// <summary>The sandbox's one model.</summary>
    public const string SandboxModel = "echo";

    /// <summary>The model in this process, under the starter's name, that answers out of documents word for word.</summary>
    public const string ExtractiveModel = "extractive";

    /// <summary>The sentence embedder that comes along with the starter engine.</summary>
    public const string StarterEmbedder = "all-minilm-l6-v2";

    /// <summary>What composes pictures, under the starter's name; no neural model.</summary>
    public const string Composer = "composer";

    /// <summary>The model that comes along with the starter engine.</summary>
    public const string StarterModel = "tinyllama-1.1b-chat";

    /// <summary>What every vendor of OpenAI's wire takes.</summary>
    private const ChatParameters Common = Temperature | TopP | MaxTokens | Stop;

    private const ChatParameters Penalties = FrequencyPenalty | PresencePenalty;
    private const ChatParameters AnyLogprobs = Logprobs | TopLogprobs;
    private const ChatParameters AnyTools = Tools | ChatParameters.ToolChoice | ParallelToolCalls;
    private const ChatParameters AnyJson = JsonObject | JsonSchema;
    private const ChatParameters AnyImage = ImageInput | ImageUrlInput;

    private const ChatParameters OpenAISet = Common | Penalties | Seed | N | AnyLogprobs | LogitBias | AnyTools | AnyJson | ReasoningEffort
        | Modalities | Audio | Prediction | User | ServiceTier | Metadata | AnyImage | AudioInput | FileInput;

    public static ImmutableArray<Vendor> All { get; } =
    [
        new()
        {
            Name = "openai",
            DisplayName = "OpenAI",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.openai.com/v1",
            EnvironmentPrefix = "OPENAI",
            Supported = OpenAISet | WebSearchOptions,
            ModelPrefixes = ["gpt-", "chatgpt-", "o1", "o3", "o4", "ft:gpt-", "ft:o"],
            ModelRules = VendorRules.OpenAI,
            Embeddings = new(EmbeddingFormat.OpenAI) { Model = "text-embedding-3-large", MaxTexts = 256, MaxCharacters = 400_000 },

            // The newer gpt-4o-transcribe ends its text after some minutes.
            Transcription = new("whisper-1"),
            Images = new(ImageFormat.OpenAI) { ModelPrefixes = ["dall-e-", "gpt-image-", "chatgpt-image-"], Rules = ImageRules.OpenAI },
        },
        new()
        {
            Name = "anthropic",
            DisplayName = "Anthropic",
            Wire = WireFormat.AnthropicMessages,
            BaseUrl = "https://api.anthropic.com",
            EnvironmentPrefix = "ANTHROPIC",
            ApiKeyHeader = "x-api-key",
            Supported = Common | TopK | AnyTools | JsonSchema | ReasoningEffort | Thinking | User | ServiceTier | AnyImage | FileInput,
            ModelPrefixes = ["claude-"],
            ModelRules = VendorRules.Anthropic,
        },
        new()
        {
            Name = "google",
            DisplayName = "Google Gemini",
            Wire = WireFormat.GeminiContent,
            BaseUrl = "https://generativelanguage.googleapis.com",
            EnvironmentPrefix = "GEMINI",
            ApiKeyHeader = "x-goog-api-key",
            Supported = Common | TopK | Penalties | Seed | N | AnyLogprobs | Tools | ChatParameters.ToolChoice | AnyJson | ReasoningEffort
                | Thinking | Modalities | ServiceTier | ImageInput | AudioInput | FileInput,
            ModelPrefixes = ["gemini-", "gemma-"],
            ModelRules = VendorRules.Google,

            // text-multilingual-embedding-002, the default of former days, is Vertex AI's alone; the Gemini API has this one.
            Embeddings = new(EmbeddingFormat.Gemini) { Model = "gemini-embedding-001", MaxTexts = 100 },
            Images = new(ImageFormat.Gemini) { ModelPrefixes = ["gemini-"], ModelWord = "image", Rules = ImageRules.Gemini },
        },
        new()
        {
            Name = "groq",
            DisplayName = "Groq",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.groq.com/openai/v1",
            EnvironmentPrefix = "GROQ",
            Quirks = WireQuirks.NoMessageNames,

            // Penalties are taken and do nothing.
            Supported = Common | Seed | AnyTools | AnyJson | ReasoningEffort | User | ServiceTier | AnyImage,
            ModelRules = VendorRules.Groq,
            Transcription = new("whisper-large-v3-turbo"),
        },
        new()
        {
            Name = "together",
            DisplayName = "Together AI",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.together.xyz/v1",
            EnvironmentPrefix = "TOGETHER",
            Quirks = WireQuirks.LogprobsCount,
            Supported = Common | TopK | MinP | Penalties | Seed | N | Logprobs | LogitBias | Tools | ChatParameters.ToolChoice | AnyJson
                | ReasoningEffort | AnyImage,
            Embeddings = new(EmbeddingFormat.OpenAI),
            Transcription = new("openai/whisper-large-v3"),
            Images = new(ImageFormat.OpenAI) { Rules = ImageRules.Together },
        },
        new()
        {
            Name = "perplexity",
            DisplayName = "Perplexity",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.perplexity.ai",
            EnvironmentPrefix = "PERPLEXITY",
            Supported = Temperature | TopP | TopK | MaxTokens | Penalties | JsonSchema | ReasoningEffort | WebSearchOptions | AnyImage,
            ModelPrefixes = ["sonar"],
            ModelRules = VendorRules.Perplexity,
        },
        new()
        {
            Name = "deepseek",
            DisplayName = "DeepSeek",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.deepseek.com",
            EnvironmentPrefix = "DEEPSEEK",
            Quirks = WireQuirks.EchoReasoning | WireQuirks.ThinkingSwitch,
            Supported = Common | Penalties | AnyLogprobs | Tools | ChatParameters.ToolChoice | JsonObject | ReasoningEffort | Thinking,
            ModelPrefixes = ["deepseek-"],
            ModelRules = VendorRules.DeepSeek,
        },
        new()
        {
            Name = "mistral",
            DisplayName = "Mistral",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.mistral.ai/v1",
            EnvironmentPrefix = "MISTRAL",
            Quirks = WireQuirks.NoMessageNames | WireQuirks.NoStreamOptions | WireQuirks.RandomSeed | WireQuirks.ShortToolCallIds,
            Supported = Common | Penalties | Seed | N | AnyTools | AnyJson | ReasoningEffort | Prediction | Metadata | AnyImage,
            ModelPrefixes =
            [
                "mistral-large", "mistral-medium", "mistral-small", "codestral-", "devstral-", "magistral-", "ministral-", "pixtral-",
                "open-mistral-", "open-mixtral-",
            ],
            ModelRules = VendorRules.Mistral,

            // 16,384 tokens a request.
            Embeddings = new(EmbeddingFormat.OpenAI) { Model = "mistral-embed", MaxCharacters = 30_000 },
            Transcription = new("voxtral-mini-latest"),
        },
        new()
        {
            // Its own wire for embeddings and reranking; chat in OpenAI's (docs.cohere.com/docs/compatibility-api). Inferred: at the same host.
            Name = "cohere",
            DisplayName = "Cohere",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.cohere.com",
            ChatPath = "/compatibility/v1/chat/completions",
            EnvironmentPrefix = "COHERE",
            Quirks = WireQuirks.NoMessageNames | WireQuirks.NoStreamOptions, // Inferred: neither is among what it lists.

            // Of the words for effort it takes "none" and "high" only. Inferred: pictures.
            Supported = Common | Penalties | Seed | Tools | AnyJson | ImageInput,
            ModelPrefixes = ["command-"],
            Embeddings = new(EmbeddingFormat.Cohere) { Model = "embed-multilingual-v3.0", MaxTexts = 96, MaxCharacters = 200_000 },
            Reranking = new("/v2/rerank"),
        },
        new()
        {
            Name = "jina",
            DisplayName = "Jina AI",
            Wire = WireFormat.None,
            BaseUrl = "https://api.jina.ai/v1",
            EnvironmentPrefix = "JINA",
            Supported = None,
            Embeddings = new(EmbeddingFormat.OpenAI)
            {
                Model = "jina-embeddings-v3",
                MaxTexts = 128,
                MaxCharacters = 200_000,
                QueryTask = "retrieval.query",
                DocumentTask = "retrieval.passage",
            },
            Reranking = new("/rerank"),
        },
        new()
        {
            // The European and American clusters have their own base URLs.
            Name = "bfl",
            DisplayName = "Black Forest Labs",
            Wire = WireFormat.None,
            BaseUrl = "https://api.bfl.ai",
            EnvironmentPrefix = "BFL",
            ApiKeyHeader = "x-key",
            Supported = None,
            Images = new(ImageFormat.BlackForestLabs) { ModelPrefixes = ["flux-"], Rules = ImageRules.BlackForestLabs },
        },
        new()
        {
            Name = "ideogram",
            DisplayName = "Ideogram",
            Wire = WireFormat.None,
            BaseUrl = "https://api.ideogram.ai",
            EnvironmentPrefix = "IDEOGRAM",
            ApiKeyHeader = "Api-Key",
            Supported = None,
            Images = new(ImageFormat.Ideogram) { ModelPrefixes = ["ideogram-"], Rules = ImageRules.Ideogram },
        },
        new()
        {
            Name = "recraft",
            DisplayName = "Recraft",
            Wire = WireFormat.None,
            BaseUrl = "https://external.api.recraft.ai/v1",
            EnvironmentPrefix = "RECRAFT",
            Supported = None,
            Images = new(ImageFormat.OpenAI) { ModelPrefixes = ["recraft"], Rules = ImageRules.Recraft },
        },
        new()
        {
            Name = "xai",
            DisplayName = "xAI",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.x.ai/v1",
            EnvironmentPrefix = "XAI",
            Quirks = WireQuirks.NoMessageNames, // Inferred for roles other than the user's.
            Supported = Common | Penalties | Seed | N | AnyLogprobs | AnyTools | AnyJson | ReasoningEffort | User | AnyImage,
            ModelPrefixes = ["grok-"],
            ModelRules = VendorRules.XAI,
            Images = new(ImageFormat.OpenAI) { ModelPrefixes = ["grok-"], ModelWord = "image", Rules = ImageRules.XAI },
        },
        new()
        {
            Name = "openrouter",
            DisplayName = "OpenRouter",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://openrouter.ai/api/v1",
            EnvironmentPrefix = "OPENROUTER",
            Quirks = WireQuirks.ReasoningObject,
            Supported = Common | TopK | MinP | Penalties | Seed | AnyLogprobs | LogitBias | AnyTools | AnyJson | ReasoningEffort | Thinking
                | Modalities | Prediction | WebSearchOptions | User | AnyImage | AudioInput | FileInput,
            Embeddings = new(EmbeddingFormat.OpenAI),
        },
        new()
        {
            Name = "fireworks",
            DisplayName = "Fireworks AI",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.fireworks.ai/inference/v1",
            EnvironmentPrefix = "FIREWORKS",
            Supported = Common | TopK | MinP | Penalties | Seed | N | AnyLogprobs | LogitBias | AnyTools | AnyJson | ReasoningEffort
                | Prediction | User | AnyImage, // Inferred: parallel_tool_calls.
            Embeddings = new(EmbeddingFormat.OpenAI),
        },
        new()
        {
            Name = "cerebras",
            DisplayName = "Cerebras",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "https://api.cerebras.ai/v1",
            EnvironmentPrefix = "CEREBRAS",
            Supported = Common | Seed | AnyLogprobs | AnyTools | AnyJson | ReasoningEffort | Prediction | User,
            ModelRules = VendorRules.Cerebras,
        },
        new()
        {
            // The base URL is {endpoint}/openai/v1/; models are named by the operator's deployments.
            Name = "azure",
            DisplayName = "Azure OpenAI",
            Wire = WireFormat.OpenAIChat,
            EnvironmentPrefix = "AZURE_OPENAI",
            ApiKeyHeader = "api-key",
            Supported = OpenAISet & ~ServiceTier,
            ModelRules = VendorRules.Azure,
            Embeddings = new(EmbeddingFormat.OpenAI) { MaxTexts = 256, MaxCharacters = 400_000 },
            Transcription = new(),
            Images = new(ImageFormat.OpenAI) { Rules = ImageRules.Azure },
        },
        new()
        {
            Name = "ollama",
            DisplayName = "Ollama",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "http://127.0.0.1:11434/v1",
            EnvironmentPrefix = "OLLAMA",
            NeedsApiKey = false,
            Supported = Common | Penalties | Seed | AnyLogprobs | Tools | AnyJson | ReasoningEffort | ImageInput,
            Embeddings = new(EmbeddingFormat.OpenAI),
        },
        new()
        {
            Name = "vllm",
            DisplayName = "vLLM",
            Wire = WireFormat.OpenAIChat,
            EnvironmentPrefix = "VLLM",
            NeedsApiKey = false,
            Supported = Common | TopK | MinP | Penalties | Seed | N | AnyLogprobs | LogitBias | AnyTools | AnyJson | ReasoningEffort
                | AnyImage | AudioInput,
            Embeddings = new(EmbeddingFormat.OpenAI),
            Transcription = new(),
        },
        new()
        {
            Name = "llamacpp",
            DisplayName = "llama.cpp",
            Wire = WireFormat.OpenAIChat,
            EnvironmentPrefix = "LLAMACPP", // Its server listens on 8080 by default, as Dragoman does: the operator says where it is.
            NeedsApiKey = false,
            Supported = Common | TopK | MinP | Penalties | Seed | AnyLogprobs | LogitBias | AnyTools | AnyJson | AnyImage | AudioInput,
            Embeddings = new(EmbeddingFormat.OpenAI),
        },
        new()
        {
            Name = "lmstudio",
            DisplayName = "LM Studio",
            Wire = WireFormat.OpenAIChat,
            BaseUrl = "http://127.0.0.1:1234/v1",
            EnvironmentPrefix = "LMSTUDIO",
            NeedsApiKey = false,
            Supported = Common | TopK | Penalties | Seed | LogitBias | Tools | ChatParameters.ToolChoice | JsonSchema | ImageInput,
            Embeddings = new(EmbeddingFormat.OpenAI),
        },
        new()
        {
            Name = "localai",
            DisplayName = "LocalAI",
            Wire = WireFormat.OpenAIChat,
            EnvironmentPrefix = "LOCALAI", // Listens on 8080 by default, as Dragoman does.
            NeedsApiKey = false,
            Supported = Common | TopK | Penalties | Seed | N | LogitBias | AnyTools | AnyJson | AnyImage | AudioInput, // Inferred: it hands most on to its back ends.
            Embeddings = new(EmbeddingFormat.OpenAI),
            Transcription = new(),
            Images = new(ImageFormat.OpenAI) { Rules = ImageRules.LocalAI },
        },
        new()
        {
            Name = "sdcpp",
            DisplayName = "stable-diffusion.cpp",
            Wire = WireFormat.None,
            BaseUrl = "http://127.0.0.1:1234/v1",
            EnvironmentPrefix = "SDCPP",
            NeedsApiKey = false,
            Supported = None,
            Images = new(ImageFormat.OpenAI) { Rules = ImageRules.StableDiffusionCpp },
        },
        new()
        {
            Name = Starter,
            DisplayName = "Starter engine",
            Wire = WireFormat.OpenAIChat,
            EnvironmentPrefix = "STARTER",
            NeedsApiKey = false,
            Supported = Common | TopK | Penalties | Seed,
            Embeddings = new(EmbeddingFormat.OpenAI) { Model = StarterEmbedder },
            Images = new(ImageFormat.OpenAI) { ModelPrefixes = [Composer], Rules = ImageRules.Composer },
        },
    ];

    /// <summary>Models whose weights are open: many hosts serve them, so that the name alone says nothing.</summary>
    private static readonly ImmutableArray<string> OpenWeights = ["gpt-oss", "deepseek-r1", "deepseek-coder", "deepseek-llm"];

    /// <summary>The vendor of that name, whatever its case; absent where there is none.</summary>
    public static Vendor? Find(string name)
    {
        foreach (var vendor in All)
        {
            if (vendor.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return vendor;
            }
        }

        return null;
    }

    /// <summary>
    /// The vendor whose model a name without a vendor is known to be; absent where it could be anyone's. A name with a slash is a
    /// catalogue's (<c>meta-llama/…</c>), one with a tag (<c>qwen3:8b</c>) Ollama's kind.
    /// </summary>
    public static Vendor? ByModel(string bareName)
    {
        if (bareName.Contains('/', StringComparison.Ordinal)
            || (bareName.Contains(':', StringComparison.Ordinal) && !bareName.StartsWith("ft:", StringComparison.OrdinalIgnoreCase))
            || HasPrefix(OpenWeights, bareName))
        {
            return null;
        }

        foreach (var vendor in All)
        {
            if (HasPrefix(vendor.ModelPrefixes, bareName))
            {
                return vendor;
            }
        }

        return null;
    }

    /// <summary>The same for models of pictures.</summary>
    public static Vendor? ByImageModel(string bareName) => All.FirstOrDefault(vendor => vendor.Images is { } images && images.Knows(bareName));

    private static bool HasPrefix(ImmutableArray<string> prefixes, string name)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
