using System.Security;

namespace Dragoman.Starter.Pictures;

/// <summary>What a picture's file says of how the picture came about, by the vocabulary of IPTC (https://cv.iptc.org/newscodes/digitalsourcetype).</summary>
/// <param name="SourceType">The vocabulary's word.</param>
/// <param name="Maker">What made it.</param>
/// <param name="Description">For people.</param>
internal sealed record PictureLabel(string SourceType, string Maker, string Description)
{
    /// <summary>By what name a gateway knows the composer.</summary>
    private const string ComposerSource = "starter/composer";

    private const int MaxMakerLength = 100;

    /// <summary>Of pictures that this program composed.</summary>
    public static readonly PictureLabel Composed = new(
        "algorithmicMedia", "Dragoman", "Composed by Dragoman from vector art; no neural model made it.");

    /// <summary>Of a picture that came from somewhere else.</summary>
    /// <param name="source">Who made it, as <c>provider/model</c>: what is no plain character is taken out, what is too long cut off.</param>
    public static PictureLabel Of(string? source)
    {
        if (source == ComposerSource)
        {
            return Composed;
        }

        string maker = new([.. (source ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || " ._-/:+()[]".Contains(c, StringComparison.Ordinal)).Take(MaxMakerLength)]);
        return maker.Length == 0
            ? new("trainedAlgorithmicMedia", "Dragoman", "Made by a generative model.")
            : new("trainedAlgorithmicMedia", maker, $"Made by the generative model {maker}.");
    }

    /// <summary>As XMP (ISO 16684-1); the property DigitalSourceType is that of the IPTC Extension schema.</summary>
    public string Xmp =>
        $"""
        <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
         <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
          <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
            xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
           <Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/{SourceType}</Iptc4xmpExt:DigitalSourceType>
           <xmp:CreatorTool>{SecurityElement.Escape(Maker)}</xmp:CreatorTool>
           <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{SecurityElement.Escape(Description)}</rdf:li></rdf:Alt></dc:description>
          </rdf:Description>
         </rdf:RDF>
        </x:xmpmeta>
        <?xpacket end="r"?>
        """;
}
