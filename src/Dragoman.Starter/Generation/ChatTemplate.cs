using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Dragoman.Starter.Native;

namespace Dragoman.Starter.Generation;

/// <summary>One message of a conversation; <paramref name="Role"/> is <c>system</c>, <c>user</c> or <c>assistant</c>.</summary>
internal readonly record struct ChatTurn(string Role, string Text);

/// <summary>A stretch of a prompt: the template's own text, in which control tokens count, or a caller's, in which they do not.</summary>
internal readonly record struct PromptPiece(string Text, bool IsTemplate);

/// <summary>Lays a conversation out the way a model was trained on it.</summary>
internal sealed unsafe partial class ChatTemplate
{
    private const string Zephyr = "zephyr";
    private const string PlaceholderStart = "Qzslot";
    private readonly string _template;
    private readonly string? _zephyrEnd;

    private ChatTemplate(string template, string? zephyrEnd)
    {
        _template = template;
        _zephyrEnd = zephyrEnd;
    }

    /// <summary>Finds the template to use.</summary>
    /// <param name="modelTemplate">The Jinja text in the model's file.</param>
    /// <param name="overrideName">A name that llama.cpp knows, such as <c>chatml</c> or <c>llama3</c>; wins over the model's own.</param>
    /// <param name="endOfSequence">Text of the model's end-of-sequence token.</param>
    /// <exception cref="StarterException">No template, or one that is not known.</exception>
    public static ChatTemplate Choose(string? modelTemplate, string? overrideName, string endOfSequence)
    {
        string source = overrideName ?? modelTemplate
            ?? throw new StarterException("the model has no chat template; name one with --chat-template (for example chatml)");
        if (IsZephyr(source))
        {
            return new ChatTemplate(source, endOfSequence);
        }

        var template = new ChatTemplate(source, null);
        if (template.RenderNative(["user"], openAssistant: true) is null)
        {
            throw new StarterException(overrideName is null
                ? "the model's chat template is not one that llama.cpp knows; name one with --chat-template (for example chatml)"
                : $"llama.cpp knows no chat template named {overrideName}");
        }

        return template;
    }

    /// <summary>
    /// The conversation as pieces, ending where the assistant is to speak. Null when the template has no place for one of the turns.
    /// </summary>
    public List<PromptPiece>? Render(IReadOnlyList<ChatTurn> turns) =>
        Split([.. turns.Select(t => t.Role)], [.. turns.Select(t => t.Text)], openAssistant: true);

    /// <summary>Markers such as <c>&lt;|user|&gt;</c> that the template puts around turns, each once.</summary>
    public IReadOnlyList<string> Markers()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string role in (ReadOnlySpan<string>)["system", "user", "assistant"])
        {
            foreach (PromptPiece piece in Split([role], [""], openAssistant: true) ?? [])
            {
                foreach (Match match in BracketedMarker().Matches(piece.Text))
                {
                    found.Add(match.Value);
                }
            }
        }

        return [.. found];
    }

    // llama.cpp has no Jinja: it knows templates by tell-tale substrings. TinyLlama's, which writes eos_token where others write the
    // token's text, it takes for GLM-Edge's and then leaves out every end-of-turn token. So this family is laid out here.
    private static bool IsZephyr(string source) =>
        source == Zephyr
        || (source.Contains("<|user|>", StringComparison.Ordinal) && source.Contains("<|assistant|>", StringComparison.Ordinal)
            && source.Contains("eos_token", StringComparison.Ordinal) && !source.Contains("<|end|>", StringComparison.Ordinal)
            && !source.Contains("<|im_start|>", StringComparison.Ordinal) && !source.Contains("[gMASK]", StringComparison.Ordinal)
            && !source.Contains("<|tool_declare|>", StringComparison.Ordinal));

    private List<PromptPiece>? Split(string[] roles, string[] texts, bool openAssistant)
    {
        string? whole = _zephyrEnd is null ? RenderNative(roles, openAssistant) : RenderZephyr(roles, openAssistant);
        if (whole is null)
        {
            return null;
        }

        var pieces = new List<PromptPiece>(roles.Length * 2 + 1);
        int at = 0;
        for (int i = 0; i < roles.Length; i++)
        {
            string placeholder = Placeholder(i);
            int found = whole.IndexOf(placeholder, at, StringComparison.Ordinal);
            if (found < 0)
            {
                return null;
            }

            AddPiece(pieces, whole[at..found], isTemplate: true);
            AddPiece(pieces, texts[i], isTemplate: false);
            at = found + placeholder.Length;
        }

        AddPiece(pieces, whole[at..], isTemplate: true);
        return pieces;
    }

    private static void AddPiece(List<PromptPiece> pieces, string text, bool isTemplate)
    {
        if (text.Length > 0)
        {
            pieces.Add(new PromptPiece(text, isTemplate));
        }
    }

    private string RenderZephyr(string[] roles, bool openAssistant)
    {
        var text = new StringBuilder();
        for (int i = 0; i < roles.Length; i++)
        {
            text.Append("<|").Append(roles[i]).Append("|>\n").Append(Placeholder(i)).Append(_zephyrEnd).Append('\n');
        }

        return openAssistant ? text.Append("<|assistant|>\n").ToString() : text.ToString();
    }

    private string? RenderNative(string[] roles, bool openAssistant)
    {
        var owned = new List<nint>();
        try
        {
            byte* Own(string s)
            {
                nint p = Marshal.StringToCoTaskMemUTF8(s);
                owned.Add(p);
                return (byte*)p;
            }

            var messages = new ChatMessageNative[roles.Length];
            for (int i = 0; i < roles.Length; i++)
            {
                messages[i] = new ChatMessageNative { Role = Own(roles[i]), Content = Own(Placeholder(i)) };
            }

            byte* template = Own(_template);
            byte add = openAssistant ? (byte)1 : (byte)0;
            fixed (ChatMessageNative* m = messages)
            {
                int length = Llama.llama_chat_apply_template(template, m, (nuint)messages.Length, add, null, 0);
                if (length < 0)
                {
                    return null;
                }

                byte[] buffer = new byte[length + 1];
                fixed (byte* b = buffer)
                {
                    _ = Llama.llama_chat_apply_template(template, m, (nuint)messages.Length, add, b, buffer.Length);
                }

                return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
        finally
        {
            owned.ForEach(Marshal.FreeCoTaskMem);
        }
    }

    // Letters and digits only: templates trim and quote contents but leave these alone. Ends in a letter so that 1 is no prefix of 10.
    private static string Placeholder(int index) => $"{PlaceholderStart}{index}Q";

    [GeneratedRegex(@"<[|/]?[A-Za-z_]+\|?>|<｜[^<>]+｜>|\[/?[A-Z_]+\]")]
    private static partial Regex BracketedMarker();
}
