using Dragoman.Starter;

namespace Dragoman.Server.Tests.Starter;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_Serve_KeepsDefaultsForTheRest()
    {
        StarterOptions options = CommandLine.Parse(["serve", "--model", "m.gguf", "--native", "n", "--slots", "2", "--parent-pipe"]);
        (options.Urls, options.ParentPipe, options.Engine.Slots, options.Engine.Queue, options.MaxTokens).ShouldBe(("http://127.0.0.1:0", true, 2, 32, 512));
    }

    [Fact]
    public void Parse_EmbedderAlone_IsServed()
    {
        StarterOptions options = CommandLine.Parse(["serve", "--embedder", "e.gguf", "--native", "n", "--embedder-threads", "1"]);
        (options.Model, options.ServedEmbedderName, options.Embedding.Threads, options.Embedding.Queue).ShouldBe((null, "e", 1, 4096));
    }

    [Fact]
    public void Parse_LibvipsAlone_ServesPicturesThatAreDeveloped()
    {
        StarterOptions options = CommandLine.Parse(["serve", "--vips", "v.so", "--picture-threads", "3"]);
        (options.ServesComposer, options.ServesEmbedder, options.Pictures.Threads, options.Pictures.Queue).ShouldBe((false, false, 3, 32));
    }

    [Fact]
    public void Parse_LibvipsWithAllForComposing_ServesTheComposerAndNoEmbedder()
    {
        StarterOptions options = CommandLine.Parse(["serve", "--vips", "v.so", "--native", "n", "--embedder", "e", "--art", "a", "--art-index", "i"]);
        (options.ServesComposer, options.ServesEmbedder).ShouldBe((true, false));
    }

    [Theory]
    [InlineData("--vips", "v.so", "--model", "m", "--native", "n")]
    [InlineData("--vips", "v.so", "--art", "a")]
    [InlineData("--vips", "v.so", "--native", "n", "--embedder", "e", "--art", "a")]
    [InlineData("--vips", "v.so", "--picture-threads", "0")]
    [InlineData("--model", "m")]
    [InlineData("--native", "n")]
    [InlineData("--native", "n", "--embedder", "e", "--embedder-threads", "0")]
    [InlineData("--native", "n", "--model", "m", "--slots", "0")]
    [InlineData("--native", "n", "--model", "m", "--slots", "-1")]
    [InlineData("--native", "n", "--model", "m", "--slots")]
    [InlineData("--native", "n", "--model", "m", "--surprise")]
    public void Parse_Mistake_IsRefused(params string[] arguments) =>
        Should.Throw<StarterException>(() => CommandLine.Parse(["serve", .. arguments]));

    [Theory]
    [InlineData("/x/model.gguf", "tinyllama-1.1b-chat")]
    [InlineData("tinyllama-1.1b-chat-v1.0.Q2_K.gguf", "tinyllama-1.1b-chat")]
    [InlineData("Qwen2.5-7B-Instruct-Q4_K_M.gguf", "qwen2.5-7b-instruct")]
    [InlineData("phi-4-F16.gguf", "phi-4")]
    public void FromFile_GgufName_IsCleaned(string file, string name) => ModelNames.FromFile(file).ShouldBe(name);
}
