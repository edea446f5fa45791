namespace Dragoman.Starter.Pictures.Reading;

/// <summary>Makes what a prompt mentions the subjects of a scene.</summary>
internal static class SceneSubjects
{
    private const int LeastOfSome = 2, MostOfSome = 4; // "boats"

    /// <summary>In the order of their mention, what is far off last.</summary>
    /// <param name="seed">Chooses how many "some" are.</param>
    public static List<Subject> Of(PromptContent content, long seed)
    {
        List<(Subject Subject, Mention? Mention)> all = [];
        foreach (Mention mention in content.Mentions)
        {
            Add(all, mention, seed);
        }

        all.AddRange(ScenePlace.Others(content).Select(Belonging).OfType<Subject>()
            .Where(belonging => !all.Exists(one => one.Subject.Art == belonging.Art || (one.Subject.Habitat, belonging.Habitat) is (Habitat.Backdrop, Habitat.Backdrop)))
            .Select(belonging => (belonging, (Mention?)null)));
        List<(Subject Subject, Mention? Mention)> ordered =
            [.. all.OrderBy(one => one.Subject.Habitat is Habitat.Sky or Habitat.Backdrop).Take(SceneReader.MostSubjects)];
        return [.. ordered.Select((one, at) => one.Subject with { Relation = RelationOf(one.Mention, at, ordered) })];
    }

    /// <summary>What is seen of a place that the picture does not play in: of the mountains in "a lake in the mountains".</summary>
    private static Subject? Belonging(Place place) => place switch
    {
        Place.Mountains => new Subject("snow-capped-mountain") { Habitat = Habitat.Backdrop, Metres = 3000 },
        Place.Forest => new Subject("deciduous-tree", 5) { Metres = 10 },
        Place.Village => new Subject("houses") { Metres = 8 },
        _ => null,
    };

    private static void Add(List<(Subject Subject, Mention? Mention)> all, Mention mention, long seed)
    {
        IReadOnlyList<ArtPiece> pieces = mention.Pieces;
        for (int i = 0; i < pieces.Count; i++)
        {
            Subject subject = Make(mention, pieces[i], CountOf(mention, i, pieces.Count, seed));
            int known = all.FindIndex(one => one.Subject.Art == subject.Art && one.Subject.Metres.Equals(subject.Metres)
                && (one.Subject.Color is null || mention.Color is null || one.Subject.Color == subject.Color));
            if (known >= 0)
            {
                // "a boat …, the boat is red"
                Subject former = all[known].Subject;
                all[known] = (former with { Color = former.Color ?? mention.Color, Count = Math.Max(former.Count, subject.Count) }, all[known].Mention);
            }
            else if (subject.Count > 0)
            {
                all.Add((subject, mention));
            }
        }
    }

    private static Subject Make(Mention mention, ArtPiece piece, int count) => new(piece.Art, count)
    {
        Color = mention.Color ?? piece.Color,
        Habitat = mention.Habitat ?? piece.Habitat,
        Metres = piece.Metres * mention.Size,
    };

    /// <summary>A number is shared out among the pieces that show the thing.</summary>
    private static int CountOf(Mention mention, int piece, int pieces, long seed) => mention switch
    {
        { Number: { } number } => Math.Min(SceneReader.MostOfAKind, number / pieces + (number % pieces > piece ? 1 : 0)),
        { IsPlural: true } when pieces == 1 => LeastOfSome + (int)((ulong)seed % (MostOfSome - LeastOfSome + 1)),
        _ => 1,
    };

    private static Relation? RelationOf(Mention? mention, int at, List<(Subject Subject, Mention? Mention)> subjects)
    {
        if (mention?.Relation is not { } relation)
        {
            return null;
        }

        int to = subjects.FindIndex(one => one.Mention == relation.To);
        return to >= 0 && to != at ? new Relation(relation.Kind, to) : null;
    }
}
