using System.Text.RegularExpressions;

namespace Dragoman.Starter;

/// <summary>Names for models that were given none.</summary>
internal static partial class ModelNames
{
    private const string StarterFile = "model";
    private const string StarterName = "tinyllama-1.1b-chat";

    /// <summary>What composes pictures.</summary>
    public const string Composer = "composer";

    /// <summary>
    /// The file's name in lower case without <c>.gguf</c>, version and quantisation: <c>Qwen2.5-7B-Instruct-Q4_K_M.gguf</c> becomes
    /// <c>qwen2.5-7b-instruct</c>. The starter's own file is called <c>model.gguf</c> and is <c>tinyllama-1.1b-chat</c>.
    /// </summary>
    public static string FromFile(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        name = Quantisation().Replace(name, "").ToLowerInvariant();
        return name.Length == 0 || name == StarterFile ? StarterName : name;
    }

    [GeneratedRegex(@"([-.]v\d+(\.\d+)*)?[-.](I?Q\d\w*|TQ\d\w*|B?F(16|32)|FP16|MXFP4\w*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Quantisation();
}
