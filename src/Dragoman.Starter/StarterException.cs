namespace Dragoman.Starter;

/// <summary>Something the operator must put right; the message is one line and fit to be printed.</summary>
internal sealed class StarterException(string message, Exception? inner = null) : Exception(message, inner);
