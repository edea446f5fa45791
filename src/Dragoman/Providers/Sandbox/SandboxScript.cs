using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Dragoman.Model;

namespace Dragoman.Providers.Sandbox;

/// <summary>What one choice says and how it ends, before bounds and stop sequences cut it.</summary>
internal sealed record SandboxScript
{
    private const int LongAnswerTokens = 500;
    private const int MostResultsQuoted = 8;

    private static readonly string[] Openings =
    [
        "This is Dragoman's sandbox, which answers test keys in place of {0}.",
        "Dragoman's sandbox speaks, as it does for test keys; {0} was not asked.",
        "You have reached Dragoman's sandbox. It stands in for {0} when a test key calls.",
        "No model was asked: Dragoman's sandbox answers test keys, here for {0}.",
    ];

    private static readonly string[] Quotes = ["You said: “{0}”", "Your message reads: “{0}”", "The question was: “{0}”", "I was asked: “{0}”"];

    private static readonly string[] Instructions =
        ["The system instruction is: “{0}”", "It is under the system instruction “{0}”", "Its system instruction: “{0}”"];

    private static readonly string[] Closings =
    [
        "Nothing of it was looked up and nothing was spent.",
        "That is all there is to it.",
        "A live key gets a real answer.",
        "The same request gets the same words again.",
    ];

    private static readonly string[] Refusals =
        ["I'm sorry, but I can't help with that.", "I have to decline that.", "That is something that I will not do."];

    private static readonly string[] Thoughts =
    [
        "The message has {0} tokens. There is nothing to look up in a sandbox, so I will say it back.",
        "First the question, of {0} tokens. Then what I know, which is nothing. So I repeat what was asked.",
        "Let me see: {0} tokens were read. An echo will do as an answer.",
    ];

    private static readonly string[] Filler = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron"];

    public string? Thought { get; private init; }

    public string Text { get; private init; } = "";

    public string? Refusal { get; private init; }

    public IReadOnlyList<(string Tool, string Arguments)> Calls { get; private init; } = [];

    public FinishReason Finish { get; private init; } = FinishReason.Stop;

    /// <summary>Set where it does not end but break, behind its text.</summary>
    public GatewayError? Breaks { get; private init; }

    /// <summary>The script of one choice, or why there is none.</summary>
    /// <param name="tools">Those to be called.</param>
    public static (SandboxScript? Script, GatewayError? Error) Write(
        SandboxQuestion question, IReadOnlyList<ToolDefinition> tools, SandboxChance chance)
    {
        var play = question.Word?.Play ?? SandboxPlay.Answer;
        var script = new SandboxScript { Thought = Thinks(question) ? Fill(chance.For(1).Of<string>(Thoughts), question.InputTokens) : null };
        if (tools.Count > 0)
        {
            var calls = new List<(string, string)>();
            foreach (var tool in tools)
            {
                var (arguments, fault) = tool.Parameters is { } parameters
                    ? JsonExample.Of(parameters, chance.For(100 + calls.Count), question.Work)
                    : ("{}", null);
                if (arguments is null)
                {
                    return (null, SandboxModel.Unsupported(
                        "tools", $"The sandbox cannot call tool {SandboxText.Excerpt(tool.Name, 64)} by the schema of its parameters: {fault}."));
                }

                calls.Add((tool.Name, arguments));
            }

            return (script with { Calls = calls, Finish = FinishReason.ToolCalls }, null);
        }

        switch (play)
        {
            case SandboxPlay.Empty:
                return (script, null);
            case SandboxPlay.ContentFilter:
                return (script with { Finish = FinishReason.ContentFilter }, null);
            case SandboxPlay.Refusal:
                var refusal = $"{chance.Of<string>(Refusals)} (The sandbox plays a refusal.)";
                return (script with { Refusal = refusal, Finish = FinishReason.Refusal }, null);
        }

        var (text, error) = TextOf(question, chance);
        if (text is null)
        {
            return (null, error);
        }

        script = script with { Text = text };
        return (play switch
        {
            SandboxPlay.Length => script with { Text = Half(text), Finish = FinishReason.Length },
            SandboxPlay.ContentFilterAfterText => script with { Text = Half(text), Finish = FinishReason.ContentFilter },
            SandboxPlay.Unknown => script with { Finish = FinishReason.Unknown },
            SandboxPlay.BrokenStream => script with { Text = Half(text), Breaks = SandboxModel.Play(question.Word!) },
            _ => script,
        }, null);
    }

