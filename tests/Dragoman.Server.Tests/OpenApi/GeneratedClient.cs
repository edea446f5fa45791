using System.Text.Json;

namespace Dragoman.Server.Tests.OpenApi;

/// <summary>
/// A TypeScript client that a public generator (<c>@hey-api/openapi-ts</c>) makes of a served OpenAPI document: what a stranger gets who has
/// nothing but the document and a key.
/// </summary>
internal static class GeneratedClient
{
    /// <summary>Fetches the document, generates, compiles strictly, runs. The test fails where any of it does.</summary>
    /// <param name="document">Where a running gateway serves it. Paths below the host come from the document's <c>servers</c>.</param>
    /// <param name="key">The API key; sent as the document's security scheme says.</param>
    /// <param name="script">
    /// The body of an async TypeScript function: <c>api</c> holds the operations by their ids
    /// (<c>(await api.createKey({ body: { name: "ci" } })).data</c>), and what is returned comes back as JSON.
    /// </param>
    public static async Task<JsonElement> RunAsync(Uri document, string key, string script)
    {
        var output = await NodeTools.RunAsync("run-client.mjs", document.AbsoluteUri, script, ("KEY", key));
        return JsonSerializer.Deserialize<JsonElement>(output);
    }
}
