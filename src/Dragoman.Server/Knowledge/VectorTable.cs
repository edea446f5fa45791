namespace Dragoman.Server.Knowledge;

/// <summary>
/// The vectors of one project in memory, a byte a dimension, in the order of their chunks' numbers: enough to say which few are worth an exact look. One
/// writer at a time appends and removes; scans need no lock. They see whole documents up to <see cref="Scan.Horizon"/>, and what is removed meanwhile they may
/// or may not see.
/// </summary>
internal sealed class VectorTable(int dimensions)
{
    private const int RowsABlock = 1024;

    private readonly int _stride = Int8Vector.Stride(dimensions);

    // Replaced whole when it grows; rows below the count never change but for their document.
    private volatile Rows _rows = new([], 0);
    private int _removed;

    public int Dimensions { get; } = dimensions;

    public int Count => _rows.Count - _removed;

    public long Bytes => (long)_rows.Blocks.Length * RowsABlock * (_stride + sizeof(float) + (2 * sizeof(long)));

    /// <summary>More than half of it is of no use.</summary>
    public bool IsSparse => _removed > RowsABlock && _removed > Count;

    /// <summary>Makes a document's chunks visible, all at once.</summary>
    public void Append(long document, IReadOnlyList<long> chunks, IReadOnlyList<float[]> vectors)
    {
        var writer = Write();
        for (var i = 0; i < chunks.Count; i++)
        {
            writer.Add(chunks[i], document, vectors[i]);
        }

        writer.Publish();
    }

    /// <summary>For whoever adds many rows and shows them at the end.</summary>
    public Writer Write() => new(this);

    /// <summary>Rows that the predicate names, by document and chunk, are found no more.</summary>
    public void Remove(Func<long, long, bool> isGone)
    {
        var rows = _rows;
        for (var row = 0; row < rows.Count; row++)
        {
            var block = rows.Blocks[row / RowsABlock];
            ref var document = ref block.Documents[row % RowsABlock];
            if (document != 0 && isGone(document, block.Chunks[row % RowsABlock]))
            {
                Volatile.Write(ref document, 0);
                _removed++;
            }
        }
    }

    public Scan Look() => new(_rows, _stride);

    /// <summary>One state of the table.</summary>
    internal readonly struct Scan
    {
        private readonly Rows _rows;
        private readonly int _stride;

        internal Scan(Rows rows, int stride) => (_rows, _stride) = (rows, stride);

        /// <summary>The highest number of a chunk in it.</summary>
        public long Horizon => _rows.Count == 0 ? 0 : ChunkAt(_rows.Count - 1);

        /// <summary>The chunks nearest to the vector, about; in no order.</summary>
        /// <param name="documents">Only chunks of these; <c>null</c> lets all through.</param>
        public long[] Nearest(ReadOnlySpan<float> vector, int count, HashSet<long>? documents)
        {
            var query = new short[_stride];
            Int8Vector.QuantizeQuery(vector, query);
            count = Math.Min(count, _rows.Count);
            var best = new PriorityQueue<long, float>(count + 1);
            var bar = float.NegativeInfinity;
            for (var b = 0; b * RowsABlock < _rows.Count; b++)
            {
                var block = _rows.Blocks[b];
                var rows = Math.Min(RowsABlock, _rows.Count - (b * RowsABlock));
                for (var row = 0; row < rows; row++)
                {
                    var document = Volatile.Read(ref block.Documents[row]);
                    if (document == 0 || documents is not null && !documents.Contains(document))
                    {
                        continue;
                    }

                    var score = block.Scales[row] * Int8Vector.Dot(query, block.Values.AsSpan(row * _stride, _stride));
                    if (score > bar || best.Count < count)
                    {
                        best.Enqueue(block.Chunks[row], score);
                        if (best.Count > count)
                        {
                            best.Dequeue();
                        }

                        best.TryPeek(out _, out bar);
                    }
                }
            }

            return [.. best.UnorderedItems.Select(item => item.Element)];
        }

        /// <summary>0 where there is no such chunk in it.</summary>
        public long DocumentOf(long chunk)
        {
            var (low, high) = (0, _rows.Count - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                switch (ChunkAt(middle).CompareTo(chunk))
                {
                    case < 0:
                        low = middle + 1;
                        break;
                    case > 0:
                        high = middle - 1;
                        break;
                    default:
                        return Volatile.Read(ref _rows.Blocks[middle / RowsABlock].Documents[middle % RowsABlock]);
                }
            }

            return 0;
        }

        private long ChunkAt(int row) => _rows.Blocks[row / RowsABlock].Chunks[row % RowsABlock];
    }

    internal ref struct Writer(VectorTable table)
    {
        private Block[] _blocks = table._rows.Blocks;
        private int _count = table._rows.Count;

        /// <param name="chunk">Higher than every former one's.</param>
        public void Add(long chunk, long document, ReadOnlySpan<float> vector)
        {
            if (_count == _blocks.Length * RowsABlock)
            {
                _blocks = [.. _blocks, new Block(table._stride)];
            }

            var (block, row) = (_blocks[_count / RowsABlock], _count % RowsABlock);
            block.Chunks[row] = chunk;
            block.Documents[row] = document;
            block.Scales[row] = Int8Vector.Quantize(vector, block.Values.AsSpan(row * table._stride, table._stride));
            _count++;
        }

        public readonly void Publish() => table._rows = new Rows(_blocks, _count);
    }

    internal sealed record Rows(Block[] Blocks, int Count);

    internal sealed class Block(int stride)
    {
        public sbyte[] Values { get; } = GC.AllocateUninitializedArray<sbyte>(RowsABlock * stride);

        public float[] Scales { get; } = new float[RowsABlock];

        public long[] Chunks { get; } = new long[RowsABlock];

        /// <summary>0 for what was removed.</summary>
        public long[] Documents { get; } = new long[RowsABlock];
    }
}
