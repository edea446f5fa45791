using System.Text.Json;

namespace Dragoman.Starter.Conversion;

/// <summary>Numbers of a tensor, the last dimension contiguous.</summary>
internal sealed record Tensor(int[] Shape, float[] Values);

/// <summary>
/// Weights of a TensorFlow.js graph model (https://www.tensorflow.org/js/guide/save_load, <c>weightsManifest</c>) whose tensors are quantised to one
/// byte a number.
/// </summary>
internal sealed class TfjsWeights
{
    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <param name="manifest">The file <c>model.json</c>; the weights are in the file beside it that it names.</param>
    /// <param name="prefix">What all names begin with; it is left out.</param>
    /// <exception cref="StarterException">A file is missing or is no such model.</exception>
    public TfjsWeights(string manifest, string prefix)
    {
        try
        {
            using JsonDocument model = JsonDocument.Parse(File.ReadAllBytes(manifest));
            JsonElement group = model.RootElement.GetProperty("weightsManifest")[0];
            string shard = Path.GetFileName(group.GetProperty("paths")[0].GetString()!);
            Read(group.GetProperty("weights"), File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(manifest)!, shard)), prefix);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new StarterException($"{manifest} is no TensorFlow.js model with its weights beside it: {e.Message}", e);
        }
    }

    /// <exception cref="StarterException">There is no such tensor.</exception>
    public Tensor this[string name] => _tensors.GetValueOrDefault(name) ?? throw new StarterException($"the model has no tensor {name}");

    /// <summary>A dense layer's kernel, which lies as [inputs, outputs], turned to [outputs, inputs]: a row holds one output's weights.</summary>
    public Tensor Kernel(string name)
    {
        (int[] shape, float[] values) = this[name];
        (int inputs, int outputs) = (shape[0], shape[1]);
        float[] turned = new float[values.Length];
        for (int i = 0; i < inputs; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                turned[o * inputs + i] = values[i * outputs + o];
            }
        }

        return new Tensor([outputs, inputs], turned);
    }

    private void Read(JsonElement weights, byte[] bytes, string prefix)
    {
        int offset = 0;
        foreach (JsonElement weight in weights.EnumerateArray())
        {
            int[] shape = [.. weight.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
            int count = shape.Aggregate(1, (a, b) => a * b);
            if (!weight.TryGetProperty("quantization", out JsonElement quantisation))
            {
                offset += sizeof(int) * count; // An integer constant of the graph, no weight.
                continue;
            }

            (float min, float scale) = (quantisation.GetProperty("min").GetSingle(), quantisation.GetProperty("scale").GetSingle());
            float[] values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = bytes[offset + i] * scale + min;
            }

            offset += count;
            _tensors[weight.GetProperty("name").GetString()!.Replace(prefix, "", StringComparison.Ordinal)] = new Tensor(shape, values);
        }
    }
}
