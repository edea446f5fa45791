using System.Runtime.InteropServices;

namespace Dragoman.Starter.Native;

/// <summary>
/// A reusable batch with room for a fixed number of tokens, each of one sequence. It checks what the native library only asserts.
/// </summary>
internal sealed unsafe class LlamaBatch : IDisposable
{
    private readonly int _capacity;
    private readonly int _sequences;
    private readonly int _vocabulary;
    private readonly int _maxPosition;
    private Batch _batch;

    /// <param name="capacity">Most tokens at once; at most the context's physical batch.</param>
    /// <param name="sequences">Sequence ids run from 0 to one below this.</param>
    /// <param name="vocabulary">Token ids run from 0 to one below this.</param>
    /// <param name="positions">Positions run from 0 to one below this.</param>
    public LlamaBatch(int capacity, int sequences, int vocabulary, int positions)
    {
        (_capacity, _sequences, _vocabulary, _maxPosition) = (capacity, sequences, vocabulary, positions);
        nuint n = (nuint)capacity;
        _batch = new Batch
        {
            Tokens = (int*)NativeMemory.AllocZeroed(n, sizeof(int)),
            Positions = (int*)NativeMemory.AllocZeroed(n, sizeof(int)),
            SequenceCounts = (int*)NativeMemory.AllocZeroed(n, sizeof(int)),
            SequenceIds = (int**)NativeMemory.AllocZeroed(n, (nuint)sizeof(int*)),
            WantLogits = (sbyte*)NativeMemory.AllocZeroed(n, 1),
        };
        int* ids = (int*)NativeMemory.AllocZeroed(n, sizeof(int));
        for (int i = 0; i < capacity; i++)
        {
            _batch.SequenceCounts[i] = 1;
            _batch.SequenceIds[i] = ids + i;
        }
    }

    public int Count => _batch.Count;

    public int Room => _capacity - _batch.Count;

    public void Clear() => _batch.Count = 0;

    /// <summary>Adds a token and returns its index, by which its logits are asked for after decoding.</summary>
    /// <exception cref="InvalidOperationException">A value that would end the process inside the native library.</exception>
    public int Add(int token, int position, int sequence, bool wantLogits)
    {
        if (_batch.Count >= _capacity || (uint)token >= (uint)_vocabulary || (uint)position >= (uint)_maxPosition
            || (uint)sequence >= (uint)_sequences)
        {
            throw new InvalidOperationException(
                $"token {token} at position {position} of sequence {sequence} does not fit a batch of {_batch.Count}/{_capacity}");
        }

        int i = _batch.Count++;
        _batch.Tokens[i] = token;
        _batch.Positions[i] = position;
        _batch.SequenceIds[i][0] = sequence;
        _batch.WantLogits[i] = wantLogits ? (sbyte)1 : (sbyte)0;
        return i;
    }

    /// <summary>0 on success; other values as in <c>llama_decode</c>.</summary>
    public int Decode(ContextHandle context) => _batch.Count == 0 ? 0 : Llama.llama_decode(context, _batch);

    /// <summary>0 on success; other values as in <c>llama_encode</c>.</summary>
    public int Encode(ContextHandle context) => _batch.Count == 0 ? 0 : Llama.llama_encode(context, _batch);

    /// <summary>Samples from the logits of the token at <paramref name="index"/> of the batch decoded last.</summary>
    public int Sample(SamplerHandle sampler, ContextHandle context, int index)
    {
        if ((uint)index >= (uint)_batch.Count || _batch.WantLogits[index] == 0)
        {
            throw new InvalidOperationException($"no logits at {index}");
        }

        return Llama.llama_sampler_sample(sampler, context, index);
    }

    public void Dispose()
    {
        if (_batch.Tokens == null)
        {
            return;
        }

        NativeMemory.Free(_batch.SequenceIds[0]);
        NativeMemory.Free(_batch.Tokens);
        NativeMemory.Free(_batch.Positions);
        NativeMemory.Free(_batch.SequenceCounts);
        NativeMemory.Free(_batch.SequenceIds);
        NativeMemory.Free(_batch.WantLogits);
        _batch = default;
    }
}
