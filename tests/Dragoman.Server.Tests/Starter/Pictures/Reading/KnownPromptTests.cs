using Dragoman.Starter.Embedding;
using Dragoman.Starter.Native;
using Dragoman.Starter.Pictures;
using Dragoman.Starter.Pictures.Reading;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragoman.Server.Tests.Starter.Pictures.Reading;

/// <summary>With the real embedder: what prompts as people write them are read as.</summary>
public sealed class KnownPromptTests(KnownPromptTests.Parts parts) : IClassFixture<KnownPromptTests.Parts>
{
    [Theory]
    [InlineData("A serene mountain lake at sunset", "Lake Sunset | snow-capped-mountain")]
    [InlineData("three red boats on a calm sea", "Sea | 3 sailboat #d32f2f")]
    [InlineData("a red fox in a snowy forest", "Forest Winter | fox")]
    [InlineData("a sailing boat under a full moon", "Sea Night | sailboat below 1, full-moon")]
    [InlineData("a cat sleeping on a sofa", "Room | cat on 1, couch-and-lamp")]
    [InlineData("two elephants in the savanna at dawn", "Field Dawn | 2 elephant")]
    [InlineData("a city skyline at night in the rain", "City Night Rain")]
    [InlineData("a hot air balloon over green hills", "Hills | hot-air-balloon")]
    [InlineData("a lighthouse in a storm", "Sea Storm | lighthouse")]
    [InlineData("an astronaut on the moon", "Space Night | astronaut on 1, full-moon")]
    [InlineData("a bowl of fruit on a wooden table", "Table | fruit-bowl")]
    [InlineData("cherry blossoms in spring by a river", "River Spring | deciduous-tree #f4a6c0")]
    [InlineData("a camel in the desert under a blazing sun", "Desert | camel below 1, sun")]
    [InlineData("a cottage in an autumn forest", "Forest Autumn | house")]
    [InlineData("five penguins on the ice", "Snowfield Winter | 5 penguin")]
    [InlineData("a dragon flying over a castle", "Mountains | dragon above 1, castle")]
    [InlineData("a rocket flying past Saturn", "Space | rocket, ringed-planet")]
    [InlineData("a birthday cake with candles", "Table | birthday-cake")]
    [InlineData("whales under the sea", "Underwater | 3 whale")]
    [InlineData("a lone tree in a field of sunflowers", "Field | deciduous-tree, 9 sunflower")]
    [InlineData("a bicycle leaning against a yellow wall", "Room #fbc02d | bicycle")]
    [InlineData("a family picnic in the park", "Meadow | man-standing, woman-standing, boy, basket")]
    [InlineData("a steam train crossing a bridge in the mountains", "Mountains | steam-train on 1, bridge")]
    [InlineData("a robot watering plants in a greenhouse", "Garden | robot, 3 potted-plant")]
    [InlineData("a black cat on a roof under the stars", "Village Night | black-cat on 1, house")]
    [InlineData("foggy morning in a pine forest", "Forest Dawn Fog | 7 evergreen-tree")]
    [InlineData("a bee on a flower", "Garden | honeybee on 1, blossom")]
    [InlineData("a cup of coffee and a book by the window", "Table | hot-beverage, open-book")]
    [InlineData("a unicorn under a rainbow", "Meadow | unicorn below 1, rainbow")]
    [InlineData("children building a snowman", "Snowfield Winter | boy, girl, snowman")]
    [InlineData("an old man reading a book on a bench", "Meadow | old-man on 2, open-book on 2, bench")]
    [InlineData("a man surfing a giant wave", "Sea | man-surfing")]
    [InlineData("the Eiffel Tower in Paris at night", "City Night | tokyo-tower")]
    [InlineData("northern lights over a cabin in the snow", "Snowfield Night Winter | log-cabin")]
    [InlineData("a happy couple dancing in the rain", "Meadow Rain | man-dancing, woman-dancing")]
    [InlineData("a photo of a golden retriever puppy playing with a ball in the park, 8k, highly detailed", "Meadow | dog, soccer-ball")]
    public void Read_KnownWords_IsAsExpected(string prompt, string scene) => SceneText.Of(Read(prompt)).ShouldBe(scene);

    [Theory]
    [InlineData("a wolfhound in the snow", "Snowfield Winter | wolf")]
    [InlineData("teamwork in the workplace", "Room")]
    [InlineData("two kayakers on the rapids", "River | 2 canoe")]
    public void Read_UnknownNoun_IsTheNearestByItsSense(string prompt, string scene) => SceneText.Of(Read(prompt)).ShouldBe(scene);

    [Theory]
    [InlineData("data security concept")]
    [InlineData("a trampoline")]
    [InlineData("a pterodactyl and a puffin")]
    [InlineData("a samovar")]
    [InlineData("un gato negro en el tejado")]
    [InlineData("quantum entanglement explained simply")]
    public void Read_NothingNear_ShowsNothingWrong(string prompt) => Read(prompt).Subjects.ShouldBeEmpty();

    private Scene Read(string prompt) => parts.Reader.Read(prompt, PictureStyle.Default, 1024, 1024, seed: 1);

    public sealed class Parts : IDisposable
    {
        private readonly EmbeddingModel? _model;
        private readonly PhraseEmbedder? _embedder;
        private readonly SceneReader? _reader;

        public Parts()
        {
            if (StarterParts.Missing is null)
            {
                LlamaRuntime.Start(StarterParts.Native, NullLogger.Instance);
                _model = EmbeddingModel.Load(StarterParts.Embedder);
                _embedder = new PhraseEmbedder(_model);
                _reader = new SceneReader(ArtIndex.Build(Vocabulary.Instance, _embedder), _embedder);
            }
        }

        internal SceneReader Reader
        {
            get
            {
                StarterParts.Require();
                return _reader!;
            }
        }

        public void Dispose()
        {
            _embedder?.Dispose();
            _model?.Dispose();
        }
    }
}
