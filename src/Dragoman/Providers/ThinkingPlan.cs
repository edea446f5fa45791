using Dragoman.Model;

namespace Dragoman.Providers;

/// <summary>How a caller's wish about thinking is told to a model, by the style that the model understands.</summary>
/// <param name="Switch"><c>null</c> where the caller said nothing: then nothing is sent and the model does what it does by itself.</param>
/// <param name="Effort">A word out of <see cref="ModelRule.Efforts"/>, or a vendor's own; absent where <paramref name="Budget"/> says it.</param>
/// <param name="Budget">Tokens; -1 leaves it to the model.</param>
/// <param name="Unhonoured">What of the wish could not be told.</param>
internal readonly record struct ThinkingPlan(bool? Switch, string? Effort, int? Budget, ChatParameters Unhonoured)
{
    private static readonly string[] Ladder = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    public static ThinkingPlan Of(ReasoningOptions? reasoning, ModelRule rule)
    {
        if (reasoning is null or { Effort: null, BudgetTokens: null, Enabled: null })
        {
            return default;
        }

        if (reasoning.Enabled is false || (reasoning.Enabled is null && (reasoning.BudgetTokens is 0 || reasoning.Effort is "none")))
        {
            return Off(reasoning, rule);
        }

        var effort = reasoning.Effort is { } word and not "none" ? Nearest(word, rule) : null;
        var budget = reasoning.BudgetTokens is 0 ? null : reasoning.BudgetTokens;
        return rule.Thinking switch
        {
            ThinkingStyle.Budget => new(true, null, budget ?? BudgetOf(reasoning.Effort ?? "medium"), ChatParameters.None),
            ThinkingStyle.EffortOrBudget when effort is null => new(true, null, budget, ChatParameters.None),

            // A number said beside a word, or where only words are understood, is not kept to.
            _ => new(
                true,
                effort ?? (budget > 0 ? Nearest(WordOf(budget.Value), rule) : null),
                null,
                budget > 0 ? ChatParameters.Thinking : ChatParameters.None),
        };
    }

    /// <summary>The budget that stands for a word: Google's own mapping ("OpenAI compatibility", Thinking), prolonged upwards.</summary>
    public static int BudgetOf(string effort) => effort switch
    {
        "none" => 0,
        "minimal" or "low" => 1024,
        "medium" => 8192,
        "high" => 24576,
        "xhigh" or "max" => 32768,
        _ => 8192,
    };

    private static string WordOf(int budget) => budget switch
    {
        <= 1024 => "low",
        <= 8192 => "medium",
        <= 24576 => "high",
        _ => "max",
    };

    private static ThinkingPlan Off(ReasoningOptions reasoning, ModelRule rule)
    {
        if (rule.ThinkingOff is not null)
        {
            return new(false, null, null, ChatParameters.None);
        }

        // These models always think: the least that there is, and the wish is named as not granted.
        var unhonoured = reasoning.Effort is null ? ChatParameters.Thinking : ChatParameters.ReasoningEffort;
        return rule.Thinking == ThinkingStyle.Budget
            ? new(true, null, BudgetOf("low"), unhonoured)
            : new(true, rule.Efforts[0], null, unhonoured);
    }

    private static string Nearest(string effort, ModelRule rule)
    {
        var wanted = Array.IndexOf(Ladder, effort);
        if (wanted < 0 || rule.Efforts.Contains(effort))
        {
            return effort;
        }

        var nearest = rule.Efforts[0];
        foreach (var word in rule.Efforts)
        {
            if (Array.IndexOf(Ladder, word) <= wanted)
            {
                nearest = word;
            }
        }

        return nearest;
    }
}
