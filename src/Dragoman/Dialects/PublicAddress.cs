using Microsoft.AspNetCore.Http;

namespace Dragoman.Dialects;

internal sealed class PublicAddress(string host)
{
    public Uri Of(HttpContext context, Uri address) => new(new Uri($"{context.Request.Scheme}://{context.Request.Host}{host}"), address);
}
