namespace Dragoman.Model;

/// <summary>The steps in which a whole answer would have been streamed: for an answer that is at hand when the caller asked for a stream.</summary>
public static class ChatResponseSteps
{
    public static IEnumerable<ChatEvent> ToSteps(this ChatResponse response)
    {
        yield return ChatEvent.Started(response.Id, response.Model);
        if (response is not { Created: null, SystemFingerprint: null, ServiceTier: null, ExtraMembers: null })
        {
            yield return ChatEvent.OfDetails(new ResponseDetails
            {
                Created = response.Created,
                SystemFingerprint = response.SystemFingerprint,
                ServiceTier = response.ServiceTier,
                ExtraMembers = response.ExtraMembers,
            });
        }

        foreach (var choice in response.Choices)
        {
            var toolCalls = 0;
            foreach (var part in choice.Message.Parts)
            {
                switch (part)
                {
                    case TextPart text:
                        yield return ChatEvent.OfText(text.Text, choice.Index);
                        break;
                    case RefusalPart refusal:
                        yield return ChatEvent.Refusal(refusal.Text, choice.Index);
                        break;
                    case ReasoningPart { Redacted: { } redacted }:
                        yield return ChatEvent.RedactedReasoning(redacted, choice.Index);
                        break;
                    case ReasoningPart reasoning:
                        yield return ChatEvent.Reasoning(reasoning.Text, choice.Index);
                        if (reasoning.Signature is not null)
                        {
                            yield return ChatEvent.ReasoningSignature(reasoning.Signature, choice.Index);
                        }

                        break;
                    case ToolCallPart call:
                        yield return ChatEvent.ToolCallStarted(toolCalls, call.Id, call.Name, choice.Index);
                        yield return ChatEvent.ToolCallArguments(toolCalls, call.Arguments, choice.Index);
                        if (call.Signature is not null)
                        {
                            yield return ChatEvent.ToolCallSignature(toolCalls, call.Signature, choice.Index);
                        }

                        toolCalls++;
                        break;
                    default:
                        yield return ChatEvent.OfPart(part, choice.Index);
                        break;
                }
            }

            if (choice.Logprobs is not null)
            {
                yield return ChatEvent.OfLogprobs(choice.Logprobs, choice.Index);
            }

            yield return ChatEvent.Finished(choice.FinishReason, choice.Index, choice.StopSequence);
        }

        if (response.Usage is { } usage)
        {
            yield return ChatEvent.UsageReported(usage);
        }
    }
}
