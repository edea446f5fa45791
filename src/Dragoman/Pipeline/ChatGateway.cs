using Dragoman.Model;
using Dragoman.Providers;
using Dragoman.Routing;

namespace Dragoman.Pipeline;

/// <summary>
/// The way of a call:
/// <list type="number">
/// <item>admit: each policy in order lets it on, refuses it or answers it; then what the request stands on is fetched;</item>
/// <item>route: the call's snapshot, the model's name, an ordered list of deployments;</item>
/// <item>attempt: healthy deployments first; another is tried only while the client has seen nothing;</item>
/// <item>settle: each policy that admitted, in reverse, always.</item>
/// </list>
/// </summary>
public sealed class ChatGateway(
    IReadOnlyList<IPolicy> policies, UpstreamClient upstream, ImageInliner images, DeploymentHealth health, TimeProvider time) : IChatGateway
{
    public async ValueTask<ChatResult> CompleteAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var settlement = new Settlement(policies, time);
        var result = new ChatResult(null, Settlement.Unfinished);
        Usage? usage = null;
        try
        {
            // 1. Admit.
            var (refusal, answer) = await settlement.AdmitAsync(call, cancellationToken);
            if (refusal is not null || answer is not null)
            {
                return result = await FinishAsync(call, new ChatResult(answer, refusal), cancellationToken);
            }

            if (await GatherAsync(call, cancellationToken) is { } missing)
            {
                return result = missing;
            }

            // 2. Route.
            var settings = call.Settings;
            var (route, error) = Router.Resolve(settings, call.Dialect, call.Caller, call.Request.Model, call.Request.Sources is not null);
            if (route is null)
            {
                return result = error!;
            }

            // 3. Attempt.
            var candidates = new Candidates(route, health, settings.Upstream.MaxAttempts);
            while (candidates.Next() is { } deployment)
            {
                var startedAt = time.GetTimestamp();
                var former = result.Error;
                result = Settlement.Unfinished;
                try
                {
                    result = await AttemptAsync(call, deployment, settings.Upstream, cancellationToken);
                }
                finally
                {
                    Record(call, deployment, result.Error, startedAt);
                }

                if (result.Error is not { TryNext: true } failure || deployment.BuiltIn is not null)
                {
                    break;
                }

                result = candidates.Weigh(former, failure);
            }

            // Whatever becomes of the answer now, it was made.
            usage = result.Response is { } whole ? whole.Usage ?? UsageEstimate.Of(call, whole) : null;
            return result = await FinishAsync(call, result, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return result = Settlement.Canceled;
        }
        finally
        {
            // 4. Settle.
            settlement.Settle(call, result.Error, usage ?? (result.Error is { } failed ? UsageEstimate.Of(call, failed) : default));
        }
    }

    public async ValueTask<ChatStreamResult> StreamAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var settlement = new Settlement(policies, time);
        var error = Settlement.Unfinished;
        var handedOver = false;
        try
        {
            // 1. Admit.
            var (refusal, answer) = await settlement.AdmitAsync(call, cancellationToken);
            if (refusal is not null)
            {
                return new ChatStreamResult(null, error = refusal);
            }

            if (answer is not null)
            {
                handedOver = true;
                return new ChatStreamResult(new SettlingStream(call, settlement, answer), null);
            }

            if (await GatherAsync(call, cancellationToken) is { } missing)
            {
                return new ChatStreamResult(null, error = missing);
            }

            // 2. Route.
            var settings = call.Settings;
            var (route, unroutable) = Router.Resolve(settings, call.Dialect, call.Caller, call.Request.Model, call.Request.Sources is not null);
            if (route is null)
            {
                return new ChatStreamResult(null, error = unroutable!);
            }

            // 3. Attempt, until one has content to show.
            var candidates = new Candidates(route, health, settings.Upstream.MaxAttempts);
            while (candidates.Next() is { } deployment)
            {
                var startedAt = time.GetTimestamp();
                var former = error;
                error = Settlement.Unfinished;
                try
                {
                    var (stream, failure) = await OpenAsync(call, deployment, settings.Upstream, cancellationToken);
                    if (stream is not null)
                    {
                        handedOver = true;
                        return new ChatStreamResult(
                            new SettlingStream(call, settlement, stream, outcome => Record(call, deployment, outcome, startedAt)), null);
                    }

                    error = failure!;
                }
                finally
                {
                    if (!handedOver)
                    {
                        Record(call, deployment, error, startedAt);
                    }
                }

                if (!error.TryNext || deployment.BuiltIn is not null)
                {
                    break;
                }

                error = candidates.Weigh(former, error);
            }

            return new ChatStreamResult(null, error);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new ChatStreamResult(null, error = Settlement.Canceled);
        }
        finally
        {
            // 4. Settle, unless a stream is under way: that settles when it is disposed of.
            if (!handedOver)
            {
                settlement.Settle(call, error, UsageEstimate.Of(call, error));
            }
        }
    }

    private static async ValueTask<GatewayError?> GatherAsync(ChatCall call, CancellationToken cancellationToken)
    {
        if (call.Gather is not { } gather)
        {
            return null;
        }

        var (request, error) = await gather(cancellationToken);
        call.Request = request ?? call.Request;
        return error;
    }

    private static ValueTask<ChatResult> FinishAsync(ChatCall call, ChatResult result, CancellationToken cancellationToken) =>
        result.Response is { } answer && call.Finish is { } finish ? finish(call, answer, cancellationToken) : new(result);

    private async ValueTask<ChatResult> AttemptAsync(ChatCall call, Deployment deployment, UpstreamLimits limits, CancellationToken cancellationToken)
    {
        if (deployment.BuiltIn is { } model)
        {
            var builder = new ChatResponseBuilder();
            foreach (var step in await AskAsync(model, call, deployment, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                builder.Add(step);
            }

            return builder.Error is { } failure ? failure : builder.Build();
        }

        var (target, request, error) = await PrepareAsync(call, deployment, cancellationToken);
        if (error is not null)
        {
            return error;
        }

        var answer = await upstream.SendAsync(deployment.Provider!, request!, target!, limits, cancellationToken);
        return new ChatResult(answer.Response, answer.Error);
    }

    private async ValueTask<(UpstreamStream? Stream, GatewayError? Error)> OpenAsync(
        ChatCall call, Deployment deployment, UpstreamLimits limits, CancellationToken cancellationToken)
    {
        UpstreamStream? stream;
        GatewayError? error;
        if (deployment.BuiltIn is { } model)
        {
            stream = UpstreamStream.Of(await AskAsync(model, call, deployment, cancellationToken));
        }
        else
        {
            (var target, var request, error) = await PrepareAsync(call, deployment, cancellationToken);
            if (error is not null)
            {
                return (null, error);
            }

            (stream, error) = await upstream.OpenAsync(deployment.Provider!, request!, target!, limits, cancellationToken);
            if (stream is null)
            {
                return (null, error);
            }
        }

        try
        {
            error = await stream.ReadToContentAsync();
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        if (error is null)
        {
            return (stream, null);
        }

        await stream.DisposeAsync();
        return (null, error);
    }

    /// <summary>
    /// A built-in model's answer. It honours the request or says so itself; what belongs to a wire is dropped and named, for it has none. Its failures are
    /// played on purpose, so that they are told as they are: nothing else is tried, and nobody is the worse for them.
    /// </summary>
    private static ValueTask<IEnumerable<ChatEvent>> AskAsync(IBuiltInModel model, ChatCall call, Deployment deployment, CancellationToken cancellationToken)
    {
        Begin(call, deployment);
        call.Dropped = [.. model.Unhonoured(call.Request).WireNames().Concat(call.Request.ExtraMembers?.Keys ?? [])];
        return model.AnswerAsync(call.Request, cancellationToken);
    }

    private static void Begin(ChatCall call, Deployment deployment)
    {
        call.ServedBy = deployment.Id;
        call.Dropped = [];
    }

    /// <summary>
    /// Finds the address, fetches images for a deployment that wants their bytes, and takes out of the request what the deployment does not honour, which is
    /// named, or refuses.
    /// </summary>
    private async ValueTask<(UpstreamTarget? Target, ChatRequest? Request, GatewayError? Error)> PrepareAsync(
        ChatCall call, Deployment deployment, CancellationToken cancellationToken)
    {
        Begin(call, deployment);
        var target = deployment.Target;
        if (target is null)
        {
            (target, var failure) = await deployment.Engine!.EnsureRunningAsync(cancellationToken);
            if (target is null)
            {
                return (null, null, failure);
            }
        }

        var request = call.Request;
        var missing = request.UsedParameters() & ~target.SupportedFor(request);
        if (missing.HasFlag(ChatParameters.ImageUrlInput) && target.Supported.HasFlag(ChatParameters.ImageInput))
        {
            var (inlined, failure) = await images.InlineAsync(request, deployment.Engine is null ? target.PlainUri : null, cancellationToken);
            if (inlined is null)
            {
                return (null, null, failure);
            }

            // For the next attempt, too, should there be one.
            request = call.Request = inlined;
            missing &= ~ChatParameters.ImageUrlInput;
        }

        if ((missing & ChatParametersExtensions.Essential) is var refused && refused != ChatParameters.None)
        {
            var names = string.Join(", ", refused.WireNames().Distinct());
            return (null, null, new GatewayError(ErrorKind.UnsupportedParameter, $"{deployment.Id} does not support {names}.")
            {
                Parameter = refused.WireNames().First(),
                Provider = target.ProviderName,
            });
        }

        request = request.Without(missing);
        var dropped = missing | deployment.Provider!.Unhonoured(request, target);
        var foreign = request.ExtraMembers is { Count: > 0 } && request.ExtraMembersWire != deployment.Provider.Wire;
        if (dropped != ChatParameters.None || foreign)
        {
            call.Dropped = [.. dropped.WireNames().Concat(foreign ? request.ExtraMembers!.Keys : []).Distinct()];
        }

        return (target, request, null);
    }

    private void Record(ChatCall call, Deployment deployment, GatewayError? error, long startedAt) =>
        call.Record(deployment, error, time.GetElapsedTime(startedAt), health);
}
