using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Server.Tests.Knowledge;

public sealed class ProjectStoreTests
{
    private static readonly Owner Team = Owner.Of(new Caller("key_2", "a", KeyMode.Live) { Project = "team" });
    private static readonly Owner TeamsTests = Owner.Of(new Caller("key_3", "b", KeyMode.Test) { Project = "team" });

    [Fact]
    public async Task Project_Created_IsFoundByItsOwnerAlone()
    {
        await using var rig = new KnowledgeRig();
        var draft = KnowledgeRig.Draft() with { LlmProvider = "openai", LlmModel = "gpt-4o", Chunking = new ChunkRules(300, ["\n\n", ". "]) };

        var project = await rig.Projects.CreateAsync(Team, draft, default);

        var found = (await rig.Projects.FindAsync(Team, project.Id, default)).ShouldNotBeNull();
        found.ShouldBe(project with { Chunking = found.Chunking });
        found.Chunking.Size.ShouldBe(300);
        found.Chunking.Separators.ShouldBe(["\n\n", ". "]);
        found.Embedder.ToString().ShouldBe("starter/words");
        found.Owner.ShouldBe(Team);
        foreach (var other in new[] { TeamsTests, KnowledgeRig.Owner, new Owner("key:team", true) })
        {
            (await rig.Projects.FindAsync(other, project.Id, default)).ShouldBeNull();
            (await rig.Projects.ListAsync(other, default)).ShouldBeEmpty();
            (await rig.Projects.UpdateAsync(project with { Owner = other }, default)).ShouldBeNull();
            (await rig.Projects.DeleteAsync(other, project.Id, default)).ShouldBeFalse();
        }

        (await rig.Projects.FindAsync(Team, Guid.NewGuid(), default)).ShouldBeNull();
    }

    [Fact]
    public async Task Project_Updated_ChangesWhatMayChange()
    {
        await using var rig = new KnowledgeRig();
        var first = await rig.CreateAsync("first");
        var second = await rig.CreateAsync("second");

        var updated = await rig.Projects.UpdateAsync(
            first with { LlmModel = "gpt-5", LlmProvider = "openai", OcrProvider = "google", SpeechToTextProvider = "amazon", Name = "other", Chunking = new(64, []) }, default);

        updated!.Name.ShouldBe("first");
        var listed = await rig.Projects.ListAsync(KnowledgeRig.Owner, default);
        listed.Select(project => project.Name).ShouldBe(["first", "second"]);
        listed[0].LlmModel.ShouldBe("gpt-5");
        listed[0].OcrProvider.ShouldBe("google");
        listed[0].SpeechToTextProvider.ShouldBe("amazon");
        listed[0].Chunking.Size.ShouldBe(64);
        listed[1].ShouldBe(second with { Chunking = listed[1].Chunking });
    }

    [Fact]
    public async Task Conversation_KeepsItsTurnsInOrder()
    {
        await using var rig = new KnowledgeRig();
        var (project, other) = (await rig.CreateAsync(), await rig.CreateAsync("other"));
        var conversation = (await rig.Projects.CreateConversationAsync(project.Id, "first", default))!;
        await rig.Projects.CreateConversationAsync(project.Id, null, default);

        await rig.Projects.AppendTurnAsync(project.Id, conversation.Id, new ConversationTurn("hello", "good day"), default);
        await rig.Projects.AppendTurnAsync(project.Id, conversation.Id, new ConversationTurn("and?", null), default);
        await rig.Projects.AppendTurnAsync(other.Id, conversation.Id, new ConversationTurn("not mine", null), default);
        await rig.Projects.AppendTurnAsync(project.Id, Guid.NewGuid(), new ConversationTurn("gone", null), default);

        (await rig.Projects.FindConversationAsync(project.Id, conversation.Id, default))!.Turns
            .ShouldBe([new("hello", "good day"), new("and?", null)]);
        (await rig.Projects.FindConversationAsync(other.Id, conversation.Id, default)).ShouldBeNull();
        (await rig.Projects.RenameConversationAsync(project.Id, conversation.Id, "renamed", default))!.Turns.Count.ShouldBe(2);
        (await rig.Projects.RenameConversationAsync(other.Id, conversation.Id, "stolen", default)).ShouldBeNull();
        (await rig.Projects.ListConversationsAsync(project.Id, default)).Select(it => it.Name).ShouldBe(["renamed", null]);
        (await rig.Projects.DeleteConversationAsync(other.Id, conversation.Id, default)).ShouldBeFalse();
        (await rig.Projects.DeleteConversationAsync(project.Id, conversation.Id, default)).ShouldBeTrue();
        (await rig.Projects.FindConversationAsync(project.Id, conversation.Id, default)).ShouldBeNull();
        rig.FilesWith("good day").ShouldBeEmpty();
    }

