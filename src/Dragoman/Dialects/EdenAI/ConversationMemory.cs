using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Dialects.EdenAI;

/// <summary>A conversation that Dragoman keeps for a caller: its turns go before what is asked, and what is answered becomes another.</summary>
internal sealed class ConversationMemory(IProjectStore projects, Guid project, Conversation conversation)
{
    /// <summary>The former turns, behind the system messages that open the request.</summary>
    public IReadOnlyList<ChatMessage> PutBefore(IReadOnlyList<ChatMessage> messages)
    {
        var opening = messages.TakeWhile(static message => message.Role == ChatRole.System).Count();
        return [.. messages.Take(opening), .. conversation.Turns.SelectMany(MessagesOf), .. messages.Skip(opening)];
    }

    /// <summary>
    /// Keeps what was asked and answered in words. A failure, or an answer that is nothing but a call of a tool, leaves no turn: it would stand in the way of
    /// every later one.
    /// </summary>
    public ValueTask KeepAsync(string question, ChatResponse answer) =>
        question.Length > 0 && answer.Text is { Length: > 0 } text
            ? projects.AppendTurnAsync(project, conversation.Id, new ConversationTurn(question, text), CancellationToken.None)
            : default;

    private static IEnumerable<ChatMessage> MessagesOf(ConversationTurn turn)
    {
        yield return ChatMessage.OfText(ChatRole.User, turn.UserText);
        if (turn.AssistantText is { } answer)
        {
            yield return ChatMessage.OfText(ChatRole.Assistant, answer);
        }
    }
}
