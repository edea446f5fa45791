using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>What a call took where no upstream tells it: about four characters a token, and marked as an estimate.</summary>
internal static class UsageEstimate
{
    private const int CharactersAToken = 4;

    public static Usage Of(Call call, long outputCharacters)
    {
        // A call that no upstream was asked for took nothing.
        if (call.Attempts.Count == 0)
        {
            return default;
        }

        long input = 0;
        foreach (var message in call.Request.Messages)
        {
            foreach (var part in message.Parts)
            {
                input += part is TextPart text ? text.Text.Length : 0;
            }
        }

        return new Usage { InputTokens = Tokens(input), OutputTokens = Tokens(outputCharacters), IsEstimate = true };
    }

    private static long Tokens(long characters) => (characters + CharactersAToken - 1) / CharactersAToken;
}
