using Dragoman.Knowledge;

namespace Dragoman.Server.Knowledge;

/// <summary>Projects in memory, as the database has them, so that a call within one asks no database for it.</summary>
internal sealed class ProjectCache
{
    private const int MostKept = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Project> _projects = [];
    private long _changes;

    /// <summary>Absent where it is not kept, whether there is one or not.</summary>
    /// <param name="changes">To be handed to <see cref="Keep"/> with what is then read from the database.</param>
    public Project? Find(Guid project, out long changes)
    {
        lock (_lock)
        {
            changes = _changes;
            return _projects.GetValueOrDefault(project);
        }
    }

    /// <summary>Keeps a project that was read, unless any has changed since: what was read might be from before.</summary>
    public void Keep(Project project, long changes)
    {
        lock (_lock)
        {
            if (changes != _changes)
            {
                return;
            }

            if (_projects.Count >= MostKept)
            {
                _projects.Clear(); // It costs each a read.
            }

            _projects[project.Id] = project;
        }
    }

    /// <summary>To be called after each change of a project is in the database.</summary>
    public void Forget(Guid project)
    {
        lock (_lock)
        {
            _changes++;
            _projects.Remove(project);
        }
    }
}
