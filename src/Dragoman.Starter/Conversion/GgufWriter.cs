using System.Runtime.InteropServices;
using System.Text;

namespace Dragoman.Starter.Conversion;

/// <summary>
/// Writes GGUF version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): header, key-value pairs, list of tensors, then their data, each
/// aligned to 32 bytes. The same input gives the same bytes.
/// </summary>
internal sealed class GgufWriter : IDisposable
{
    private const int Alignment = 32;

    // Numbers of the format: types of a value, types of a tensor.
    private const uint UInt32 = 4, Int32 = 5, Float32 = 6, Bool = 7, String = 8, Array = 9;
    private const uint TensorF32 = 0, TensorF16 = 1;

    private readonly MemoryStream _pairs = new();
    private readonly MemoryStream _list = new();
    private readonly List<byte[]> _data = [];
    private ulong _pairCount;
    private ulong _offset;

    public void Add(string key, uint value) => Pair(key, UInt32, w => w.Write(value));

    public void Add(string key, float value) => Pair(key, Float32, w => w.Write(value));

    public void Add(string key, bool value) => Pair(key, Bool, w => w.Write(value));

    public void Add(string key, string value) => Pair(key, String, w => Text(w, value));

    public void Add(string key, string[] values) => Pair(key, Array, w =>
    {
        w.Write(String);
        w.Write((ulong)values.Length);
        System.Array.ForEach(values, value => Text(w, value));
    });

    public void Add(string key, int[] values) => Pair(key, Array, w =>
    {
        w.Write(Int32);
        w.Write((ulong)values.Length);
        System.Array.ForEach(values, w.Write);
    });

    /// <summary>A tensor in 32 bits a number: the small ones, whose rounding would tell.</summary>
    public void AddF32(string name, Tensor tensor) => AddTensor(name, tensor, TensorF32, MemoryMarshal.AsBytes<float>(tensor.Values).ToArray());

    /// <summary>A tensor in 16 bits a number.</summary>
    public void AddF16(string name, Tensor tensor) =>
        AddTensor(name, tensor, TensorF16, MemoryMarshal.AsBytes<Half>(System.Array.ConvertAll(tensor.Values, v => (Half)v)).ToArray());

    public void Save(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_data.Count);
        writer.Write(_pairCount);
        _pairs.WriteTo(writer.BaseStream);
        _list.WriteTo(writer.BaseStream);
        Pad(writer);
        foreach (byte[] bytes in _data)
        {
            writer.Write(bytes);
            Pad(writer);
        }
    }

    public void Dispose()
    {
        _pairs.Dispose();
        _list.Dispose();
    }

    private void AddTensor(string name, Tensor tensor, uint type, byte[] bytes)
    {
        using var writer = new BinaryWriter(_list, Encoding.UTF8, leaveOpen: true);
        Text(writer, name);
        writer.Write((uint)tensor.Shape.Length);
        foreach (int dimension in tensor.Shape.Reverse()) // The format names the contiguous dimension first.
        {
            writer.Write((ulong)dimension);
        }

        writer.Write(type);
        writer.Write(_offset);
        _data.Add(bytes);
        _offset += (ulong)Padded(bytes.Length);
    }

    private void Pair(string key, uint type, Action<BinaryWriter> value)
    {
        using var writer = new BinaryWriter(_pairs, Encoding.UTF8, leaveOpen: true);
        Text(writer, key);
        writer.Write(type);
        value(writer);
        _pairCount++;
    }

    private static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(BinaryWriter writer)
    {
        long position = writer.BaseStream.Position;
        writer.Write(new byte[Padded(position) - position]);
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
