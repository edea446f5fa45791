using System.Buffers.Text;
using System.Text.Json;
using Dragoman.Model;

namespace Dragoman.Providers.OpenAI;

/// <summary>
/// Finds what the chunks of one stream tell beside choices and usage. Most vendors repeat it in each chunk, so the bytes are compared with
/// those of the last time: a chunk that tells nothing new is passed through once and costs no allocation.
/// </summary>
internal sealed class OpenAIDetailsReader
{
    private readonly List<Member> _members = [];

    // What stood ahead of the choices in the last chunk, most often all details: where it is the same again, it is not read again.
    private byte[] _head = [];
    private int _headLength;
    private JsonReaderState _headState;

    /// <summary>What is new in a chunk, which has been read as an object before; absent where nothing is.</summary>
    public ResponseDetails? Read(ReadOnlySpan<byte> chunk)
    {
        ResponseDetails? details = null;
        Dictionary<string, JsonElement>? extra = null;
        var isSameHead = IsSameHead(chunk);
        var rest = isSameHead ? chunk[_headLength..] : chunk;
        var json = new Utf8JsonReader(rest, isFinalBlock: true, isSameHead ? _headState : default);
        if (!isSameHead)
        {
            json.Read();
        }

        while (true)
        {
            var end = (int)json.BytesConsumed;
            var state = json.CurrentState;
            if (!json.Read() || json.TokenType != JsonTokenType.PropertyName)
            {
                break;
            }

            if (!isSameHead && json.ValueTextEquals("choices"u8))
            {
                KeepHead(chunk[..end], state);
            }

            if (IsReadElsewhere(json.ValueSpan))
            {
                json.Skip();
                continue;
            }

            var member = MemberOf(ref json);
            json.Read();
            var start = (int)json.TokenStartIndex;
            json.Skip();
            var value = rest[start..(int)json.BytesConsumed];
            if (value.SequenceEqual(member.Value) || (member.Value.Length > 0 && value.SequenceEqual("null"u8)))
            {
                continue; // A null behind a value takes nothing back.
            }

            if (member.Name == "created")
            {
                // Some vendors tell the time of each chunk instead; the first is the answer's. Azure's first chunk has 0 for none.
                if (member.Value.Length == 0 && CreatedOf(value) is { } created)
                {
                    details = (details ?? new ResponseDetails()) with { Created = created };
                    member.Value = value.ToArray();
                }

                continue;
            }

            member.Value = value.ToArray();
            switch (member.Name)
            {
                case "system_fingerprint":
                    if (TextOf(value) is { } fingerprint)
                    {
                        details = (details ?? new ResponseDetails()) with { SystemFingerprint = fingerprint };
                    }

                    break;
                case "service_tier":
                    if (TextOf(value) is { } tier)
                    {
                        details = (details ?? new ResponseDetails()) with { ServiceTier = tier };
                    }

                    break;
                default:
                    (extra ??= [])[member.Name] = JsonElement.Parse(value);
                    break;
            }
        }

        return extra is null ? details : (details ?? new ResponseDetails()) with { ExtraMembers = extra };
    }

    /// <summary>The comma makes sure that the last value ends there too.</summary>
    private bool IsSameHead(ReadOnlySpan<byte> chunk) =>
        _headLength > 0 && chunk.Length > _headLength && chunk[_headLength] == ',' && chunk.StartsWith(_head.AsSpan(0, _headLength));

    private void KeepHead(ReadOnlySpan<byte> head, JsonReaderState state)
    {
        if (_head.Length < head.Length)
        {
            _head = new byte[head.Length];
        }

        head.CopyTo(_head);
        _headLength = head.Length;
        _headState = state;
    }

    private static bool IsReadElsewhere(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("id"u8) || name.SequenceEqual("object"u8) || name.SequenceEqual("model"u8)
        || name.SequenceEqual("choices"u8) || name.SequenceEqual("usage"u8) || name.SequenceEqual("error"u8)

        // Random padding, other in each chunk, that hides how long a piece is: OpenAI's (stream_options.include_obfuscation) and Mistral's.
        || name.SequenceEqual("obfuscation"u8) || name.SequenceEqual("p"u8);

    private Member MemberOf(ref Utf8JsonReader name)
    {
        foreach (var member in _members)
        {
            if (name.ValueTextEquals(member.Name))
            {
                return member;
            }
        }

        var added = new Member(name.GetString()!);
        _members.Add(added);
        return added;
    }

    /// <summary>Unix seconds; a fraction or a string at some vendors.</summary>
    private static long? CreatedOf(ReadOnlySpan<byte> value)
    {
        value = value.Trim((byte)'"');
        return Utf8Parser.TryParse(value, out double seconds, out var read) && read == value.Length && seconds >= 1 ? (long)seconds : null;
    }

    private static string? TextOf(ReadOnlySpan<byte> value) =>
        value[0] == '"' ? OpenAIMapping.NullIfEmpty(JsonElement.Parse(value).GetString()) : null;

    /// <summary>A member of the chunks and the bytes of its value as they were told last.</summary>
    private sealed class Member(string name)
    {
        public string Name { get; } = name;

        public byte[] Value { get; set; } = [];
    }
}