    private static (string? Text, GatewayError? Error) TextOf(SandboxQuestion question, SandboxChance chance)
    {
        var format = question.Request.ResponseFormat;
        if (format is { Kind: ResponseFormatKind.JsonSchema, Schema: { } schema })
        {
            var (json, fault) = JsonExample.Of(schema, chance.For(2), question.Work);
            return json is not null
                ? (json, null)
                : (null, SandboxModel.Unsupported("response_format", $"The sandbox cannot answer by the schema of response_format: {fault}."));
        }

        if (format is { Kind: ResponseFormatKind.JsonObject or ResponseFormatKind.JsonSchema } || question.Word?.Play == SandboxPlay.Json)
        {
            return (JsonOf(question, chance), null);
        }

        return (Echo(question, chance), null);
    }

    private static string Echo(SandboxQuestion question, SandboxChance chance)
    {
        var sentences = new List<string> { Fill(chance.Of<string>(Openings), Excerpt(question.Request.Model)) };
        if (question.Instruction.Length > 0)
        {
            sentences.Add(Fill(chance.For(3).Of<string>(Instructions), question.Instruction));
        }

        sentences.Add(question.Said.Length > 0
            ? Fill(chance.For(4).Of<string>(Quotes), question.Said)
            : "There was no text to say back.");
        if (question.Media.Count > 0)
        {
            var media = question.Media.Select(medium => Invariant($"{medium.Count} {medium.Kind}{(medium.Count == 1 ? "" : "s")}"));
            sentences.Add($"With it came {string.Join(" and ", media)}.");
        }

        foreach (var result in question.Results.Take(MostResultsQuoted))
        {
            var tool = result.Name is { Length: > 0 } name ? $"Tool {Excerpt(name)}" : "The tool";
            sentences.Add($"{tool} {(result.IsError ? "failed with" : "returned")}: “{SandboxText.Shorten(result.Text)}”");
        }

        if (question.Results.Count > MostResultsQuoted)
        {
            sentences.Add(Invariant($"There are {question.Results.Count - MostResultsQuoted} more results of tools."));
        }

        if (question.UnknownWord is not null)
        {
            sentences.Add(SandboxModel.SayUnknown(question.UnknownWord));
        }

        sentences.Add(chance.For(5).Of<string>(Closings));
        sentences.Add($"(Answer {Tag(chance)}.)");
        return question.Word?.Play == SandboxPlay.Long ? Lengthen(string.Join(' ', sentences), chance) : string.Join(' ', sentences);
    }

    private static string JsonOf(SandboxQuestion question, SandboxChance chance)
    {
        var json = new JsonObject { ["answer"] = Tag(chance), ["model"] = Excerpt(question.Request.Model) };
        if (question.Instruction.Length > 0)
        {
            json["instruction"] = question.Instruction;
        }

        json["message"] = question.Said;
        foreach (var (kind, count) in question.Media)
        {
            json[kind + "s"] = count;
        }

        if (question.Results.Count > 0)
        {
            var results = question.Results.Take(MostResultsQuoted);
            json["tool_results"] = new JsonArray([.. results.Select(result => (JsonNode)SandboxText.Shorten(result.Text))]);
        }

        if (question.UnknownWord is not null)
        {
            json["note"] = SandboxModel.SayUnknown(question.UnknownWord);
        }

        if (question.Word?.Play == SandboxPlay.Long)
        {
            json["text"] = Lengthen("", chance).TrimStart();
        }

        return SandboxText.ToJson(json);
    }

    private static bool Thinks(SandboxQuestion question) =>
        question.Word?.Play == SandboxPlay.Reasoning
        || question.Request.Reasoning is { Enabled: not false, BudgetTokens: not 0 } asked
            && !"none".Equals(asked.Effort, StringComparison.OrdinalIgnoreCase)
            && asked is not { Enabled: null, BudgetTokens: null, Effort: null };

    private static string Lengthen(string text, SandboxChance chance)
    {
        var longer = new StringBuilder(text);
        for (var (i, tokens) = (1, SandboxTokens.Count(text)); tokens < LongAnswerTokens; i++)
        {
            var (from, to) = (chance.For(2 * i).Of<string>(Filler), chance.For((2 * i) + 1).Of<string>(Filler));
            var sentence = Invariant($" Sentence {i} of the long answer goes from {from} to {to}.");
            longer.Append(sentence);
            tokens += SandboxTokens.Count(sentence);
        }

        return longer.ToString();
    }

    private static string Half(string text) => SandboxTokens.Take(text, (SandboxTokens.Count(text) + 1) / 2);

    private static string Tag(SandboxChance chance) => chance.ToString()[..8];

    private static string Excerpt(string text) => SandboxText.Excerpt(text, 100);

    private static string Fill(string sentence, object value) => string.Format(CultureInfo.InvariantCulture, sentence, value);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
