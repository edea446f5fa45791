namespace Dragoman.Starter.Pictures.Drawing;

/// <summary>One thing with its place in the picture.</summary>
/// <param name="Piece">What it looks like.</param>
/// <param name="Subject">Its position in <see cref="Scene.Subjects"/>.</param>
/// <param name="X">The column of its middle.</param>
/// <param name="Base">The row of its lowest point.</param>
/// <param name="Tall">In pixels.</param>
/// <param name="Nearness">0 far, 1 near: the order of painting, and the haze.</param>
/// <param name="Turn">In degrees.</param>
internal sealed record Placed(Piece Piece, int Subject, Habitat Habitat, float X, float Base, float Tall, float Nearness, bool Flipped, float Turn)
{
    public float Wide => Tall * Piece.Aspect;

    public float Top => Base - Tall;
}

/// <summary>
/// Where things stand: the main one on a crossing of the thirds, away from the light; others where they cover least and stay nearest to where such
/// things belong. Nearer ones are larger and lower.
/// </summary>
internal sealed class Layout
{
    private const int Tries = 14;

    private readonly Painting _painting;
    private readonly Dice _dice;
    private readonly List<Placed> _placed = [];
    private readonly List<List<Placed>> _ofSubject = [];
    private readonly List<(RelationKind Kind, Placed Other)> _neighbours = [];

    private Layout(Painting painting)
    {
        _painting = painting;
        _dice = painting.Dice.Fork(50);
    }

    /// <summary>Far ones first. Subjects of art that is not there are left out.</summary>
    public static IReadOnlyList<Placed> Of(Painting painting)
    {
        var layout = new Layout(painting);
        layout.PlaceAll();
        return [.. layout._placed.OrderBy(p => p.Nearness)];
    }

    private void PlaceAll()
    {
        IReadOnlyList<Subject> subjects = _painting.Scene.Subjects;
        List<float> sizes = Sizes(subjects);
        _ofSubject.AddRange(subjects.Select(_ => new List<Placed>()));

        // What others refer to comes first; a relation to nothing that was placed has no meaning.
        foreach (int i in Enumerable.Range(0, subjects.Count).OrderBy(i => Depth(subjects, i)))
        {
            Subject subject = subjects[i];
            Habitat habitat = HabitatHere(subject);
            if (Backdrops.IsPainted(subject, _painting) || Piece.Of(_painting.Art, subject, habitat == Habitat.Water, _painting.Look.Darkness > 0.5f && subject.Art.Contains("house", StringComparison.Ordinal)) is not { } piece)
            {
                continue;
            }

            List<Placed> others = Target(subjects, i) is { } to ? _ofSubject[to] : [];
            for (int n = 0; n < Math.Clamp(subject.Count, 1, 12); n++)
            {
                Placed placed = others.Count == 0
                    ? Free(piece, i, habitat, sizes[i], n, subject.Count)
                    : Related(piece, i, habitat, sizes[i], subject.Relation!.Kind, others[n % others.Count]);
                _ofSubject[i].Add(placed);
                _placed.Add(placed);
            }
        }
    }

    /// <summary>How much larger one subject is in the world than another.</summary>
    private float Ratio(int subject, int other) => (float)(MetresOf(_painting.Scene.Subjects[subject]) / MetresOf(_painting.Scene.Subjects[other]));

    private static double MetresOf(Subject subject) => Math.Clamp(double.IsFinite(subject.Metres) ? subject.Metres : 1, 0.02, 5000);

    private static int? Target(IReadOnlyList<Subject> subjects, int i) =>
        subjects[i].Relation is { } r && r.To != i && r.To >= 0 && r.To < subjects.Count ? r.To : null;

    /// <summary>How many relations lead on from a subject; a circle ends somewhere.</summary>
    private static int Depth(IReadOnlyList<Subject> subjects, int i)
    {
        int depth = 0;
        for (int? at = Target(subjects, i); at is { } next && depth <= subjects.Count; at = Target(subjects, next))
        {
            depth++;
        }

        return depth;
    }

    /// <summary>
    /// The length of each subject's longer side in pixels. Real sizes are compressed, so that a mouse beside a house is still seen; many of a kind are
    /// smaller each.
    /// </summary>
    private List<float> Sizes(IReadOnlyList<Subject> subjects)
    {
        var metres = subjects.Select(MetresOf).ToList();
        double largest = subjects.Zip(metres).Where(p => p.First.Habitat is not (Habitat.Backdrop or Habitat.Sky)).Select(p => p.Second).DefaultIfEmpty(1).Max();
        float whole = _painting.Scene.Place == Place.Table ? 0.40f : 0.46f;
        return [.. subjects.Select((subject, i) =>
        {
            if (subject.Habitat == Habitat.Backdrop)
            {
                return _painting.Short * 0.62f;
            }

            if (subject.Habitat == Habitat.Sky)
            {
                return _painting.Short * (subjects.Count == 1 ? 0.30f : 0.18f) / MathF.Pow(Math.Max(subject.Count, 1), 0.35f);
            }

            float share = Math.Clamp((float)Math.Pow(metres[i] / largest, 0.30), 0.22f, 1);
            float crowd = MathF.Pow(Math.Clamp(subject.Count, 1, 12), -0.36f) * (subjects.Count > 4 ? 0.8f : 1);
            float size = whole * share * crowd * (subject.Habitat == Habitat.Air && i > 0 ? 0.75f : 1);
            return _painting.Short * (i == 0 && subject.Count == 1 ? Math.Max(size, 0.27f) : size);
        })];
    }

