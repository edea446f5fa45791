using Dragoman.Model;

namespace Dragoman.Pipeline;

/// <summary>What a call takes where no upstream tells it: about four characters a token, and marked as an estimate.</summary>
internal static class UsageEstimate
{
    private const int CharactersAToken = 4;

    /// <summary>Of an answer that came.</summary>
    public static Usage Of(Call call, ChatResponse answer)
    {
        long output = 0;
        foreach (var choice in answer.Choices)
        {
            output += Characters(choice.Message.Parts);
        }

        return Of(call, output);
    }

    /// <summary>
    /// Of a call without an answer: nothing where the upstream refused it or was never reached, the input where it may have worked in vain.
    /// </summary>
    public static Usage Of(Call call, GatewayError error) =>
        error.Kind is ErrorKind.Canceled or ErrorKind.UpstreamTimeout or ErrorKind.UpstreamStreamBroken ? Of(call, 0) : default;

    public static Usage Of(Call call, long outputCharacters) =>
        new() { InputTokens = call.InputTokens, OutputTokens = Tokens(outputCharacters), IsEstimate = true };

    /// <summary>The tokens that a request takes before any answer.</summary>
    public static long InputOf(ChatRequest request)
    {
        long characters = 0;
        for (var i = 0; i < request.Messages.Count; i++)
        {
            characters += Characters(request.Messages[i].Parts);
        }

        return Tokens(characters);
    }

    /// <summary>The tokens of texts.</summary>
    public static long TokensOf(IReadOnlyList<string> texts) => Tokens(texts.Sum(text => (long)text.Length));

    private static long Characters(IReadOnlyList<ContentPart> parts)
    {
        long characters = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            characters += parts[i] switch
            {
                TextPart text => text.Text.Length,
                RefusalPart refusal => refusal.Text.Length,
                ReasoningPart reasoning => reasoning.Text.Length,
                ToolCallPart call => call.Name.Length + call.Arguments.Length,
                ToolResultPart result => Characters(result.Parts),
                _ => 0,
            };
        }

        return characters;
    }

    private static long Tokens(long characters) => (characters + CharactersAToken - 1) / CharactersAToken;
}
