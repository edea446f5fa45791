using Dragoman.Model;

namespace Dragoman.Dialects;

/// <summary>An answer as one text, for the dialects whose answers are nothing else.</summary>
internal static class AnswerText
{
    /// <summary>The first choice's text, or its words of refusal where it has no other.</summary>
    public static string Of(ChatResponse answer)
    {
        var text = answer.Text;
        if (text.Length > 0 || answer.Choices.Count == 0)
        {
            return text;
        }

        foreach (var part in answer.Choices[0].Message.Parts)
        {
            if (part is RefusalPart refusal)
            {
                text += refusal.Text;
            }
        }

        return text;
    }

    /// <summary>
    /// What the first choice holds that has no place in an answer, each kind once, for <see cref="GatewayHeaders.Dropped"/>; <c>null</c> where there is
    /// nothing of the kind.
    /// </summary>
    /// <param name="exchange">Whether the answer can hold nothing but text, or pictures beside it; else only files have no place in it.</param>
    public static List<string>? LostParts(ChatResponse answer, ChatExchange exchange)
    {
        if (answer.Choices.Count == 0)
        {
            return null;
        }

        var parts = answer.Choices[0].Message.Parts;
        List<string>? names = null;
        for (var i = 0; i < parts.Count; i++)
        {
            var name = parts[i] switch
            {
                ImagePart { Url: not null } when exchange.ShowsImages => null,
                ImagePart when exchange.IsTextOnly => "image output",
                AudioPart when exchange.IsTextOnly => "audio output",
                FilePart => "file output",
                _ => null,
            };
            if (name is not null && (names is null || !names.Contains(name)))
            {
                (names ??= []).Add(name);
            }
        }

        return names;
    }
}
