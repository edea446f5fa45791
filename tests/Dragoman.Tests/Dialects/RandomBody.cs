using System.Text;

namespace Dragoman.Tests.Dialects;

/// <summary>Bodies between well-formed and nonsense: random JSON around the names that matter, sometimes damaged afterwards.</summary>
/// <param name="members">The members that the endpoint knows; at least two.</param>
/// <param name="enough">Members with which a body is accepted: <c>"instruction":"hello"</c>.</param>
internal sealed class RandomBody(string[] members, string enough)
{
    private static readonly string[] Texts =
        ["", " ", "hello", "gpt4o", "\\n\\t", "\\u0000", "\\ud800", "\\udc00x", "😀", "日本", "\\\"", "\\q", "</script>", new string('z', 300)];

    private static readonly string[] Scalars = ["0", "-1.5e300", "true", "false", "null", "1", "7.0", "512", "0.5", "1e", "NaN"];

    private readonly string[] _names = [.. members, "max_tokens", $"\\u{(int)members[0][0]:x4}{members[0][1..]}", "", "\\ud83d\\ude00", "\\ud800", "é"];

    public byte[] Make(Random random)
    {
        var text = new StringBuilder();
        if (random.Next(8) == 0)
        {
            AppendValue(text, random, 0);
        }
        else
        {
            AppendObject(text, random, 0);
        }

        var body = Encoding.UTF8.GetBytes(text.ToString());
        switch (random.Next(9))
        {
            case 0 when body.Length > 0:
                body[random.Next(body.Length)] = (byte)random.Next(256);
                break;
            case 1:
                body = body[..random.Next(body.Length + 1)];
                break;
            case 2:
                var noise = new byte[random.Next(20)];
                random.NextBytes(noise);
                body = [.. body, .. noise];
                break;
        }

        return body;
    }

    private void AppendValue(StringBuilder text, Random random, int depth)
    {
        switch (random.Next(depth > 90 ? 2 : 5))
        {
            case 0:
                text.Append(Scalars[random.Next(Scalars.Length)]);
                break;
            case 1 or 2:
                text.Append('"').Append(Texts[random.Next(Texts.Length)]).Append('"');
                break;
            case 3:
                AppendObject(text, random, depth + 1);
                break;
            default:
                var wrap = random.Next(10) == 0 ? 70 : 1;
                text.Append('[', wrap);
                AppendValue(text, random, depth + wrap);
                text.Append(']', wrap);
                break;
        }
    }

    private void AppendObject(StringBuilder text, Random random, int depth)
    {
        text.Append('{');
        var count = random.Next(5);
        for (var i = 0; i < count; i++)
        {
            text.Append('"').Append(_names[random.Next(random.Next(2) == 0 ? members.Length : _names.Length)]).Append("\":");
            AppendValue(text, random, depth);
            text.Append(',');
        }

        // Half of the objects close with what the endpoint needs, so that much of the rest of the body is seen by an accepting reader.
        if (random.Next(2) == 0)
        {
            text.Append(enough);
        }
        else if (count > 0)
        {
            text.Length--;
        }

        text.Append('}');
    }
}
