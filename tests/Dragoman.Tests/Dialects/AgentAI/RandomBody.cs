using System.Text;

namespace Dragoman.Tests.Dialects.AgentAI;

/// <summary>Bodies between well-formed and nonsense: random JSON around the names that matter, sometimes damaged afterwards.</summary>
internal static class RandomBody
{
    private static readonly string[] Names = ["instructions", "llm_engine", "max_tokens", "\\u0069nstructions", "", "\\ud83d\\ude00", "\\ud800", "é"];

    private static readonly string[] Texts =
        ["", " ", "hello", "gpt4o", "\\n\\t", "\\u0000", "\\ud800", "\\udc00x", "😀", "日本", "\\\"", "\\q", "</script>", new string('z', 300)];

    private static readonly string[] Scalars = ["0", "-1.5e300", "true", "false", "null", "1", "7.0", "null", "true", "1e", "NaN"];

    public static byte[] Make(Random random)
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

    private static void AppendValue(StringBuilder text, Random random, int depth)
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

    private static void AppendObject(StringBuilder text, Random random, int depth)
    {
        text.Append('{');
        var count = random.Next(5);
        for (var i = 0; i < count; i++)
        {
            text.Append('"').Append(Names[random.Next(random.Next(2) == 0 ? 2 : Names.Length)]).Append("\":");
            AppendValue(text, random, depth);
            text.Append(',');
        }

        // Half of the objects close with what the action needs, so that much of the rest of the body is seen by an accepting reader.
        if (random.Next(2) == 0)
        {
            text.Append("\"llm_engine\":\"gpt4o\",\"instructions\":\"hello\"");
        }
        else if (count > 0)
        {
            text.Length--;
        }

        text.Append('}');
    }
}
