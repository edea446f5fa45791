namespace Dragoman.Dialects.EdenAI;

/// <summary>What is wrong with a request, field by field in the order in which it was found; all of it, so that a caller mends it in one go.</summary>
internal sealed class FieldErrors
{
    private readonly List<(string Field, List<string> Texts)> _fields = [];

    public FieldErrors()
    {
    }

    public FieldErrors(string field, string text) => Add(field, text);

    public bool Any => _fields.Count > 0;

    public IEnumerable<(string Field, IReadOnlyList<string> Texts)> All => _fields.Select(entry => (entry.Field, (IReadOnlyList<string>)entry.Texts));

    public void Add(string field, string text)
    {
        foreach (var (known, texts) in _fields)
        {
            if (known == field)
            {
                texts.Add(text);
                return;
            }
        }

        _fields.Add((field, [text]));
    }
}
