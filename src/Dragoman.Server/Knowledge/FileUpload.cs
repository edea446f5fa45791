using System.Security.Cryptography;
using Dragoman.Knowledge;
using Dragoman.Server.Storage;

namespace Dragoman.Server.Knowledge;

/// <summary>A file in the folder of uploads.</summary>
internal sealed class FileUpload : Upload
{
    private readonly string _path;
    private readonly FileStream _content;
    private bool _isTaken;

    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public FileUpload(string folder)
    {
        _path = Path.Combine(folder, Guid.NewGuid().ToString("D"));
        _content = DataDirectory.OpenNew(_path);
    }

    public override Stream Content => _content;

    /// <summary>Puts what has been written on the disk. Its SHA-256.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public async ValueTask<byte[]> SealAsync(CancellationToken cancellationToken)
    {
        _content.Flush(flushToDisk: true);
        _content.Position = 0;
        return await SHA256.HashDataAsync(_content, cancellationToken);
    }

    /// <summary>Puts the sealed file in its place. Without it, it is gone with this object.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of its place is gone.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public void MoveTo(string path)
    {
        _content.Dispose();
        File.Move(_path, path, overwrite: true);
        _isTaken = true;
    }

    public override async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        if (!_isTaken)
        {
            File.Delete(_path);
        }
    }
}
