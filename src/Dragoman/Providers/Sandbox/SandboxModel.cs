using Dragoman.Model;

namespace Dragoman.Providers.Sandbox;

/// <summary>
/// The model of test keys: it says back what it was asked, plays on a magic word whatever a model or its failure may do, and costs nothing. Pure:
/// the same request has the same answer to the byte, in every process. See docs/test-mode.md.
/// </summary>
internal sealed class SandboxModel : IBuiltInModel
{
    /// <summary>Told as the answers' system fingerprint; another one when the same request has another answer than before.</summary>
    private const string Fingerprint = "sandbox-1";

    private const int MostChoices = 128;

    // A text that is not broken by white space, JSON say, comes in pieces of so many tokens.
    private const int TokensAPiece = 4;

    public string Id => $"{Vendors.Sandbox}/{Vendors.SandboxModel}";

    public ValueTask<IEnumerable<ChatEvent>> AnswerAsync(ChatRequest request, CancellationToken cancellationToken) => new(Answer(request));

    internal static IEnumerable<ChatEvent> Answer(ChatRequest request)
    {
        var question = SandboxQuestion.Of(request);
        var (tools, error) = Check(question);
        var scripts = new List<(SandboxScript Script, SandboxChance Chance)>();
        while (error is null && scripts.Count < (request.ChoiceCount ?? 1))
        {
            var chance = question.Chance.For(scripts.Count);
            (var script, error) = SandboxScript.Write(question, tools, chance);
            scripts.Add((script!, chance));
        }

        if (error is not null)
        {
            yield return ChatEvent.Failed(error);
            yield break;
        }

        yield return ChatEvent.Started($"sandbox_{question.Chance}", Vendors.SandboxModel);
        yield return ChatEvent.OfDetails(new ResponseDetails { SystemFingerprint = Fingerprint, ServiceTier = request.ServiceTier });
        var usage = new Usage { InputTokens = question.InputTokens };
        for (var i = 0; i < scripts.Count; i++)
        {
            var steps = new List<ChatEvent>();
            var taken = Perform(scripts[i].Script, request, i, scripts[i].Chance, steps);
            foreach (var step in steps)
            {
                yield return step;
            }

            if (scripts[i].Script.Breaks is { } broken)
            {
                yield return ChatEvent.Failed(broken);
                yield break;
            }

            usage = usage with
            {
                OutputTokens = usage.OutputTokens + taken.OutputTokens,
                ReasoningTokens = usage.ReasoningTokens + taken.ReasoningTokens,
            };
        }

        yield return ChatEvent.UsageReported(usage);
    }

    public static GatewayError Play(SandboxWord word) =>
        new(word.Kind, $"The sandbox plays: {word.Meaning}.") { RetryAfter = word.RetryAfter, Provider = Vendors.Sandbox };

    /// <summary>What a picture's prompt asks to be played: an error, or that its magic word is none. Other words are about texts and mean nothing here.</summary>
    public static GatewayError? PlayFor(ImageRequest request) =>
        SandboxWords.Find(ChatMessage.OfText(ChatRole.User, request.Prompt), [], out var unknown) is { } word
            ? word.Play is SandboxPlay.Error or SandboxPlay.BrokenStream ? Play(word) : null
            : unknown is null ? null : Refuse(ErrorKind.InvalidRequest, "prompt", SayUnknown(unknown));

    private static GatewayError Refuse(ErrorKind kind, string parameter, string message) =>
        new(kind, message) { Parameter = parameter, Provider = Vendors.Sandbox };

    public static string SayUnknown(string word) =>
        $"There is no magic word {word}. The words are: {string.Join(", ", SandboxWords.All.Select(known => known.Name))}.";

    /// <summary>The tools that are to be called; or the error that was asked for, or what of the request the sandbox cannot honour.</summary>
    private static (IReadOnlyList<ToolDefinition> Tools, GatewayError? Error) Check(SandboxQuestion question)
    {
        var request = question.Request;
        if (question.Word is { Play: SandboxPlay.Error } word)
        {
            return ([], Play(word));
        }

        var isBySchema = request.ResponseFormat is { Kind: ResponseFormatKind.JsonSchema, Schema: not null };
        var error = request switch
        {
            { ChoiceCount: < 1 or > MostChoices } => Invalid("n", $"n must be from 1 to {MostChoices}."),
            { MaxOutputTokens: < 1 } => Invalid("max_tokens", "max_tokens must be at least 1."),
            { TopLogprobs: < 0 or > SandboxTokens.MostAlternatives } =>
                Invalid("top_logprobs", $"top_logprobs must be from 0 to {SandboxTokens.MostAlternatives}."),
            { TopLogprobs: not null, Logprobs: not true } => Invalid("top_logprobs", "top_logprobs needs logprobs to be true."),
            { Audio: not null } => Unsupported("audio", "The sandbox does not speak: it does not support audio."),
            { WebSearchOptions: not null } =>
                Unsupported("web_search_options", "The sandbox searches nothing: it does not support web_search_options."),
            { Modalities: { } kinds } when kinds.Any(kind => kind != "text") =>
                Unsupported("modalities", "The sandbox answers in text: it supports no other modalities."),
            _ when question.Word?.Play == SandboxPlay.Long && isBySchema => Invalid(
                "response_format", $"{question.Word.Name} cannot be played under a JSON schema."),
            _ => null,
        };
        if (error is not null)
        {
            return ([], error);
        }

        (var tools, error) = ToolsToCall(question);
        if (error is null && question.UnknownWord is { } unknown && (tools.Count > 0 || isBySchema))
        {
            // There is no text in which it could be told.
            error = new GatewayError(ErrorKind.InvalidRequest, SayUnknown(unknown)) { Provider = Vendors.Sandbox };
        }

        return (tools, error);
    }

