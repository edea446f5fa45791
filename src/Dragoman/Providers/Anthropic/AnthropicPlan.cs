using Dragoman.Model;

namespace Dragoman.Providers.Anthropic;

/// <summary>
/// What of a request goes on the wire and how, where the vendor's rules about values and combinations leave a choice
/// (https://platform.claude.com/docs/en/build-with-claude/thinking, .../effort, .../agents-and-tools/tool-use/define-tools).
/// </summary>
internal readonly record struct AnthropicPlan
{
    /// <summary>
    /// Sent where neither the caller nor the model's rule sets a bound, for the wire insists on one. Every Claude model ever served takes it.
    /// </summary>
    public const int FallbackMaxTokens = 4096;

    /// <summary>The vendor's least thinking budget; it must also be smaller than <c>max_tokens</c>.</summary>
    private const int LeastBudget = 1024;

    /// <summary>Room for the answer beside a budget that the caller set without setting a bound.</summary>
    private const int RoomForAnswer = 4096;

    public required int MaxTokens { get; init; }

    /// <summary><c>thinking.type</c>; absent where nothing is said about thinking.</summary>
    public string? ThinkingType { get; init; }

    public int? Budget { get; init; }

    public string? Effort { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int? TopK { get; init; }

    public IReadOnlyList<string>? StopSequences { get; init; }

    public ToolChoice? ToolChoice { get; init; }

    public string? ServiceTier { get; init; }

    public ChatParameters Unhonoured { get; init; }

    public static AnthropicPlan Of(ChatRequest request, UpstreamTarget target)
    {
        var rule = target.Rule;
        var unhonoured = ChatParameters.None;

        var toolChoice = request.ToolChoice;
        if (toolChoice is { Kind: ToolChoiceKind.Required or ToolChoiceKind.Named } && rule.NoForcedTools)
        {
            toolChoice = new ToolChoice(ToolChoiceKind.Auto);
            unhonoured |= ChatParameters.ToolChoice;
        }

        var thinking = ThinkingPlan.Of(request.Reasoning, rule);
        unhonoured |= thinking.Unhonoured;
        var maxTokens = request.MaxOutputTokens ?? rule.DefaultMaxTokens ?? FallbackMaxTokens;
        string? type = null;
        int? budget = null;
        switch (thinking)
        {
            case { Switch: false }:
                type = rule.ThinkingOff;
                break;
            case { Switch: true, Budget: { } tokens }:
                if (request.MaxOutputTokens is null && request.Reasoning!.BudgetTokens is { } wanted && wanted >= maxTokens)
                {
                    maxTokens = wanted + RoomForAnswer;
                }

                // The caller's bound is a promise about cost and holds for thoughts too: the budget gives way to it. Models that are
                // told a budget also refuse to think when they are made to call a tool; the tool is the stronger wish.
                if (maxTokens <= LeastBudget || toolChoice is { Kind: ToolChoiceKind.Required or ToolChoiceKind.Named })
                {
                    unhonoured |= AskedFor(request.Reasoning!);
                }
                else
                {
                    type = "enabled";
                    budget = Math.Max(LeastBudget, Math.Min(tokens < 0 ? ThinkingPlan.BudgetOf("medium") : tokens, maxTokens / 4 * 3));
                }

                break;
            case { Switch: true }:
                type = "adaptive";
                break;
        }

        // Thinking bears no temperature but 1 and no top_k beside it, and a top_p of 0.95 to 1.
        // Claude since 4.1 refuses temperature and top_p together; of the two temperature is what callers mean more often.
        var thinks = type is "enabled" or "adaptive";
        var temperature = Keep(request.Temperature, request.Temperature is 1 || !thinks, ChatParameters.Temperature);
        var topK = Keep(request.TopK, !thinks, ChatParameters.TopK);
        var topP = Keep(request.TopP, temperature is null && (!thinks || request.TopP >= 0.95), ChatParameters.TopP);

        return new AnthropicPlan
        {
            MaxTokens = maxTokens,
            ThinkingType = type,
            Budget = budget,
            Effort = thinking.Effort,
            Temperature = temperature is { } degrees ? Math.Clamp(degrees, 0, 1) : null, // The wire's range ends at 1.
            TopP = topP,
            TopK = topK,
            StopSequences = Stops(),
            ToolChoice = toolChoice,
            ServiceTier = Tier(),
            Unhonoured = unhonoured,
        };

        T? Keep<T>(T? value, bool keep, ChatParameters parameter)
            where T : struct
        {
            if (value is null || keep)
            {
                return value;
            }

            unhonoured |= parameter;
            return null;
        }

        // Each must hold something other than white space.
        IReadOnlyList<string>? Stops()
        {
            if (request.StopSequences is not { Count: > 0 } all || !all.Any(string.IsNullOrWhiteSpace))
            {
                return request.StopSequences;
            }

            unhonoured |= ChatParameters.Stop;
            return [.. all.Where(stop => !string.IsNullOrWhiteSpace(stop))];
        }

        // "auto" may use priority capacity, which is bought beforehand; "standard_only" never does. Callers' words are OpenAI's.
        string? Tier()
        {
            switch (request.ServiceTier)
            {
                case null:
                    return null;
                case "auto" or "priority":
                    return "auto";
                case "default" or "standard" or "standard_only":
                    return "standard_only";
                default:
                    unhonoured |= ChatParameters.ServiceTier;
                    return null;
            }
        }
    }

    private static ChatParameters AskedFor(ReasoningOptions reasoning) =>
        (reasoning.Effort is null ? ChatParameters.None : ChatParameters.ReasoningEffort)
        | (reasoning is { BudgetTokens: null, Enabled: null } ? ChatParameters.None : ChatParameters.Thinking);
}
