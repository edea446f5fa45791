namespace Dragoman.Testing;

internal sealed record Faults
{
    public static readonly Faults None = new();

    public bool Reset { get; init; }

    public Gate? Headers { get; init; }

    public Gate? BeforeEachChunk { get; init; }

    public int? StallAfter { get; init; }

    public Gate? StallGate { get; init; }

    public int? TruncateAfter { get; init; }

    public bool MidChunk { get; init; }

    public int? ResetAfter { get; init; }

    public Gate? ResetGate { get; init; }

    public int? ErrorAfter { get; init; }

    public UpstreamError? ErrorInStream { get; init; }

    public bool WithoutFinish { get; init; }

    public bool EmptyFirst { get; init; }

    public int? PieceBytes { get; init; }

    public Gate? BeforeEachPiece { get; init; }

    /// <summary>How many chunks are told before something breaks off the normal course; null when nothing does.</summary>
    public int? CutAfter => ErrorAfter ?? TruncateAfter ?? StallAfter ?? ResetAfter;
}

public sealed partial record Reply
{
    internal Faults Faults { get; init; } = Faults.None;

    /// <summary>The connection is reset before any header.</summary>
    public Reply Reset() => this with { Faults = Faults with { Reset = true } };

    /// <summary>Neither headers nor body before the gate lets the reply through once. A gate that is never released: no headers at all.</summary>
    public Reply HeldBy(Gate gate) => this with { Faults = Faults with { Headers = gate } };

    /// <inheritdoc cref="HeldBy(Gate)"/>
    public Reply HeldUntil(Task release) => HeldBy(Gate.OpenedBy(release));

    /// <summary>The gate is passed once before each chunk of content (on a plain answer: before the body, with the headers sent).</summary>
    public Reply DrippedBy(Gate gate) => this with { Faults = Faults with { BeforeEachChunk = gate } };

    /// <summary>After so many chunks nothing more comes until the client leaves, or until the gate, where given, is released.</summary>
    public Reply StallAfter(int chunks, Gate? until = null) =>
        this with { Faults = Faults with { StallAfter = chunks, StallGate = until ?? new Gate() } };

    /// <summary>After so many chunks the connection is closed in order, but the body is not ended: no last chunk, or too few bytes.</summary>
    public Reply TruncateAfter(int chunks) => this with { Faults = Faults with { TruncateAfter = chunks } };

    /// <summary>As <see cref="TruncateAfter"/>, with half of the next chunk.</summary>
    public Reply TruncateMidChunk(int chunks) => this with { Faults = Faults with { TruncateAfter = chunks, MidChunk = true } };

    /// <summary>
    /// After so many chunks the connection is reset. Bytes under way are lost with it, headers too; the gate, passed before the reset, lets a
    /// test take them first.
    /// </summary>
    public Reply ResetAfter(int chunks, Gate? when = null) => this with { Faults = Faults with { ResetAfter = chunks, ResetGate = when } };

    /// <summary>
    /// Status 200, and after so many chunks the wire's error inside the stream, then the end. On a plain answer: 200 with the error as body.
    /// </summary>
    public Reply ErrorAfter(int chunks, UpstreamError? error = null) =>
        this with { Faults = Faults with { ErrorAfter = chunks, ErrorInStream = error ?? new() { Kind = ErrorKind.Overloaded } } };

    /// <summary>The stream ends in order after the last content: no finish reason, no usage, no end mark.</summary>
    public Reply WithoutFinish() => this with { Faults = Faults with { WithoutFinish = true } };

    /// <summary>A chunk that is valid and says nothing comes before the first content.</summary>
    public Reply EmptyFirst() => this with { Faults = Faults with { EmptyFirst = true } };

    /// <summary>
    /// The body is written in pieces of so many bytes, each flushed, wherever that cuts. A client that reads slowly may still find several
    /// together; the gate, passed before each piece, lets a test take them one by one.
    /// </summary>
    public Reply InPieces(int bytes, Gate? each = null) => this with { Faults = Faults with { PieceBytes = bytes, BeforeEachPiece = each } };
}
