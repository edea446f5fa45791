using System.Globalization;
using System.Text;
using Dragoman.Model;
using Dragoman.Pipeline;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Knowledge;

/// <summary>
/// Answers out of a request's sources with their best sentences, word for word, each followed by its source's number; or says that they hold no answer. It
/// makes nothing up, follows no instruction, and needs no provider.
/// </summary>
/// <param name="settings">Those in force; asked for at each answer.</param>
internal sealed class ExtractiveModel(IEmbeddings embeddings, Func<GatewaySnapshot> settings) : IBuiltInModel
{
    public const string NotFound = "Not found in the documents.";

    private const int CharactersAToken = 4;

    // Each choice is the same answer once more.
    private const int MostChoices = 128;

    /// <summary>Make no difference to sentences that are quoted as they stand.</summary>
    private const ChatParameters WithoutEffect =
        ChatParameters.Temperature | ChatParameters.TopP | ChatParameters.TopK | ChatParameters.MinP | ChatParameters.FrequencyPenalty
        | ChatParameters.PresencePenalty | ChatParameters.LogitBias | ChatParameters.Tools | ChatParameters.ParallelToolCalls
        | ChatParameters.ReasoningEffort | ChatParameters.Thinking | ChatParameters.Prediction | ChatParameters.WebSearchOptions
        | ChatParameters.ServiceTier;

    private const ChatParameters Refused =
        ChatParameters.JsonObject | ChatParameters.JsonSchema | ChatParameters.Logprobs | ChatParameters.TopLogprobs | ChatParameters.Audio
        | ChatParameters.Content;

    private static readonly ModelReference Embedder = new(Vendors.Starter, Vendors.StarterEmbedder);

    public string Id => $"{Vendors.Starter}/{Vendors.ExtractiveModel}";

    public ChatParameters Unhonoured(ChatRequest request) => request.UsedParameters() & WithoutEffect;

    public async ValueTask<IEnumerable<ChatEvent>> AnswerAsync(ChatRequest request, CancellationToken cancellationToken)
    {
        if (Check(request) is { } refusal)
        {
            return [ChatEvent.Failed(refusal)];
        }

        var question = request.Question ?? Grounding.QuestionOf(request);
        var sentences = SentencePicker.Candidates(question, request.Sources ?? []);
        if (sentences.Count == 0)
        {
            return Steps(request, []);
        }

        // One request for all, for somebody waits.
        var embedded = await embeddings.EmbedAsync(
            settings(), Embedder, EmbeddingPurpose.Query, [question, .. sentences.Select(sentence => sentence.Text)], cancellationToken);
        return embedded.Vectors is { } vectors
            ? Steps(request, SentencePicker.Pick(sentences, [.. vectors.Skip(1).Select(vector => Dot(vectors[0], vector))]))
            : [ChatEvent.Failed(embedded.Error!)];
    }

    private GatewayError? Check(ChatRequest request) => request switch
    {
        { Sources: null } => new GatewayError(ErrorKind.InvalidRequest, $"{Id} answers out of documents alone: ask it about a project that has some.")
        {
            Parameter = "model",
            Provider = Vendors.Starter,
        },
        { ChoiceCount: < 1 or > MostChoices } => new GatewayError(ErrorKind.InvalidRequest, $"n must be from 1 to {MostChoices}.")
        {
            Parameter = "n",
            Provider = Vendors.Starter,
        },
        { ToolChoice.Kind: ToolChoiceKind.Required or ToolChoiceKind.Named } => Unsupported("tool_choice"),
        { Modalities: { } kinds } when kinds.Any(kind => kind != "text") => Unsupported("modalities"),
        _ => (request.UsedParameters() & Refused).WireNames().FirstOrDefault() is { } name ? Unsupported(name) : null,
    };

    private GatewayError Unsupported(string parameter) =>
        new(ErrorKind.UnsupportedParameter, $"{Id} quotes documents: it does not support {parameter}.") { Parameter = parameter, Provider = Vendors.Starter };

    private IEnumerable<ChatEvent> Steps(ChatRequest request, IReadOnlyList<SourceSentence> picked)
    {
        var (text, finish) = Write(picked, request.MaxOutputTokens is { } tokens ? (long)tokens * CharactersAToken : long.MaxValue);
        var stop = request.StopSequences?
            .Where(sequence => sequence.Length > 0 && text.Contains(sequence, StringComparison.Ordinal))
            .MinBy(sequence => text.IndexOf(sequence, StringComparison.Ordinal));
        if (stop is not null)
        {
            (text, finish) = (text[..text.IndexOf(stop, StringComparison.Ordinal)], FinishReason.Stop);
        }

        yield return ChatEvent.Started($"extractive_{Guid.NewGuid():N}", Id);
        var choices = request.ChoiceCount ?? 1;
        for (var choice = 0; choice < choices; choice++)
        {
            yield return ChatEvent.OfText(text, choice);
            yield return ChatEvent.Finished(finish, choice, stop);
        }

        yield return ChatEvent.UsageReported(new Usage
        {
            InputTokens = UsageEstimate.InputOf(request),
            OutputTokens = choices * (((long)text.Length + CharactersAToken - 1) / CharactersAToken),
            IsEstimate = true,
        });
    }

    /// <summary>Whole sentences as far as they fit; where not even one does, its first words.</summary>
    private static (string Text, FinishReason Finish) Write(IReadOnlyList<SourceSentence> picked, long most)
    {
        if (picked.Count == 0)
        {
            return (NotFound, FinishReason.Stop);
        }

        var text = new StringBuilder();
        foreach (var sentence in picked)
        {
            var cited = string.Create(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : " ")}{sentence.Text} [{sentence.Source.Number}]");
            if (text.Length + cited.Length <= most)
            {
                text.Append(cited);
            }
        }

        return text.Length > 0 ? (text.ToString(), FinishReason.Stop) : (FirstWords(picked[0].Text, (int)most), FinishReason.Length);
    }

    private static string FirstWords(string text, int most)
    {
        if (text.Length <= most)
        {
            return text; // Only the source's number found no room.
        }

        var end = text.LastIndexOf(' ', most) is var space and > 0 ? space : most;
        while (!TextBreaks.CanCutAt(text, end))
        {
            end--;
        }

        return text[..end];
    }

    private static double Dot(float[] left, float[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
