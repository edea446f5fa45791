using System.Text.Json;
using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Dialects.EdenAI;

/// <summary>Makes a request of a question to a project's bot. What the caller left open the bot prompt says, then the project, then a default. Pure.</summary>
internal static class AskLlmPrompt
{
    public static ChatRequest Make(AskLlmBody asked, Project project, BotPrompt? bot)
    {
        var parameters = bot is null ? default : JsonElement.Parse(bot.ParametersJson);
        return new ChatRequest
        {
            Model = asked.Model
                ?? (bot is null ? null : EdenAIModels.Canonical(bot.Model))
                ?? EdenAIModels.Of(project.LlmProvider, project.LlmModel)
                ?? EdenAIModels.AnyModel,
            Messages = MessagesOf(asked, bot),
            Temperature = asked.Temperature
                ?? (parameters.Member("temperature") is { } temperature && BodyFields.NumberOf(temperature) is >= 0 and <= 2 and var set ? set : AskLlmReader.DefaultTemperature),
            MaxOutputTokens = asked.MaxTokens
                ?? (parameters.Member("max_tokens") is { } most && BodyFields.IntegerOf(most) is >= 1 and <= int.MaxValue and var bound ? (int)bound : AskLlmReader.DefaultMaxTokens),
        };
    }

    /// <summary>What the bot is told to be, in its own words and the caller's, as they are: nothing in them is filled in.</summary>
    private static IReadOnlyList<ChatMessage> MessagesOf(AskLlmBody asked, BotPrompt? bot)
    {
        var manners = string.Join("\n\n", new[] { bot?.SystemPrompt, bot?.Text, asked.GlobalAction }.Where(text => !string.IsNullOrWhiteSpace(text)));
        var question = ChatMessage.OfText(ChatRole.User, asked.Query);
        return manners.Length == 0
            ? [.. asked.History, question]
            : [ChatMessage.OfText(ChatRole.System, manners), .. asked.History, question];
    }
}
