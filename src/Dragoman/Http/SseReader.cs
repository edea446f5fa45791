using System.Text;

namespace Dragoman.Http;

/// <summary>
/// Takes a stream of server-sent events apart, whatever the borders at which its bytes arrive (WHATWG HTML, "Server-sent events").
/// Bytes are fed as they come; each whole event is handed over as soon as its blank line is seen.
/// </summary>
/// <param name="maxEventBytes">The longest event that is held; a longer one is an <see cref="InvalidDataException"/>.</param>
public sealed class SseReader(int maxEventBytes = 16 * 1024 * 1024) : IDisposable
{
    private readonly PooledBuffer _line = new();
    private readonly PooledBuffer _data = new();
    private string _eventName = "";
    private string _lastName = "";
    private bool _hasData;
    private bool _lastWasCarriageReturn;
    private bool _isFirstLine = true;

    /// <summary>One whole event: its name (empty where none was given) and its data lines joined by line feeds.</summary>
    public delegate void EventHandler<TState>(string name, ReadOnlySpan<byte> data, TState state);

    /// <summary>Feeds the next bytes; calls <paramref name="onEvent"/> for each event that they complete.</summary>
    public void Feed<TState>(ReadOnlySpan<byte> bytes, TState state, EventHandler<TState> onEvent)
    {
        while (!bytes.IsEmpty)
        {
            if (_lastWasCarriageReturn)
            {
                _lastWasCarriageReturn = false;
                if (bytes[0] == (byte)'\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }

            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Hold(bytes);
                return;
            }

            _lastWasCarriageReturn = bytes[end] == (byte)'\r';
            if (_line.Length == 0)
            {
                TakeLine(bytes[..end], state, onEvent);
            }
            else
            {
                Hold(bytes[..end]);
                TakeLine(_line.WrittenSpan, state, onEvent);
                _line.Clear();
            }

            bytes = bytes[(end + 1)..];
        }
    }

    public void Dispose()
    {
        _line.Dispose();
        _data.Dispose();
    }

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (_line.Length + _data.Length + bytes.Length > maxEventBytes)
        {
            throw new InvalidDataException("A server-sent event is longer than allowed.");
        }

        bytes.CopyTo(_line.GetSpan(bytes.Length));
        _line.Advance(bytes.Length);
    }

    private void TakeLine<TState>(ReadOnlySpan<byte> line, TState state, EventHandler<TState> onEvent)
    {
        if (_isFirstLine)
        {
            _isFirstLine = false;
            if (line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }
        }

        if (line.IsEmpty)
        {
            if (_hasData)
            {
                onEvent(_eventName, _data.WrittenSpan, state);
            }

            _data.Clear();
            _hasData = false;
            _eventName = "";
            return;
        }

        var colon = line.IndexOf((byte)':');
        if (colon == 0)
        {
            return; // A comment, used to keep connections alive.
        }

        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? [] : line[(colon + 1)..];
        if (value is [(byte)' ', ..])
        {
            value = value[1..];
        }

        if (field.SequenceEqual("data"u8))
        {
            TakeData(value);
        }
        else if (field.SequenceEqual("event"u8))
        {
            // The same few names come again and again.
            if (!Ascii.Equals(value, _lastName))
            {
                _lastName = Encoding.UTF8.GetString(value);
            }

            _eventName = _lastName;
        }
    }

    private void TakeData(ReadOnlySpan<byte> value)
    {
        if (_data.Length + value.Length > maxEventBytes)
        {
            throw new InvalidDataException("A server-sent event is longer than allowed.");
        }

        if (_hasData)
        {
            _data.GetSpan(1)[0] = (byte)'\n';
            _data.Advance(1);
        }

        value.CopyTo(_data.GetSpan(value.Length));
        _data.Advance(value.Length);
        _hasData = true;
    }
}
