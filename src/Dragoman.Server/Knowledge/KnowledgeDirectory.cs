using Dragoman.Server.Storage;

namespace Dragoman.Server.Knowledge;

/// <summary>
/// Where documents lie under the data directory: <c>knowledge/{project}/chunks.db</c> for what is searched, <c>knowledge/{project}/files/{document}</c> for
/// what was added, <c>knowledge/uploads</c> for what is arriving.
/// </summary>
internal sealed class KnowledgeDirectory
{
    private readonly string _root;

    /// <exception cref="IOException">A directory cannot be made.</exception>
    public KnowledgeDirectory(string dataDirectory)
    {
        _root = DataDirectory.Open(Path.Combine(dataDirectory, "knowledge"));
        Uploads = DataDirectory.Open(Path.Combine(_root, "uploads"));
    }

    public string Uploads { get; }

    public string ChunkFile(Guid project) => Path.Combine(ProjectFolder(project), "chunks.db");

    public string DocumentFile(Guid project, Guid document) => Path.Combine(ProjectFolder(project), "files", document.ToString("D"));

    /// <summary>Nobody but <see cref="ProjectStore"/> makes it, so that nothing comes back after a project's end.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public void CreateProject(Guid project)
    {
        DataDirectory.Open(ProjectFolder(project));
        DataDirectory.Open(Path.Combine(ProjectFolder(project), "files"));
    }

    public bool HasProject(Guid project) => Directory.Exists(ProjectFolder(project));

    /// <summary>At one moment it is there, at the next it is not, whoever is about to open something in it.</summary>
    public void DeleteProject(Guid project)
    {
        if (HasProject(project))
        {
            var outgoing = Path.Combine(Uploads, Guid.NewGuid().ToString("D"));
            Directory.Move(ProjectFolder(project), outgoing);
            Directory.Delete(outgoing, recursive: true);
        }
    }

    public void DeleteDocument(Guid project, Guid document)
    {
        if (HasProject(project))
        {
            File.Delete(DocumentFile(project, document));
        }
    }

    /// <summary>What was arriving or on its way out when the process ended.</summary>
    public void SweepUploads()
    {
        foreach (var file in Directory.EnumerateFiles(Uploads))
        {
            File.Delete(file);
        }

        foreach (var folder in Directory.EnumerateDirectories(Uploads))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string ProjectFolder(Guid project) => Path.Combine(_root, project.ToString("D"));
}
