using Dragoman.Images;
using Dragoman.Model;
using Dragoman.Server.Images;
using Dragoman.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Server.Tests.Images;

public sealed class ImageSweeperTests
{
    private readonly FakeTime _time = new();
    private readonly FakeStore _store = new();

    [Fact]
    public async Task Running_SweepsAtStartAndEachHour_ASliceAtATime()
    {
        _store.Slices = 3;
        using var sweeper = new ImageSweeper(_store, _time, NullLogger<ImageSweeper>.Instance);
        await sweeper.StartAsync(default);

        await UntilAsync(() => _store.Deleted == 3, TimeSpan.FromMilliseconds(50));
        await UntilAsync(() => _store.Sweeps == 2, TimeSpan.FromMinutes(10));
        _store.SweptAt[1].ShouldBeGreaterThanOrEqualTo(_store.SweptAt[0].AddHours(1));
        await sweeper.StopAsync(default);
    }

    [Fact]
    public async Task Running_AStoreThatFails_IsTriedAgain()
    {
        _store.Fails = true;
        using var sweeper = new ImageSweeper(_store, _time, NullLogger<ImageSweeper>.Instance);
        await sweeper.StartAsync(default);
        await UntilAsync(() => _store.Sweeps >= 1, TimeSpan.Zero);

        _store.Fails = false;
        _store.Slices = 1;
        await UntilAsync(() => _store.Deleted == 1, TimeSpan.FromMinutes(10));
        await sweeper.StopAsync(default);
    }

    [Fact]
    public async Task Stop_BetweenTwoSlices_IsAtOnce()
    {
        _store.Slices = 1000;
        using var sweeper = new ImageSweeper(_store, _time, NullLogger<ImageSweeper>.Instance);
        await sweeper.StartAsync(default);
        await UntilAsync(() => _store.Deleted >= 1, TimeSpan.Zero);
        await sweeper.StopAsync(default);
        _store.Deleted.ShouldBeLessThan(1000);
        sweeper.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        while (!condition())
        {
            _time.Advance(step);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A store of which each sweep takes so many slices of one picture.</summary>
    private sealed class FakeStore : IImageStore
    {
        private volatile int _deleted;
        private volatile int _sweeps;

        public int Slices { get; set; }

        public bool Fails { get; set; }

        public int Deleted => _deleted;

        public int Sweeps => _sweeps;

        public List<DateTimeOffset> SweptAt { get; } = [];

        public GatewayError? FindObstacle() => throw new NotSupportedException();

        public ValueTask<PublishResult> PutAsync(ImageName name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<OpenedImage> OpenAsync(ImageName name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async IAsyncEnumerable<int> SweepAsync(
            DateTimeOffset now, int slice, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            SweptAt.Add(now);
            _sweeps++;
            if (Fails)
            {
                throw new IOException("the disk is gone");
            }

            for (var i = 0; i < Slices; i++)
            {
                await Task.Yield();
                _deleted++;
                yield return 1;
            }
        }
    }
}
