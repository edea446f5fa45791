using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Dragoman.Testing.Wires;

/// <summary>What the wires of pictures have in common: pictures to give, where they lie, and orders that take their time.</summary>
internal sealed class Gallery
{
    const string Pictures = "/pictures/";
    const string Results = "/get_result";

    readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _pictures = new();
    readonly ConcurrentDictionary<string, Order> _orders = new();

    /// <summary>The scripted picture, or one of the size that was asked for: a real PNG, always the same for the same prompt.</summary>
    public static ReadOnlyMemory<byte> PictureOf(Turn turn) =>
        turn.Reply.PictureBytes ?? Png(turn.Ask.PictureSize.Width, turn.Ask.PictureSize.Height, turn.Ask.LastUserText);

    public static string Base64Of(Turn turn) => Convert.ToBase64String(PictureOf(turn).Span);

    /// <summary><c>1024x1792</c>, <c>9:16</c> or <c>9x16</c>; a ratio is of that many times 64 pixels.</summary>
    public static (int Width, int Height) SizeOf(string? text)
    {
        var sides = text?.Split('x', ':') ?? [];
        return sides.Length == 2
            && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && width is > 0 and <= 4096 && height is > 0 and <= 4096
                ? width >= 64 ? (width, height) : (width * 64, height * 64)
                : (1024, 1024);
    }

    /// <summary>Puts the picture where it can be fetched.</summary>
    public string Hang(Turn turn)
    {
        _pictures[turn.Id] = PictureOf(turn);
        return $"{turn.Ask.Home}{Pictures}{turn.Id}.png";
    }

    /// <summary>Takes an order and tells where it is asked for.</summary>
    /// <param name="last">The answer once the scripted polls are over.</param>
    public string TakeOrder(Turn turn, JsonObject last)
    {
        _orders[turn.Id] = new Order(last, turn.Reply.Polls);
        return $"{turn.Ask.Home}/v1{Results}?id={turn.Id}";
    }

    /// <summary>The answer to who fetches a picture or asks for an order; null for all others.</summary>
    public Reply? Answer(RecordedRequest request)
    {
        if (request.Method != "GET")
        {
            return null;
        }

        if (request.Path.StartsWith(Pictures, StringComparison.Ordinal))
        {
            return _pictures.TryGetValue(Path.GetFileNameWithoutExtension(request.Path), out var picture) ? Reply.Raw(200, picture, "image/png") : null;
        }

        if (!request.Path.EndsWith(Results, StringComparison.Ordinal))
        {
            return null;
        }

        return request.Header("x-key") is null ? Reply.Raw(403, """{"detail":"Not authenticated"}""")
            : _orders.TryGetValue(request.Query.GetValueOrDefault("id", ""), out var order) ? Reply.Raw(200, order.Next(request.Query["id"]).ToJsonString())
            : Reply.Raw(404, """{"detail":"Task not found"}""");
    }

    /// <summary>A PNG (www.w3.org/TR/png-3): a sky over ground, in colours that the prompt decides.</summary>
    static byte[] Png(int width, int height, string prompt)
    {
        var hue = (byte)prompt.Aggregate(17, (sum, character) => (sum * 31) + character);
        var pixels = new MemoryStream();
        using (var packed = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + (width * 3)];
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    (row[1 + (x * 3)], row[2 + (x * 3)], row[3 + (x * 3)]) = y < height * 2 / 3 ? (hue, (byte)(y * 255 / height), (byte)200) : ((byte)60, hue, (byte)40);
                }

                packed.Write(row);
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // Eight bits a sample, red, green and blue.
        return [0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, pixels.ToArray()), .. Chunk("IEND"u8, [])];
    }

    static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] body = [.. type, .. data];
        var crc = 0xFFFFFFFFu;
        foreach (var value in body)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        var framed = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(framed, data.Length);
        body.CopyTo(framed, 4);
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(body.Length + 4), ~crc);
        return framed;
    }

    sealed class Order(JsonObject last, int polls)
    {
        int _polls = polls;

        public JsonObject Next(string id) => Interlocked.Decrement(ref _polls) >= 0
            ? new JsonObject { ["id"] = id, ["status"] = "Pending", ["result"] = null, ["progress"] = 0.5 }
            : last;
    }
}
