using System.Buffers;
using System.Text;

namespace Dragoman.Starter.Generation;

/// <summary>Joins tokens' bytes into text. A character that is not complete yet is held back; bytes that can never become one turn into U+FFFD.</summary>
internal sealed class Utf8Assembler
{
    private readonly byte[] _held = new byte[4];
    private int _heldCount;

    /// <summary>Takes more bytes and returns all characters complete by now.</summary>
    public string Append(ReadOnlySpan<byte> bytes)
    {
        if (_heldCount == 0 && Ascii.IsValid(bytes))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        byte[] joined = new byte[_heldCount + bytes.Length];
        _held.AsSpan(0, _heldCount).CopyTo(joined);
        bytes.CopyTo(joined.AsSpan(_heldCount));
        int complete = CompleteLength(joined);
        _heldCount = joined.Length - complete;
        joined.AsSpan(complete).CopyTo(_held);
        return Encoding.UTF8.GetString(joined, 0, complete);
    }

    // An incomplete character is at most 3 bytes at the very end, and decoding it says that more data is needed.
    private static int CompleteLength(ReadOnlySpan<byte> bytes)
    {
        for (int tail = Math.Min(3, bytes.Length); tail > 0; tail--)
        {
            if (Rune.DecodeFromUtf8(bytes[^tail..], out _, out int consumed) == OperationStatus.NeedMoreData && consumed == tail)
            {
                return bytes.Length - tail;
            }
        }

        return bytes.Length;
    }
}
