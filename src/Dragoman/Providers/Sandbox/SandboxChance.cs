using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Dragoman.Model;

namespace Dragoman.Providers.Sandbox;

/// <summary>
/// What the sandbox has for chance: numbers that follow from the request alone, the same in every process. Whatever shapes what a model says goes
/// in (model, messages, sampling, seed); what only cuts, counts or labels the answer does not, so that a shorter answer is the beginning of the
/// longer.
/// </summary>
internal readonly struct SandboxChance
{
    private readonly ulong _state;

    private SandboxChance(ulong state) => _state = state;

    public static SandboxChance Of(ChatRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, request.Model);
        Add(hash, request.Temperature);
        Add(hash, request.TopP);
        Add(hash, request.TopK);
        Add(hash, request.MinP);
        Add(hash, request.FrequencyPenalty);
        Add(hash, request.PresencePenalty);
        Add(hash, request.Seed);
        var biases = request.LogitBias ?? FrozenDictionary<string, double>.Empty;
        foreach (var (token, bias) in biases.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Add(hash, token);
            Add(hash, bias);
        }

        foreach (var message in request.Messages)
        {
            Add(hash, message.Role.ToString());
            Add(hash, message.Name);
            Add(hash, message.Parts);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new SandboxChance(BitConverter.ToUInt64(digest));
    }

    /// <summary>Another chance, for a part of the answer; splitmix64.</summary>
    public SandboxChance For(int part)
    {
        var mixed = _state + ((ulong)(uint)part + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return new SandboxChance(mixed ^ (mixed >> 31));
    }

    /// <summary>From 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(_state % (uint)count);

    public T Of<T>(ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>16 hexadecimal digits.</summary>
    public override string ToString() => _state.ToString("x16", CultureInfo.InvariantCulture);

    private static void Add(IncrementalHash hash, IReadOnlyList<ContentPart> parts)
    {
        Add(hash, parts.Count);
        foreach (var part in parts)
        {
            Add(hash, part.GetType().Name);
            switch (part)
            {
                case TextPart text:
                    Add(hash, text.Text);
                    break;
                case RefusalPart refusal:
                    Add(hash, refusal.Text);
                    break;
                case ReasoningPart reasoning:
                    Add(hash, reasoning.Text);
                    Add(hash, reasoning.Redacted);
                    break;
                case ImagePart image:
                    Add(hash, image.Url);
                    Add(hash, image.MediaType);
                    Add(hash, image.Detail);
                    Add(hash, image.Data.Span);
                    break;
                case AudioPart audio:
                    Add(hash, audio.Format);
                    Add(hash, audio.Data.Span);
                    break;
                case FilePart file:
                    Add(hash, file.FileName);
                    Add(hash, file.FileId);
                    Add(hash, file.MediaType);
                    Add(hash, file.Data.Span);
                    break;
                case ToolCallPart call:
                    Add(hash, call.Id);
                    Add(hash, call.Name);
                    Add(hash, call.Arguments);
                    break;
                case ToolResultPart result:
                    Add(hash, result.CallId);
                    Add(hash, result.IsError ? 1 : 0);
                    Add(hash, result.Parts);
                    break;
            }
        }
    }

    private static void Add(IncrementalHash hash, double? number) =>
        Add(hash, number is { } some ? BitConverter.DoubleToInt64Bits(some) : (long?)null);

    private static void Add(IncrementalHash hash, long? number)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(long)];
        bytes[0] = number is null ? (byte)0 : (byte)1;
        BitConverter.TryWriteBytes(bytes[1..], number ?? 0);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, string? text)
    {
        Add(hash, (long?)text?.Length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> data)
    {
        Add(hash, (long?)data.Length);
        hash.AppendData(data);
    }
}
