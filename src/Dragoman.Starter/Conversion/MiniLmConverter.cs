using System.Text.Json;

namespace Dragoman.Starter.Conversion;

/// <summary>
/// Writes the sentence embedder all-MiniLM-L6-v2 as one GGUF file that llama.cpp runs, out of its TensorFlow.js weights and its vocabulary. Matrices get
/// 16 bits a number, everything else 32.
/// </summary>
internal static class MiniLmConverter
{
    private const int Layers = 6;
    private const int Normal = 1, Control = 3;

    /// <param name="weights">The file <c>model.json</c> of the TensorFlow.js model.</param>
    /// <param name="tokenizer">The file <c>tokenizer.json</c> with the WordPiece vocabulary.</param>
    /// <param name="output">The file to write.</param>
    /// <exception cref="StarterException">The input is not that model.</exception>
    public static void Convert(string weights, string tokenizer, string output)
    {
        var source = new TfjsWeights(weights, prefix: "StatefulPartitionedCall/model/tf_bert_model/bert/");
        using var target = new GgufWriter();
        AddProperties(target);
        AddVocabulary(target, tokenizer);

        target.AddF16("token_embd.weight", source["unknown"]);
        target.AddF32("position_embd.weight", source["unknown_0"]);
        target.AddF32("token_types.weight", source["unknown_1"]);
        AddNorm("token_embd_norm", "embeddings/LayerNorm");
        for (int layer = 0; layer < Layers; layer++)
        {
            (string to, string from) = ($"blk.{layer}.", $"encoder/layer_._{layer}/");
            AddDense(to + "attn_q", from + "attention/self/query");
            AddDense(to + "attn_k", from + "attention/self/key");
            AddDense(to + "attn_v", from + "attention/self/value");
            AddDense(to + "attn_output", from + "attention/output/dense");
            AddNorm(to + "attn_output_norm", from + "attention/output/LayerNorm");
            AddDense(to + "ffn_up", from + "intermediate/dense");
            AddDense(to + "ffn_down", from + "output/dense");
            AddNorm(to + "layer_output_norm", from + "output/LayerNorm");
        }

        target.Save(output);

        void AddDense(string to, string from)
        {
            target.AddF16(to + ".weight", source.Kernel(from + "/Tensordot/ReadVariableOp"));
            target.AddF32(to + ".bias", source[from + "/BiasAdd/ReadVariableOp"]);
        }

        void AddNorm(string to, string from)
        {
            target.AddF32(to + ".weight", source[from + "/batchnorm/mul/ReadVariableOp"]);
            target.AddF32(to + ".bias", source[from + "/batchnorm/ReadVariableOp"]);
        }
    }

    private static void AddProperties(GgufWriter target)
    {
        target.Add("general.architecture", "bert");
        target.Add("general.name", "all-MiniLM-L6-v2");
        target.Add("general.license", "apache-2.0");
        target.Add("general.file_type", 1u); // mostly F16
        target.Add("bert.block_count", (uint)Layers);
        target.Add("bert.context_length", 512u);
        target.Add("bert.embedding_length", 384u);
        target.Add("bert.feed_forward_length", 1536u);
        target.Add("bert.attention.head_count", 12u);
        target.Add("bert.attention.layer_norm_epsilon", 1e-12f);
        target.Add("bert.attention.causal", false);
        target.Add("bert.pooling_type", 1u); // mean
    }

    /// <summary>llama.cpp marks where a word begins with U+2581, where WordPiece marks with ## what continues one.</summary>
    private static void AddVocabulary(GgufWriter target, string tokenizer)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(tokenizer));
            JsonProperty[] vocabulary = [.. json.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject()];
            string[] tokens = new string[vocabulary.Length];
            int[] types = new int[vocabulary.Length];
            Array.Fill(types, Normal);
            foreach (JsonProperty token in vocabulary)
            {
                bool continues = token.Name.Length > 2 && token.Name.StartsWith("##", StringComparison.Ordinal);
                tokens[token.Value.GetInt32()] = continues ? token.Name[2..] : "\u2581" + token.Name;
            }

            foreach (JsonElement special in json.RootElement.GetProperty("added_tokens").EnumerateArray())
            {
                int id = special.GetProperty("id").GetInt32();
                tokens[id] = special.GetProperty("content").GetString()!;
                types[id] = Control;
            }

            target.Add("tokenizer.ggml.model", "bert");
            target.Add("tokenizer.ggml.token_type_count", 2u);
            target.Add("tokenizer.ggml.tokens", tokens);
            target.Add("tokenizer.ggml.token_type", types);
            target.Add("tokenizer.ggml.bos_token_id", 101u);
            target.Add("tokenizer.ggml.cls_token_id", 101u);
            target.Add("tokenizer.ggml.seperator_token_id", 102u); // The format spells it so.
            target.Add("tokenizer.ggml.unknown_token_id", 100u);
            target.Add("tokenizer.ggml.padding_token_id", 0u);
            target.Add("tokenizer.ggml.mask_token_id", 103u);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new StarterException($"{tokenizer} is no WordPiece vocabulary: {e.Message}", e);
        }
    }
}