    [Fact]
    public async Task Project_Gone_TakesNothing()
    {
        await using var rig = new KnowledgeRig();
        var project = await rig.CreateAsync();
        await rig.Projects.DeleteAsync(KnowledgeRig.Owner, project.Id, default);

        (await rig.Projects.CreateConversationAsync(project.Id, "first", default)).ShouldBeNull();
        (await rig.Projects.SetBotPromptAsync(project.Id, new BotPrompt("pirate", "gpt-4o", "Speak.", null, "{}", []), default)).ShouldBeFalse();
        (await rig.Projects.UpdateAsync(project, default)).ShouldBeNull();
    }

    [Fact]
    public async Task BotPrompt_IsOneAProject()
    {
        await using var rig = new KnowledgeRig();
        var (project, other) = (await rig.CreateAsync(), await rig.CreateAsync("other"));
        var prompt = new BotPrompt("pirate", "gpt-4o", "Speak like a pirate.", "You are one.", """{"t":1}""", ["https://example.org/a.pdf"]);
        await rig.Projects.SetBotPromptAsync(project.Id, prompt with { Name = "former" }, default);

        await rig.Projects.SetBotPromptAsync(project.Id, prompt, default);

        var found = (await rig.Projects.FindBotPromptAsync(project.Id, default))!;
        found.ShouldBe(prompt with { FileUrls = found.FileUrls });
        found.FileUrls.ShouldBe(prompt.FileUrls);
        (await rig.Projects.FindBotPromptAsync(other.Id, default)).ShouldBeNull();
        (await rig.Projects.RemoveBotPromptAsync(other.Id, default)).ShouldBeFalse();
        (await rig.Projects.RemoveBotPromptAsync(project.Id, default)).ShouldBeTrue();
        (await rig.Projects.FindBotPromptAsync(project.Id, default)).ShouldBeNull();
        rig.FilesWith("like a pirate").ShouldBeEmpty();
    }

    [Fact]
    public async Task Project_Deleted_LeavesNoTrace()
    {
        await using var rig = await KnowledgeRig.StartAsync();
        var (project, other) = (await rig.CreateAsync("doomedproject"), await rig.CreateAsync("other"));
        await rig.AddDoneAsync(project, "xylophone music", """{"composer":"vivaldi"}""");
        await rig.AddFileAsync(project, "accordion music");
        await rig.AddDoneAsync(other, "another xylophone");
        var conversation = (await rig.Projects.CreateConversationAsync(project.Id, "zither talk", default))!;
        await rig.Projects.AppendTurnAsync(project.Id, conversation.Id, new ConversationTurn("bandoneon question", "bandoneon answer"), default);
        (await rig.FindAsync(project, "music")).Candidates.ShouldNotBeEmpty();

        (await rig.Projects.DeleteAsync(KnowledgeRig.Owner, project.Id, default)).ShouldBeTrue();

        (await rig.Projects.DeleteAsync(KnowledgeRig.Owner, project.Id, default)).ShouldBeFalse();
        (await rig.Projects.FindAsync(KnowledgeRig.Owner, project.Id, default)).ShouldBeNull();
        (await rig.FindAsync(project, "music")).Candidates.ShouldBeEmpty();
        (await rig.AddAsync(project, "late")).Error!.Kind.ShouldBe(ErrorKind.NotFound);
        rig.Folder.HasProject(project.Id).ShouldBeFalse();
        foreach (var word in new[] { "doomedproject", "vivaldi", "accordion", "zither", "bandoneon", project.Id.ToString("D"), project.Id.ToString("D").ToUpperInvariant() })
        {
            rig.FilesWith(word).ShouldBeEmpty(word);
        }

        (await rig.FindAsync(other, "xylophone")).Candidates.ShouldHaveSingleItem();
    }
}
