using Dragoman.Starter;
using Dragoman.Starter.Embedding;

namespace Dragoman.Server.Tests.Starter;

public sealed class EmbeddingQueueTests
{
    private readonly EmbeddingQueue _queue = new(capacity: 4);
    private readonly List<EmbeddingJob> _batch = [];

    [Fact]
    public void Take_ShortTexts_FillABatchAcrossCallsInOrder()
    {
        EmbeddingCall first = Add(3, 3);
        EmbeddingCall second = Add(3, 3);

        Take(tokens: 10).ShouldBe([new(first, 0), new(first, 1), new(second, 0)]);
        Take(tokens: 10).ShouldBe([new(second, 1)]);
    }

    [Fact]
    public void Take_TextLongerThanABatch_GoesAlone()
    {
        EmbeddingCall call = Add(20, 1);

        Take(tokens: 10).ShouldBe([new(call, 0)]);
        Take(tokens: 10).ShouldBe([new(call, 1)]);
    }

    [Fact]
    public void Take_MoreTextsThanABatchHolds_LeavesTheRest()
    {
        Add(1, 1, 1);

        Take(texts: 2).Count.ShouldBe(2);
        Take(texts: 2).Count.ShouldBe(1);
    }

    [Fact]
    public void TryAdd_Full_IsRefusedWhole()
    {
        Add(1, 1, 1);

        _queue.TryAdd(Call(1, 1), out Refusal refusal).ShouldBeFalse();

        refusal.ShouldBe(Refusal.Busy);
        _queue.Count.ShouldBe(3);
    }

    [Fact]
    public void TryAdd_CallBeyondTheCapacity_IsTakenByAnEmptyQueue()
    {
        Add(1, 1, 1, 1, 1, 1);

        _queue.Count.ShouldBe(6);
    }

    [Fact]
    public void TryAdd_CallersWhoWaitedLeft_TheirPlacesAreFree()
    {
        Add(1);
        EmbeddingCall gone = Add(1, 1, 1);
        gone.Abandon();

        EmbeddingCall next = Add(1, 1, 1);

        Take().Count(job => job.Call == gone).ShouldBe(0);
        next.Taken.ShouldBe(3);
    }

    [Fact]
    public async Task Take_NothingThere_WaitsForTheNextCall()
    {
        Task<List<EmbeddingJob>> taking = Task.Run(() => Take());

        EmbeddingCall call = Add(1);

        (await taking).ShouldBe([new(call, 0)]);
    }

    [Fact]
    public async Task Close_SomebodyTakes_EndsAndHandsBackWhoWaited()
    {
        EmbeddingCall call = Add(1);
        _queue.Close().ShouldBe([call]);

        (await Task.Run(() => _queue.Take(_batch, 10, 10))).ShouldBeFalse();
        _queue.TryAdd(Call(1), out Refusal refusal).ShouldBeFalse();
        refusal.ShouldBe(Refusal.Stopping);
    }

    [Fact]
    public async Task Vectors_AllSet_ComeInTheTextsOrder()
    {
        EmbeddingCall call = Call(1, 1);

        call.Set(1, [1f]);
        call.IsOver.ShouldBeFalse();
        call.Set(0, [0f]);

        (await call.Vectors).ShouldBe([[0f], [1f]]);
    }

    private static EmbeddingCall Call(params int[] lengths) => new([.. lengths.Select(length => new int[length])]);

    private EmbeddingCall Add(params int[] lengths)
    {
        EmbeddingCall call = Call(lengths);
        _queue.TryAdd(call, out _).ShouldBeTrue();
        return call;
    }

    private List<EmbeddingJob> Take(int tokens = 100, int texts = 100)
    {
        _queue.Take(_batch, tokens, texts).ShouldBeTrue();
        return [.. _batch];
    }
}
