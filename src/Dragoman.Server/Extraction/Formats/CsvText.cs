using System.Globalization;
using System.Text;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// Comma-separated values (RFC 4180), also with semicolons or tabs. Rows may have fewer or more cells than the first; quotes inside an unquoted cell stand
/// for themselves.
/// </summary>
internal static class CsvText
{
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <exception cref="UnreadableDocumentException">A quote is never closed.</exception>
    public static void Read(TextReader text, SectionWriter sections)
    {
        var rows = new TableRows(sections);
        var reader = new RowReader(text);
        while (reader.Read() is { } cells)
        {
            rows.Add(cells);
        }

        rows.End();
    }

    /// <summary>Reads rows; the separator is the one that the first line has most of outside quotes.</summary>
    private sealed class RowReader(TextReader text)
    {
        private const int LongestCell = 1024 * 1024;

        // Of the start, to find the separator by.
        private readonly char[] _buffer = new char[64 * 1024];
        private int _length;
        private int _next;
        private int _line = 1;
        private char? _separator;

        public List<string>? Read()
        {
            if (Peek() < 0)
            {
                return null;
            }

            _separator ??= FindSeparator();
            var cells = new List<string>();
            var cell = new StringBuilder();
            while (true)
            {
                switch (Peek())
                {
                    case '"' when cell.Length == 0:
                        ReadQuoted(cell);
                        break;
                    case < 0 or '\n' or '\r':
                        ReadLineEnd();
                        cells.Add(cell.ToString());
                        return cells;
                    case var character when character == _separator:
                        _next++;
                        cells.Add(cell.ToString());
                        cell.Clear();
                        break;
                    default:
                        Append(cell);
                        break;
                }
            }
        }

        private void ReadQuoted(StringBuilder cell)
        {
            var line = _line;
            _next++;
            while (true)
            {
                switch (Peek())
                {
                    case < 0:
                        throw Unclosed(line);
                    case '"':
                        _next++;
                        if (Peek() != '"')
                        {
                            return;
                        }

                        Append(cell);
                        break;
                    case var character:
                        _line += character == '\n' ? 1 : 0;
                        if (cell.Length == LongestCell)
                        {
                            throw Unclosed(line);
                        }

                        Append(cell);
                        break;
                }
            }
        }

        private void ReadLineEnd()
        {
            _line++;
            if (Peek() == '\r')
            {
                _next++;
            }

            if (Peek() == '\n')
            {
                _next++;
            }
        }

        private void Append(StringBuilder cell) => cell.Append(_buffer[_next++]);

        private int Peek()
        {
            if (_next == _length)
            {
                _next = 0;
                _length = text.ReadBlock(_buffer);
            }

            return _length == 0 ? -1 : _buffer[_next];
        }

        private char FindSeparator()
        {
            Span<int> counts = stackalloc int[Separators.Length];
            var isQuoted = false;
            foreach (var character in _buffer.AsSpan(0, _length))
            {
                isQuoted ^= character == '"';
                if (isQuoted)
                {
                    continue;
                }

                if (character is '\n' or '\r')
                {
                    break;
                }

                var known = Array.IndexOf(Separators, character);
                if (known >= 0)
                {
                    counts[known]++;
                }
            }

            return Separators[counts.IndexOf(Math.Max(counts[0], Math.Max(counts[1], counts[2])))];
        }

        private static UnreadableDocumentException Unclosed(int line) => new(string.Create(
            CultureInfo.InvariantCulture, $"The CSV file has a quote in line {line} that is not closed."));
    }
}
