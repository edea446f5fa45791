namespace Dragoman.Starter;

/// <summary>Why an engine did not take a request.</summary>
internal enum Refusal
{
    None,

    /// <summary>All slots and all places in the queue are taken.</summary>
    Busy,

    /// <summary>The prompt leaves no room for a token of answer.</summary>
    PromptTooLong,

    /// <summary>The engine is being shut down.</summary>
    Stopping,
}
