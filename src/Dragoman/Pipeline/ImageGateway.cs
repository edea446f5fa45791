using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Providers.Sandbox;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>The way of a call for a picture, in the steps of <see cref="ChatGateway"/>.</summary>
internal sealed class ImageGateway(IReadOnlyList<IPolicy> policies, ImageClient images, DeploymentHealth health, TimeProvider time) : IImageGateway
{
    public async ValueTask<ImageResult> GenerateAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var settlement = new Settlement(policies, time);
        var result = new ImageResult(null, Settlement.Unfinished);
        Usage? usage = null;
        try
        {
            // 1. Admit. The answers that a policy may have are chats.
            if ((await settlement.AdmitAsync(call, cancellationToken)).Refusal is { } refusal)
            {
                return result = refusal;
            }

            // 2. Route.
            var settings = call.Settings;
            var (route, error) = Router.ResolveImages(settings, call.Dialect, call.Caller, call.Request.Model);
            if (route is null)
            {
                return result = error!;
            }

            if (!call.Caller.IsLive && SandboxModel.PlayFor(call.Request) is { } played)
            {
                call.ServedBy = settings.Sandbox?.Id;
                return result = played;
            }

            // 3. Attempt.
            var candidates = new Candidates(route, health, settings.Upstream.MaxAttempts);
            while (candidates.Next() is { } deployment)
            {
                var startedAt = time.GetTimestamp();
                var former = result.Error;
                var isLast = false;
                result = Settlement.Unfinished;
                try
                {
                    (result, isLast) = await AttemptAsync(call, deployment, settings.Upstream, cancellationToken);
                }
                finally
                {
                    call.Record(deployment, result.Error, time.GetElapsedTime(startedAt), health);
                }

                if (isLast || result.Error is not { TryNext: true } failure)
                {
                    break;
                }

                result = candidates.Weigh(former, failure);
            }

            // Whatever becomes of the pictures now, they were made.
            usage = result.Response is { } made ? made.Usage ?? UsageEstimate.Of(call, 0) : null;
            return result = result.Response is { } pictures && call.Finish is { } finish && await finish(pictures, cancellationToken) is { } failed ? failed : result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return result = Settlement.Canceled;
        }
        finally
        {
            // 4. Settle.
            settlement.Settle(call, result.Error, usage ?? UsageEstimate.Of(call, result.Error!));
        }
    }

    private async ValueTask<ImageAttempt> AttemptAsync(ImageCall call, Deployment deployment, UpstreamLimits limits, CancellationToken cancellationToken)
    {
        call.ServedBy = deployment.Id;
        call.Dropped = [];
        var target = deployment.Target;
        if (target is null)
        {
            (target, var failure) = await deployment.Engine!.EnsureRunningAsync(cancellationToken);
            if (target is null)
            {
                return new ImageAttempt(failure!);
            }

            // An engine tells where it chats: /v1/chat/completions.
            target = target with { Model = Vendors.Composer, PlainUri = new Uri(target.PlainUri, "../images/generations") };
        }

        var body = deployment.Images!.Write(call.Request, target);
        call.Dropped = body.Dropped;
        return await images.TryAsync(deployment.Images, body, call.Request.Ratio, target, deployment.Engine is not null, limits, cancellationToken);
    }
}
