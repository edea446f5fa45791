using System.Text;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Dragoman.Server.Knowledge;

/// <summary>Words as the full text has them. Chinese and Japanese are written without spaces: there each character is a word, and a word a phrase.</summary>
internal sealed class WordText : IDisposable
{
    private readonly Lock _probing = new();
    private readonly SqliteConnection _probe = new("Data Source=:memory:;Pooling=False");

    public WordText()
    {
        _probe.Open();
        _probe.Execute($"""
            CREATE VIRTUAL TABLE probe USING fts5 (term, content = '', tokenize = '{ChunkFile.Tokenizer}');
            CREATE VIRTUAL TABLE tokens USING fts5vocab (probe, instance);
            """);
    }

    /// <summary>What is given to the full text in place of a text.</summary>
    public static string Spaced(string text)
    {
        if (!text.Any(IsWord))
        {
            return text;
        }

        var spaced = new StringBuilder(text.Length * 2);
        foreach (var c in text)
        {
            _ = IsWord(c) ? spaced.Append(' ').Append(c).Append(' ') : spaced.Append(c);
        }

        return spaced.ToString();
    }

    /// <summary>An expression of FTS5 that finds the term as a phrase, whatever characters are in it.</summary>
    public static string Phrase(string term) => $"\"{Spaced(term).Replace('\0', ' ').Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The words of each term, folded and stemmed; none where it has no letter or digit.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Split(IReadOnlyList<string> terms)
    {
        var words = terms.Select(_ => new List<string>()).ToArray();
        lock (_probing)
        {
            using var transaction = _probe.BeginTransaction();
            for (var i = 0; i < terms.Count; i++)
            {
                _probe.Run(
                    "INSERT INTO probe (rowid, term) VALUES (@row, @term)", transaction, ("@row", i), ("@term", Spaced(terms[i]).Replace('\0', ' ')));
            }

            using (var tokens = _probe.Read("SELECT doc, term FROM tokens ORDER BY doc, \"offset\"", transaction))
            {
                while (tokens.Read())
                {
                    words[tokens.GetInt32(0)].Add(tokens.GetString(1));
                }
            }

            // Rolled back: nothing of a question stays.
        }

        return words;
    }

    public void Dispose() => _probe.Dispose();

    /// <summary>Ideographs of the basic plane, Hiragana and Katakana.</summary>
    private static bool IsWord(char c) => c is >= '\u3040' and <= '\u30ff' or >= '\u3400' and <= '\u4dbf' or >= '\u4e00' and <= '\u9fff' or >= '\uf900' and <= '\ufaff';
}
