using System.Net;
using System.Net.Sockets;
using Dragoman.Routing;
using Microsoft.Extensions.Configuration;

namespace Dragoman.Configuration;

/// <summary>Section <c>Public</c>: how callers see this server.</summary>
internal sealed class PublicSection(IConfigurationSection section, List<string> mistakes)
{
    private static readonly string[] Known = ["Url", "TrustedProxies"];

    public PublicSettings Read()
    {
        var reader = new SettingsReader(section, mistakes);
        reader.RefuseOthers(Known);
        reader.RefuseValue(Known);
        return new PublicSettings { Url = reader.Address("Url"), TrustedProxies = Proxies(section.GetSection("TrustedProxies")) };
    }

    /// <summary>A list, or one text with commas, as an environment variable has it.</summary>
    private List<IPNetwork> Proxies(IConfigurationSection list)
    {
        var networks = new List<IPNetwork>();
        foreach (var entry in list.GetChildren().Prepend(list))
        {
            foreach (var text in (entry.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (Parse(text) is { } network)
                {
                    networks.Add(network);
                }
                else
                {
                    mistakes.Add($"{entry.Path}: '{text}' is neither an address (10.0.0.7, fd00::7) nor a network (10.0.0.0/8, fd00::/8).");
                }
            }
        }

        return networks;
    }

    private static IPNetwork? Parse(string text)
    {
        var address = text.Split('/')[0];

        // "10" and "0x7f.1" are addresses to the parser, and never what was meant.
        if (!IPAddress.TryParse(address, out var parsed) || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != address))
        {
            return null;
        }

        return address.Length == text.Length ? new IPNetwork(parsed, parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            : IPNetwork.TryParse(text, out var network) ? network
            : null;
    }
}
