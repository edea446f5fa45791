using Dragoman.Model;

namespace Dragoman.Routing;

/// <summary>Leads a caller's word for a provider of transcription to a model.</summary>
public static class TranscriberRoute
{
    /// <summary>The model, or an error that says what to set.</summary>
    /// <param name="provider">The caller's word: <c>openai</c>, say.</param>
    public static (ModelReference? Transcriber, GatewayError? Error) Resolve(GatewaySnapshot snapshot, Caller caller, string provider) => caller.IsLive
        ? OfferRoute.Transcription.Resolve(snapshot, snapshot.Knowledge.Transcribers, provider)
        : (null, new GatewayError(ErrorKind.Forbidden, "A test key costs nothing, and nothing here writes down speech without a provider: use a live key."));
}
