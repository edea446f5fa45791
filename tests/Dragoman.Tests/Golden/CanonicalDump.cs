using System.Text.Json;
using System.Text.Json.Serialization;
using Dragoman.Model;

namespace Dragoman.Tests.Golden;

/// <summary>Canonical values as JSON that a person can read, for golden files.</summary>
internal static class CanonicalDump
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter(), new ContentPartConverter(), new EventConverter() },
    };

    public static string Of(ChatResponse response) => JsonSerializer.Serialize(response, Options);

    public static string Of(ResponseDetails details) => JsonSerializer.Serialize(details, Options);

    public static string Of(IEnumerable<ChatEvent> steps) => JsonSerializer.Serialize(steps, Options);

    public static string Of(GatewayError error) =>
        JsonSerializer.Serialize(new { Kind = error.Kind.ToString(), error.Message, error.Parameter }, Options);

    private sealed class ContentPartConverter : JsonConverter<ContentPart>
    {
        public override ContentPart Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ContentPart value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("Part", value.GetType().Name);
            foreach (var property in value.GetType().GetProperties().Where(p => p.Name is not "EqualityContract"))
            {
                var member = property.GetValue(value);
                if (member is null or ReadOnlyMemory<byte> { Length: 0 })
                {
                    continue;
                }

                writer.WritePropertyName(property.Name);
                JsonSerializer.Serialize(writer, member, options);
            }

            writer.WriteEndObject();
        }
    }

    private sealed class EventConverter : JsonConverter<ChatEvent>
    {
        public override ChatEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, ChatEvent value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("Kind", value.Kind.ToString());
            WriteNumber("Choice", value.Choice);
            WriteNumber("Index", value.Index);
            WriteText("Id", value.Id);
            WriteText("Name", value.Name);
            WriteText("Text", value.Text);
            if (value.Kind is ChatEventKind.Finished)
            {
                writer.WriteString("FinishReason", value.FinishReason.ToString());
            }

            Write("Usage", value.Kind is ChatEventKind.UsageReported ? (object)value.Usage : null);
            Write("Part", value.Part);
            Write("Details", value.Details);
            Write("Logprobs", value.Logprobs);
            Write("Error", value.Error is { } error ? new { Kind = error.Kind.ToString(), error.Message } : null);
            writer.WriteEndObject();

            void WriteText(string name, string? text)
            {
                if (text is not null)
                {
                    writer.WriteString(name, text);
                }
            }

            void WriteNumber(string name, int number)
            {
                if (number != 0)
                {
                    writer.WriteNumber(name, number);
                }
            }

            void Write<T>(string name, T? member)
            {
                if (member is not null)
                {
                    writer.WritePropertyName(name);
                    JsonSerializer.Serialize(writer, member, options);
                }
            }
        }
    }
}
