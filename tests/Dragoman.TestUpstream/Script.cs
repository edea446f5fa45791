namespace Dragoman.Testing;

/// <summary>
/// What is answered: first the replies that are used once, in their order, each by the first request that its condition accepts;
/// then the standing rules, in their order; then the default.
/// </summary>
internal sealed class Script
{
    readonly Lock _lock = new();
    readonly List<(Func<RecordedRequest, bool>? Accepts, Reply Reply)> _once = [];
    readonly List<(Func<RecordedRequest, bool>? Accepts, Reply Reply)> _always = [];

    public Reply Fallback { get; set; } = Reply.Default();

    public int Pending
    {
        get { lock (_lock) { return _once.Count; } }
    }

    public void Once(Func<RecordedRequest, bool>? accepts, Reply reply)
    {
        lock (_lock)
        {
            _once.Add((accepts, reply));
        }
    }

    public void Always(Func<RecordedRequest, bool>? accepts, Reply reply)
    {
        lock (_lock)
        {
            _always.Add((accepts, reply));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _once.Clear();
            _always.Clear();
        }
    }

    /// <summary>The reply for a request. A path of no wire, or a list of models, takes only what is no chat: raw answers and errors.</summary>
    public Reply? Take(RecordedRequest request)
    {
        lock (_lock)
        {
            var at = _once.FindIndex(r => Fits(r, request));
            if (at >= 0)
            {
                var reply = _once[at].Reply;
                _once.RemoveAt(at);
                return reply;
            }

            var rule = _always.FindIndex(r => Fits(r, request));
            return rule >= 0 ? _always[rule].Reply : request.Wire == WireKind.None ? null : Fallback;
        }
    }

    static bool Fits((Func<RecordedRequest, bool>? Accepts, Reply Reply) rule, RecordedRequest request) =>
        (rule.Accepts is null || rule.Accepts(request))
        && ((request.Wire != WireKind.None && request.Method == "POST") || rule.Reply.RawAnswer is not null || rule.Reply.Failure is not null);
}
