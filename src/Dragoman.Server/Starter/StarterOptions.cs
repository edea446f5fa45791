using Dragoman.Providers;

namespace Dragoman.Server.Starter;

/// <summary>Settings of section <c>Starter</c>; read once, at start.</summary>
internal sealed record StarterOptions
{
    /// <summary>A GGUF of the operator's own; absent for the model that comes along.</summary>
    public string? Model { get; init; }

    public string ModelName { get; init; } = Vendors.StarterModel;

    /// <summary>Conversations that run at once.</summary>
    public int? Slots { get; init; }

    /// <summary>Calls that may wait beyond those.</summary>
    public int? Queue { get; init; }

    /// <summary>Tokens of context a conversation; absent for the model's own.</summary>
    public int? Context { get; init; }

    public int? Threads { get; init; }

    /// <summary>A GGUF embedder of the operator's own; absent for the one that comes along.</summary>
    public string? Embedder { get; init; }

    /// <summary>Batches of texts that are embedded at once.</summary>
    public int? EmbedderThreads { get; init; }

    /// <summary>Callers whose pictures are composed at once, and as many whose pictures are looked at.</summary>
    public int? PictureThreads { get; init; }

    /// <summary>Whether the server may fetch missing parts by itself.</summary>
    public bool Fetch { get; init; } = true;

    /// <exception cref="InvalidDataException">A value cannot be; the message names it.</exception>
    public static StarterOptions Read(IConfigurationSection section)
    {
        try
        {
            return section.Get<StarterOptions>() ?? new StarterOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