    private Habitat HabitatHere(Subject subject) => _painting.Scene.Place switch
    {
        Place.Underwater => subject.Habitat is Habitat.Ground ? Habitat.Ground : Habitat.Underwater,
        Place.Space when SpacePainter.OnMoon(_painting.Scene) && subject.Habitat is not (Habitat.Sky or Habitat.Backdrop) => Habitat.Ground,
        Place.Space or Place.Sky => subject.Habitat is Habitat.Sky or Habitat.Backdrop ? Habitat.Sky : Habitat.Air,
        Place.Lake or Place.River or Place.Sea or Place.Beach => subject.Habitat == Habitat.Underwater ? Habitat.Water : subject.Habitat,
        _ => subject.Habitat is Habitat.Water or Habitat.Underwater ? Habitat.Ground : subject.Habitat,
    };

    private Placed Free(Piece piece, int subject, Habitat habitat, float size, int number, int count)
    {
        Placed? best = null;
        float least = float.MaxValue;
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            Placed placed = Try(piece, subject, habitat, size, number, count);
            float cost = Cost(placed, Anchor(subject), number);
            if (cost < least)
            {
                (best, least) = (placed, cost);
            }
        }

        return best!;
    }

    /// <summary>The column where a subject belongs: the first on the third away from the light, the second on the other, the rest between.</summary>
    private float Anchor(int subject)
    {
        float main = _painting.SunOnLeft ? 0.64f : 0.36f;
        return _painting.Width * (subject % 3) switch { 0 => main, 1 => 1 - main, _ => 0.5f };
    }

    private Placed Try(Piece piece, int subject, Habitat habitat, float size, int number, int count)
    {
        float w = _painting.Width, h = _painting.Height, s = _painting.Short;
        float spread = count == 1 ? 0.06f : Math.Min(0.5f, (habitat is Habitat.Air or Habitat.Underwater ? 0.22f : count == 2 ? 0.24f : 0.15f) * count);
        float x = Anchor(subject) + (w * spread * _dice.Around()) + (count > 3 ? ((w / 2) - Anchor(subject)) * 0.7f : 0);
        float nearness, foot;
        switch (habitat)
        {
            case Habitat.Sky:
                nearness = 0.001f;
                (x, foot) = _painting.Scene.Place == Place.Space
                    ? (w * _dice.Between(0.15f, 0.85f), h * _dice.Between(0.2f, 0.7f))
                    : (count == 1 ? _painting.SunX : w * _dice.Between(0.1f, 0.9f), Math.Max(size * 1.2f, _painting.Horizon * _dice.Between(0.3f, 0.5f)));
                break;
            case Habitat.Backdrop:
                (nearness, foot) = (0.002f, _painting.Horizon + (s * 0.02f));
                break;
            case Habitat.Air:
                float sky = Math.Min(_painting.Horizon, h * 0.9f);
                nearness = _dice.Between(0.3f, 0.6f);
                foot = sky * _dice.Between(_painting.Horizon >= h ? 0.45f : 0.35f, _painting.Horizon >= h ? 0.85f : 0.72f);
                break;
            case Habitat.Underwater:
                nearness = _dice.Between(0.4f, 0.9f);
                foot = h * _dice.Between(0.35f, 0.85f);
                break;
            case Habitat.Water when _painting.Scene.Place == Place.River:
                Way river = WayPainter.RiverOf(_painting);
                nearness = _dice.Between(0.35f, 0.78f);
                foot = _painting.GroundRow(nearness);
                x = river.Middle(nearness) + (river.Half(nearness) * 0.6f * _dice.Around());
                size = Math.Min(size, river.Half(nearness) * 0.75f);
                break;
            case Habitat.Water:
                nearness = number == 0 ? _dice.Between(0.34f, 0.46f) : _dice.Between(0.14f, 0.62f);
                foot = _painting.GroundRow(nearness);
                break;
            default:
                (float low, float high) = Stand();
                nearness = number == 0 && subject == 0 ? _dice.Between((low + high) / 2, high) : _dice.Between(low, high);
                foot = _painting.Horizon < h ? _painting.GroundRow(nearness) : h * _dice.Between(0.86f, 0.97f);
                break;
        }

        string art = _painting.Scene.Subjects[subject].Art;
        bool portrait = habitat == Habitat.Ground && Portraits.Has(art) && !_painting.Art.IsOwn(art);
        if (portrait)
        {
            nearness = 0.9f + (0.02f * _dice.Unit());
        }

        bool stands = habitat is Habitat.Ground or Habitat.Water;
        float perspective = stands ? 0.62f + (0.62f * nearness) : 1;
        float length = size * perspective * (count == 1 ? 1 : _dice.Between(0.9f, 1.1f));
        float tall = length / Math.Max(1, piece.Aspect);
        float turn = habitat switch { Habitat.Air or Habitat.Underwater => 5 * _dice.Around(), Habitat.Ground when count > 1 => 2 * _dice.Around(), _ => 0 };
        if (_painting.Scene.Place == Place.Space && habitat != Habitat.Ground)
        {
            turn = 14 * _dice.Around();
        }

        float half = Math.Min(tall * piece.Aspect / 2, w / 2);
        x = Math.Clamp(x, half + (w * 0.03f), w - half - (w * 0.03f));
        foot = Math.Clamp(foot, Math.Min(tall + (h * 0.03f), h * 0.96f), h * 0.985f);
        if (portrait)
        {
            foot = h + (tall * 0.06f);
        }

        bool flipped = habitat is not (Habitat.Sky or Habitat.Backdrop) && (count > 1 ? _dice.Chance(0.35f) : x < w / 2);
        return new Placed(piece, subject, habitat, x, foot, tall, nearness, flipped, turn);
    }

    /// <summary>The nearest and the farthest that things on the ground stand.</summary>
    private (float Far, float Near) Stand() => _painting.Scene.Place switch
    {
        Place.Lake or Place.River => (0.80f, 0.93f),
        Place.Beach => (0.62f, 0.92f),
        Place.Sea => (0.28f, 0.5f),
        Place.City => (0.45f, 0.85f),
        Place.Room => (0.30f, 0.75f),
        Place.Table => (0.25f, 0.62f),
        Place.Underwater or Place.Space => (0.7f, 0.9f),
        _ => (0.30f, 0.74f),
    };

    private float Cost(Placed placed, float anchor, int number)
    {
        float cost = number == 0 ? MathF.Abs(placed.X - anchor) / _painting.Width : 0;
        foreach (Placed other in _placed)
        {
            float wide = Math.Min(placed.X + (placed.Wide / 2), other.X + (other.Wide / 2)) - Math.Max(placed.X - (placed.Wide / 2), other.X - (other.Wide / 2));
            float tall = Math.Min(placed.Base, other.Base) - Math.Max(placed.Top, other.Top);
            if (wide > 0 && tall > 0)
            {
                cost += 2 * wide * tall / Math.Min(placed.Wide * placed.Tall, other.Wide * other.Tall);
            }

            if (other.Subject == placed.Subject && MathF.Abs(other.Base - placed.Base) < placed.Tall * 0.05f)
            {
                cost += 0.15f;
            }
        }

        return cost;
    }

    private Placed Related(Piece piece, int subject, Habitat habitat, float size, RelationKind kind, Placed other)
    {
        // Whatever stands so to the same thing already, of this kind or another, has its place.
        int number = _neighbours.Count(known => known == (kind, other));
        _neighbours.Add((kind, other));
        Placed own = Try(piece, subject, habitat, size, number, 1);
        float side = number % 2 == 0 ? 1 : -1, w = _painting.Width;
        if (other.X + (side * (other.Wide + own.Wide) / 2) is var there && (there < own.Wide / 2 || there > w - (own.Wide / 2)))
        {
            side = -side;
        }

        float aside = other.X + (side * (((other.Wide + own.Wide) * 0.5f) + (own.Wide * 0.15f * number)));
        Placed placed = kind switch
        {
            RelationKind.On => own with
            {
                Tall = MathF.Min(own.Tall, MathF.Max(other.Tall, other.Wide) * Math.Clamp(Ratio(subject, other.Subject), 0.45f, 1.3f)),
                X = other.X + (number == 0 ? 0 : side * own.Wide * 0.6f * ((number + 1) / 2)),
                Base = other.Base - (other.Tall * other.Piece.Support * 0.9f),
                Nearness = other.Nearness + 0.0005f,
            },
            RelationKind.Above => own with { X = other.X + (side * other.Wide * 0.1f), Base = other.Top - (own.Tall * 0.25f), Nearness = other.Nearness + 0.0005f },
            RelationKind.Below => own with { X = other.X, Base = other.Base + (own.Tall * 0.6f), Nearness = other.Nearness + 0.05f },
            RelationKind.Beside => own with { X = aside, Base = other.Base + (own.Tall * 0.03f), Nearness = other.Nearness + 0.001f },
            RelationKind.Before => own with
            {
                X = other.X + (side * other.Wide * 0.22f),
                Base = Math.Max(other.Base + (_painting.Short * 0.05f), own.Base),
                Nearness = Math.Max(other.Nearness + 0.05f, own.Nearness),
            },
            _ => own with { X = other.X - (side * other.Wide * 0.32f), Base = other.Base - (_painting.Short * 0.03f), Nearness = other.Nearness - 0.03f },
        };
        float half = placed.Wide / 2;
        return placed with
        {
            X = Math.Clamp(placed.X, Math.Min(half, w / 2), Math.Max(w - half, w / 2)),
            Base = Math.Clamp(placed.Base, Math.Min(placed.Tall * 0.9f, _painting.Height * 0.9f), Math.Max(own.Base, _painting.Height * 0.99f)),
        };
    }
}
