using System.Text;
using Dragoman.Dialects.Gainly;
using Dragoman.Http;
using Dragoman.Model;

namespace Dragoman.Tests.Dialects.Gainly;

public sealed class GainlyErrorsTests
{
    private static readonly int[] DocumentedStatuses = [400, 401, 402, 403, 404, 405, 409, 422, 429, 500, 502, 503, 504];
    private static readonly string[] DocumentedTypes = ["invalid_request_error", "response_error", "search_engine_error", "model_engine_error"];

    public static TheoryData<ErrorKind> Kinds => [.. Enum.GetValues<ErrorKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Table_EachKind_HasADocumentedStatusAndType(ErrorKind kind)
    {
        var (status, type) = GainlyErrors.Get(kind);

        DocumentedStatuses.ShouldContain(status);
        DocumentedTypes.ShouldContain(type);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Table_WhatTheUpstreamOrTheModelDid_IsTheModelEngines(ErrorKind kind)
    {
        if (kind.ToString().StartsWith("Upstream", StringComparison.Ordinal) || kind.ToString().StartsWith("Model", StringComparison.Ordinal))
        {
            GainlyErrors.Get(kind).Type.ShouldBe("model_engine_error");
        }
    }

    [Theory]
    [InlineData(ErrorKind.MalformedBody, 400, "invalid_request_error")]
    [InlineData(ErrorKind.BodyTooLarge, 400, "invalid_request_error")]
    [InlineData(ErrorKind.UnsupportedMediaType, 400, "invalid_request_error")]
    [InlineData(ErrorKind.InvalidRequest, 422, "invalid_request_error")]
    [InlineData(ErrorKind.Unauthenticated, 401, "invalid_request_error")]
    [InlineData(ErrorKind.BudgetExceeded, 402, "invalid_request_error")]
    [InlineData(ErrorKind.Forbidden, 403, "invalid_request_error")]
    [InlineData(ErrorKind.NotFound, 404, "invalid_request_error")]
    [InlineData(ErrorKind.MethodNotAllowed, 405, "invalid_request_error")]
    [InlineData(ErrorKind.RateLimited, 429, "invalid_request_error")]
    [InlineData(ErrorKind.ContentFiltered, 422, "response_error")]
    [InlineData(ErrorKind.Internal, 500, "response_error")]
    [InlineData(ErrorKind.ModelNotFound, 503, "model_engine_error")]
    [InlineData(ErrorKind.ModelNotConfigured, 503, "model_engine_error")]
    [InlineData(ErrorKind.StarterUnavailable, 503, "model_engine_error")]
    [InlineData(ErrorKind.ContextLengthExceeded, 400, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamRejectedRequest, 400, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamModelNotFound, 502, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamRateLimited, 429, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamQuotaExhausted, 503, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamOverloaded, 503, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamTimeout, 504, "model_engine_error")]
    [InlineData(ErrorKind.UpstreamUnreachable, 502, "model_engine_error")]
    public void Table_Kind_IsToldAs(ErrorKind kind, int status, string type) => GainlyErrors.Get(kind).ShouldBe((status, type));

    [Fact]
    public void Table_NoSuchKind_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => GainlyErrors.Get((ErrorKind)999));

    [Fact]
    public void Body_Any_IsTheOneShape()
    {
        using var output = new PooledBuffer();
        GainlyErrors.Write(output, "response_error", "Slow down — \"please\".", isLive: true);

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("""{"error":{"type":"response_error","message":"Slow down — \"please\"."},"livemode":true}""");
    }
}