    /// <summary>
    /// By the magic word, unless its call was made and answered already (a client that works through tools would never end); else by
    /// <c>tool_choice</c>, which a word for something else goes over.
    /// </summary>
    private static (IReadOnlyList<ToolDefinition> Tools, GatewayError? Error) ToolsToCall(SandboxQuestion question)
    {
        var (request, word) = (question.Request, question.Word);
        var byWord = word is { Play: SandboxPlay.ToolCall or SandboxPlay.ToolCalls } && !question.IsCallAnswered;
        var isForced = request.ToolChoice is { Kind: ToolChoiceKind.Required or ToolChoiceKind.Named }
            && word?.Play is null or SandboxPlay.Answer or SandboxPlay.Reasoning or SandboxPlay.ToolCall or SandboxPlay.ToolCalls;
        if (!byWord && !isForced)
        {
            return ([], null);
        }

        var why = byWord ? word!.Name : "tool_choice";
        var tools = request.Tools ?? [];
        if (request.ToolChoice is { Kind: ToolChoiceKind.Named, Name: var name })
        {
            tools = [.. tools.Where(tool => tool.Name == name)];
            if (tools.Count == 0)
            {
                return ([], Invalid("tool_choice", "tool_choice names a tool that is not among tools."));
            }
        }

        if (tools.Count == 0)
        {
            return ([], Invalid("tools", $"{why} needs a tool to call: give tools in the request."));
        }

        if (request.ToolChoice is { Kind: ToolChoiceKind.None })
        {
            return ([], Invalid("tool_choice", $"{why} cannot be played while tool_choice is none."));
        }

        if (!byWord || word!.Play == SandboxPlay.ToolCall)
        {
            return ([tools[0]], null);
        }

        return request.ParallelToolCalls is false
            ? ([], Invalid("parallel_tool_calls", $"{why} cannot be played while parallel_tool_calls is false."))
            : ([tools[0], tools.Count > 1 ? tools[1] : tools[0]], null);
    }

    private static GatewayError Invalid(string parameter, string message) => Refuse(ErrorKind.InvalidRequest, parameter, message);

    public static GatewayError Unsupported(string parameter, string message) => Refuse(ErrorKind.UnsupportedParameter, parameter, message);

    /// <summary>One choice in steps, cut at the bound on tokens and at the first stop sequence.</summary>
    private static Usage Perform(SandboxScript script, ChatRequest request, int choice, SandboxChance chance, List<ChatEvent> steps)
    {
        var bound = request.MaxOutputTokens ?? int.MaxValue;
        var left = bound;
        var thought = SandboxTokens.Take(script.Thought ?? "", Math.Max(request.Reasoning?.BudgetTokens ?? int.MaxValue, 1));
        var isCut = !Say(thought, piece => steps.Add(ChatEvent.Reasoning(piece, choice)));
        var reasoning = bound - left;
        isCut = isCut || !Say(script.Refusal ?? "", piece => steps.Add(ChatEvent.Refusal(piece, choice)));

        var (text, stop) = CutAtStop(script.Text, request.StopSequences);
        var alternatives = request.Logprobs is true ? request.TopLogprobs ?? 0 : (int?)null;
        isCut = isCut || !Say(text, piece =>
        {
            steps.Add(ChatEvent.OfText(piece, choice));
            if (alternatives is { } count)
            {
                steps.Add(ChatEvent.OfLogprobs(SandboxTokens.Logprobs(piece, count, chance.For(steps.Count)), choice));
            }
        });

        for (var i = 0; i < script.Calls.Count && !isCut; i++)
        {
            var (tool, arguments) = script.Calls[i];
            var index = i;
            var name = SandboxTokens.Count(tool);
            if (name >= left)
            {
                isCut = true;
                break;
            }

            left -= name;
            steps.Add(ChatEvent.ToolCallStarted(index, $"call_{chance.For(200 + index)}", tool, choice));
            isCut = !Say(arguments, piece => steps.Add(ChatEvent.ToolCallArguments(index, piece, choice)));
        }

        if (script.Breaks is null)
        {
            steps.Add(isCut ? ChatEvent.Finished(FinishReason.Length, choice)
                : stop is not null ? ChatEvent.Finished(FinishReason.Stop, choice, stop)
                : ChatEvent.Finished(script.Finish, choice));
        }

        return new Usage { OutputTokens = bound - left, ReasoningTokens = reasoning };

        // Whether all of it was said.
        bool Say(string whole, Action<string> add)
        {
            var said = SandboxTokens.Take(whole, left);
            for (var start = 0; start < said.Length;)
            {
                var word = said.AsSpan(start, SandboxTokens.FirstWord(said.AsSpan(start)));
                var length = 0;
                for (var tokens = 0; tokens < TokensAPiece && length < word.Length; tokens++, left--)
                {
                    length += SandboxTokens.FirstToken(word[length..]);
                }

                add(said.Substring(start, length));
                start += length;
            }

            return said.Length == whole.Length;
        }
    }

    /// <summary>The text ahead of the stop sequence that comes first; of two at one place the one that was given first.</summary>
    private static (string Text, string? Stop) CutAtStop(string text, IReadOnlyList<string>? sequences)
    {
        var (end, stop) = (text.Length, (string?)null);
        foreach (var sequence in sequences ?? [])
        {
            // One that begins within a surrogate pair would take the pair apart.
            var at = sequence.Length == 0 || char.IsLowSurrogate(sequence[0]) ? -1 : text.IndexOf(sequence, StringComparison.Ordinal);
            if (at >= 0 && at < end)
            {
                (end, stop) = (at, sequence);
            }
        }

        return (text[..end], stop);
    }
}
