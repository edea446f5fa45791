using System.Text;

namespace Dragoman.Starter.Pictures.Reading;

/// <summary>A word of a prompt, in lower case; empty for a punctuation mark that ends what stands before it.</summary>
/// <param name="StartsPhrase">An article stood before it.</param>
internal readonly record struct PromptWord(string Text, bool StartsPhrase)
{
    public bool IsMark => Text.Length == 0;
}

/// <summary>Cuts a prompt into words.</summary>
internal static class PromptWords
{
    /// <summary>What stands further back than so many characters is not read.</summary>
    public const int MostCharacters = 2000;

    /// <summary>The words without articles and copulas; hyphens part words, and a possessive's "'s" is dropped.</summary>
    public static List<PromptWord> Cut(string prompt, Vocabulary vocabulary)
    {
        var words = new List<PromptWord>();
        var word = new StringBuilder();
        bool startsPhrase = false;
        foreach (Rune rune in prompt.AsSpan(0, Math.Min(prompt.Length, MostCharacters)).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value == '&')
            {
                word.Append(Rune.ToLowerInvariant(rune));
            }
            else if (rune.Value is '\'' or '\u2019')
            {
                word.Append('\'');
            }
            else
            {
                EndWord();
                if (!Rune.IsWhiteSpace(rune) && rune.Value is not ('-' or '"') && words is [.., { IsMark: false }])
                {
                    words.Add(new PromptWord("", StartsPhrase: false));
                }
            }
        }

        EndWord();
        return words;

        void EndWord()
        {
            string text = word.ToString().Trim('\'');
            text = text.EndsWith("'s", StringComparison.Ordinal) ? text[..^2] : text;
            word.Clear();
            Role role = text.Length == 0 ? Role.Copula : vocabulary.Find([text], out _)?.Role ?? Role.None;
            if (role == Role.Article)
            {
                startsPhrase = true;
            }
            else if (role != Role.Copula)
            {
                words.Add(new PromptWord(text, startsPhrase));
                startsPhrase = false;
            }
        }
    }
}
