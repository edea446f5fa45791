using System.Buffers;
using System.Text;
using Dragoman.Http;
using Dragoman.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Dragoman.Dialects.EdenAI;

/// <summary>
/// Reads a <c>multipart/form-data</c> body (RFC 7578) part by part as it arrives: the file named <c>file</c> goes straight to where uploads go, every other
/// part is a field. Parts come in any order. Nothing is kept of a body that does not arrive whole.
/// </summary>
internal sealed class MultipartForm
{
    private const int MostParts = 64;
    private const int MostHeaders = 16;
    private const int LongestHeaders = 8 * 1024;
    private const int LongestField = 64 * 1024;
    private const int RoomForFields = MostParts * (LongestField + LongestHeaders);
    private const int LongestBoundary = 70; // RFC 2046 section 5.1.1
    private const int PieceLength = 64 * 1024;
    private const string FileField = "file";

    private readonly MultipartReader _parts;
    private readonly BodyLimits _limits;
    private readonly CancellationToken _aborted;
    private readonly Dictionary<string, StringValues> _fields = new(StringComparer.Ordinal);
    private ReceivedFile? _file;
    private GatewayError? _fault;

    private MultipartForm(HttpContext context, string boundary, BodyLimits limits)
    {
        _parts = new MultipartReader(boundary, context.Request.Body) { HeadersCountLimit = MostHeaders, HeadersLengthLimit = LongestHeaders };
        _limits = limits;
        _aborted = context.RequestAborted;
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async ValueTask<FieldsRead> ReadAsync(HttpContext context, string? boundary, FieldsTaken taken, BodyLimits limits)
    {
        if (string.IsNullOrEmpty(boundary) || boundary.Length > LongestBoundary)
        {
            return Malformed("Multipart form parse error - Invalid boundary in multipart.");
        }

        // What is passed over, a part without a name or what comes before the first, no reader counts.
        JsonBody.BoundServer(context, limits.MaxFileBytes + RoomForFields);
        var form = new MultipartForm(context, boundary, limits);
        var isWhole = false;
        try
        {
            await form.ReadPartsAsync();
            isWhole = form._fault is null;
            return isWhole
                ? new FieldsRead(BodyFields.Of(form._fields, taken.Known, taken.Lists), null) { File = form._file }
                : form._fault!;
        }
        finally
        {
            if (!isWhole && form._file is { } file)
            {
                await file.Upload.DisposeAsync();
            }
        }
    }

    private async ValueTask ReadPartsAsync()
    {
        var count = 0;
        while (await NextAsync() is { } part)
        {
            if (++count > MostParts)
            {
                _fault = Malformed($"A multipart form has at most {MostParts} parts here.");
                return;
            }

            // A part that is no part of a form is passed over, as browsers' preambles are.
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { Length: > 0 } name)
            {
                continue;
            }

            var fileName = (disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)).Value;
            if (name == FileField && fileName is not null)
            {
                await ReadFileAsync(part.Body, fileName);
            }
            else
            {
                await ReadFieldAsync(part.Body, name);
            }

            if (_fault is not null)
            {
                return;
            }
        }
    }

    private async ValueTask ReadFileAsync(Stream part, string name)
    {
        if (_file is not null)
        {
            _fault = Malformed("A multipart form has at most one file here.");
            return;
        }

        var upload = _limits.CreateUpload();
        _file = new ReceivedFile(upload, ReceivedFile.NameOf(name), 0); // From here on it is disposed of with the form.
        var piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            var length = 0L;
            while (await ReadAsync(part, piece) is > 0 and var read)
            {
                length += read;
                if (length > _limits.MaxFileBytes)
                {
                    _fault = new GatewayError(ErrorKind.BodyTooLarge, $"The file is longer than {_limits.MaxFileBytes} bytes.");
                    return;
                }

                await upload.Content.WriteAsync(piece.AsMemory(0, read), _aborted);
            }

            await upload.Content.FlushAsync(_aborted);
            _file = _file with { Length = length };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private async ValueTask ReadFieldAsync(Stream part, string name)
    {
        using var text = new PooledBuffer(1024);
        while (await ReadAsync(part, text.GetMemory(1024)) is > 0 and var read)
        {
            text.Advance(read);
            if (text.Length > LongestField)
            {
                _fault = new GatewayError(ErrorKind.BodyTooLarge, $"A field of a multipart form is at most {LongestField} bytes long here.");
                return;
            }
        }

        _fields[name] = StringValues.Concat(_fields.GetValueOrDefault(name), Encoding.UTF8.GetString(text.WrittenSpan));
    }

    /// <summary>The next part; <c>null</c> after the last one, or with <see cref="_fault"/>.</summary>
    private async ValueTask<MultipartSection?> NextAsync()
    {
        try
        {
            return await _parts.ReadNextSectionAsync(_aborted);
        }
        catch (Exception exception) when (FaultOf(exception) is { } fault)
        {
            _fault = fault;
            return null;
        }
    }

    /// <summary>The next bytes of a part; 0 at its end, or with <see cref="_fault"/>.</summary>
    private async ValueTask<int> ReadAsync(Stream part, Memory<byte> bytes)
    {
        try
        {
            return await part.ReadAsync(bytes, _aborted);
        }
        catch (Exception exception) when (FaultOf(exception) is { } fault)
        {
            _fault = fault;
            return 0;
        }
    }

    /// <summary>Why the rest of the body cannot be had; <c>null</c> where the fault is not the body's.</summary>
    private GatewayError? FaultOf(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new GatewayError(ErrorKind.BodyTooLarge, $"The request body is longer than {_limits.MaxFileBytes + RoomForFields} bytes."),
        InvalidDataException => Malformed("Multipart form parse error - The headers of a part are too long or too many, or it has none."),
        IOException or OperationCanceledException => _aborted.IsCancellationRequested
            ? new GatewayError(ErrorKind.Canceled, "The client went away.")
            : Malformed("The request body did not arrive whole."),
        _ => null,
    };

    private static GatewayError Malformed(string message) => new(ErrorKind.MalformedBody, message);
}
