using System.Globalization;

namespace Dragoman.Server.Extraction.Formats;

/// <summary>
/// Rows of a table whose first row names its columns: each a paragraph of lines <c>name: value</c>, so that a row says all there is to it wherever the table
/// is cut. Where the first row holds a number it is taken for data, and columns are named by their place. Rows of one cell above the table are its title.
/// </summary>
internal sealed class TableRows(SectionWriter sections)
{
    private IReadOnlyList<string>? _names;
    private bool _hasRows;

    public void Add(IReadOnlyList<string> cells)
    {
        var filled = cells.Count(cell => !string.IsNullOrWhiteSpace(cell));
        if (filled == 0)
        {
            return;
        }

        if (_names is null && filled == 1)
        {
            sections.Paragraph();
            sections.Text(cells.First(cell => !string.IsNullOrWhiteSpace(cell)));
            return;
        }

        if (_names is null)
        {
            var isHeader = !cells.Any(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out _));
            _names = isHeader ? cells : [];
            if (isHeader)
            {
                return;
            }
        }

        _hasRows = true;
        sections.Paragraph();
        for (var i = 0; i < cells.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(cells[i]))
            {
                sections.Line();
                sections.Text(NameOf(i));
                sections.Text(": ");
                sections.Text(cells[i]);
            }
        }
    }

    /// <summary>A table that is all header is its text.</summary>
    public void End()
    {
        if (!_hasRows && _names is { Count: > 0 } names)
        {
            sections.Paragraph();
            sections.Text(string.Join(" | ", names));
        }

        sections.Paragraph();
    }

    private string NameOf(int column) =>
        column < _names!.Count && !string.IsNullOrWhiteSpace(_names[column]) ? _names[column] : string.Create(CultureInfo.InvariantCulture, $"column {column + 1}");
}
