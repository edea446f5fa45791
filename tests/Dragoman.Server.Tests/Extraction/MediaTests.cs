using Dragoman.Knowledge;
using Dragoman.Model;

namespace Dragoman.Server.Tests.Extraction;

public sealed class MediaTests
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3];
    private static readonly byte[] Mp4 = [0, 0, 0, 24, .. "ftypisom"u8, 1, 2, 3];
    private static readonly byte[] Mp3 = [.. "ID3"u8, 3, 0, 1, 2, 3];

    [Fact]
    public async Task Picture_IsDescribed_ForTheKeyThatAddedIt()
    {
        await using var rig = await PageRig.StartAsync(_ => Task.CompletedTask);

        var reading = await rig.ReadFileAsync(DocumentKind.Image, Png, prompt: "Which animal?", model: "gpt-4o");

        reading.Text!.Sections.ShouldBe([new Section("A red fox.")]);
        var call = rig.Gateway.Asked!;
        (call.Dialect, call.Caller.KeyId, call.Caller.Project, call.Request.Model).ShouldBe(("edenai", "k1", "shop", "gpt-4o"));
        call.Caller.Limits.RequestsPerMinute.ShouldBe(CallLimits.None);
        call.Request.Messages.Single().Text.ShouldBe("Which animal?");
        var image = call.Request.Messages[0].Parts.OfType<ImagePart>().Single();
        image.MediaType.ShouldBe("image/png");
        image.Data.ToArray().ShouldBe(Png);
    }

    [Fact]
    public async Task Film_GoesToTheModelOfTheSettings()
    {
        await using var rig = await PageRig.StartAsync(_ => Task.CompletedTask);

        await rig.ReadFileAsync(DocumentKind.Video, Mp4);

        rig.Gateway.Asked!.Request.Model.ShouldBe(rig.Settings.Knowledge.VisionModel);
        rig.Gateway.Asked.Request.Messages[0].Parts.OfType<FilePart>().Single().MediaType.ShouldBe("video/mp4");
        rig.Gateway.Asked.Request.Messages[0].Text.ShouldStartWith("Describe what can be seen");
    }

    [Fact]
    public async Task Picture_BehindAddress_IsFetched()
    {
        await using var rig = await PageRig.StartAsync(async context => await context.Response.Body.WriteAsync(Png));

        (await rig.ReadAsync("/fox", kind: DocumentKind.Image)).Text.ShouldNotBeNull();
    }

    [Fact]
    public async Task Description_ThatIsEmpty_IsAnError()
    {
        await using var rig = await PageRig.StartAsync(_ => Task.CompletedTask);
        rig.Gateway.Answer = " ";

        (await rig.ReadFileAsync(DocumentKind.Image, Png)).Error!.Message.ShouldBe("The model had nothing to say about it.");
    }

    [Theory]
    [InlineData("Image")]
    [InlineData("Audio")]
    public async Task Key_InForceNoMore_PaysForNothing(string kind)
    {
        await using var rig = await PageRig.StartAsync(_ => Task.CompletedTask);
        rig.Keys.Remove(rig.Keys.Hash("secret"));

        (await rig.ReadFileAsync(Enum.Parse<DocumentKind>(kind), kind == "Image" ? Png : Mp3)).Error!.Kind.ShouldBe(ErrorKind.Forbidden);

        (rig.Gateway.Asked, rig.Speech.FileName).ShouldBe((null, null));
    }

    [Fact]
    public async Task Sound_IsWrittenDown()
    {
        await using var rig = await PageRig.StartAsync(_ => Task.CompletedTask);

        (await rig.ReadFileAsync(DocumentKind.Audio, Mp3)).Text!.Sections.ShouldBe([new Section("Hello there.")]);
        rig.Speech.FileName.ShouldBe("recording.mp3");
    }

    [Fact]
    public async Task Sound_WithoutSpeech_IsAnError()
    {
        await using var rig = await PageRig.StartAsync(_ => Task.CompletedTask);
        rig.Speech.Answer = "";

        (await rig.ReadFileAsync(DocumentKind.Audio, Mp3)).Error!.Message.ShouldBe("No speech was found in the file.");
    }

    [Theory]
    [InlineData("Image", "video", "The file is not a picture that is known (jpg, png, webp, heic, heif); it is an MP4 film.")]
    [InlineData("Video", "picture", "The file is not a film that is known (mp4, mov, mpeg, avi, flv, webm, wmv, 3gpp); it is a PNG picture.")]
    [InlineData("Audio", "text", "The file is not a recording that is known (mp3, wav, m4a, ogg, flac, aac, webm, mp4).")]
    [InlineData("Image", "nothing", "The file is not a picture that is known (jpg, png, webp, heic, heif); it is empty.")]
    public async Task File_OfAnotherKind_IsRefused(string kind, string content, string message)
    {
        await using var rig = await PageRig.StartAsync(_ => Task.CompletedTask);
        byte[] bytes = content switch { "video" => Mp4, "picture" => Png, "text" => [.. "words"u8], _ => [] };

        var reading = await rig.ReadFileAsync(Enum.Parse<DocumentKind>(kind), bytes);

        reading.Error.ShouldBe(new GatewayError(ErrorKind.InvalidRequest, message));
        rig.Gateway.Asked.ShouldBeNull();
    }

    [Fact]
    public async Task Picture_LongerThanModelsTake_IsRefused()
    {
        await using var rig = await PageRig.StartAsync(_ => Task.CompletedTask);

        var reading = await rig.ReadFileAsync(DocumentKind.Image, [.. Png, .. new byte[16 * 1024 * 1024]]);

        reading.Error!.Message.ShouldBe("The file is longer than 15 MiB, the most that a model is given.");
    }
}
