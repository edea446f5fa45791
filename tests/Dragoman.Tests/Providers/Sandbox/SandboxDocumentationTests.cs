using System.Runtime.CompilerServices;
using Dragoman.Model;
using Dragoman.Providers.Sandbox;
using static Dragoman.Tests.Providers.Sandbox.SandboxRequests;

namespace Dragoman.Tests.Providers.Sandbox;

/// <summary>docs/test-mode.md says what the table of words says, and its example is what the sandbox answers.</summary>
public sealed class SandboxDocumentationTests
{
    [Fact]
    public void TestModePage_ItsTables_AreTheTableOfWords() =>
        Page().Where(line => line.StartsWith("| `sandbox:", StringComparison.Ordinal)).ShouldBe(SandboxWords.All.Select(Row));

    [Fact]
    public void TestModePage_ItsExample_IsTheSandboxsAnswer()
    {
        var answer = Answer(Ask("What is an AI agent?") with { Model = "gpt4o" });
        Page().ShouldContain(line => line.Contains($"\"response\":\"{answer.Text}\"", StringComparison.Ordinal), answer.Text);
        Page().ShouldContain(line => line.Contains($"\"prompt_tokens\":{answer.Usage!.Value.InputTokens},\"completion_tokens\":{answer.Usage!.Value.OutputTokens},", StringComparison.Ordinal), $"{answer.Usage}");
    }

    private static string Row(SandboxWord word) => word.Play is SandboxPlay.Error or SandboxPlay.BrokenStream
        ? $"| `{word.Name}` | {ErrorTable.Get(word.Kind).HttpStatus} | {word.Meaning} | {(word.RetryAfter is { } wait ? $"{wait.TotalSeconds} s" : "")} |"
        : $"| `{word.Name}` | {word.Meaning} |";

    private static string[] Page([CallerFilePath] string file = "") => File.ReadAllLines(Path.GetFullPath(Path.Combine(file, "../../../../../docs/test-mode.md")));
}
