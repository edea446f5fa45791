namespace Dragoman.Starter.Generation;

/// <summary>Turns conversations into tokens, keeping what callers write apart from what steers the model.</summary>
internal sealed class PromptBuilder
{
    private readonly LanguageModel _model;
    private readonly ChatTemplate _template;

    public PromptBuilder(LanguageModel model, ChatTemplate template)
    {
        _model = model;
        _template = template;
        PlainMarkers = [.. template.Markers().Where(m => !IsControlToken(m))];
    }

    /// <summary>
    /// Markers of the template that the vocabulary has no control token for. Read in a caller's text they would look like the
    /// template's own, so there a space is put into them; written by the model they end its answer.
    /// </summary>
    public IReadOnlyList<string> PlainMarkers { get; }

    /// <summary>Token ids of the whole prompt, or null when the template has no place for one of the turns.</summary>
    public int[]? Build(IReadOnlyList<ChatTurn> turns)
    {
        if (_template.Render(turns) is not { } pieces)
        {
            return null;
        }

        var tokens = new List<int>();
        foreach (PromptPiece piece in pieces)
        {
            string text = piece.IsTemplate ? piece.Text : Defuse(piece.Text);
            tokens.AddRange(tokens.Count == 0
                ? _model.Tokenize(text, addSpecial: true, piece.IsTemplate)
                : _model.TokenizeInside(text, piece.IsTemplate));
        }

        return [.. tokens];
    }

    /// <summary>Breaks plain markers up: <c>&lt;|user|&gt;</c> becomes <c>&lt; |user|&gt;</c>.</summary>
    internal string Defuse(string text)
    {
        foreach (string marker in PlainMarkers)
        {
            text = text.Replace(marker, marker[..1] + " " + marker[1..], StringComparison.Ordinal);
        }

        return text;
    }

    private bool IsControlToken(string marker)
    {
        int[] tokens = _model.TokenizeInside(marker, parseSpecial: true);
        return tokens.Length == 1 && (_model.IsControl(tokens[0]) || _model.EndsGeneration(tokens[0]));
    }
}
