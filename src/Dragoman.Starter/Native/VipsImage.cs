using Microsoft.Win32.SafeHandles;

namespace Dragoman.Starter.Native;

/// <summary>Owns a reference to a <c>VipsImage</c>.</summary>
internal sealed class VipsImageHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public VipsImageHandle(nint value) : base(ownsHandle: true) => SetHandle(value);

    protected override bool ReleaseHandle()
    {
        Vips.g_object_unref(handle);
        return true;
    }
}

/// <summary>How the pixels of a picture that is read will be asked for.</summary>
internal enum VipsAccess
{
    /// <summary>Once, from top to bottom: few rows are in memory at a time.</summary>
    InOrder,

    /// <summary>Again and again; all are kept in memory, or in a temporary file where they are very many.</summary>
    AnyOrder,
}

/// <summary>
/// A picture, or the recipe of one: an operation gives a new image and leaves its own as it is, and pixels are computed when they are asked for.
/// Safe for several threads at once. Whatever fails throws <see cref="VipsException"/>.
/// </summary>
internal sealed unsafe class VipsImage(VipsImageHandle handle) : IDisposable
{
    private const int ByteFormat = 0;
    private const string SvgLoader = "VipsForeignLoadSvg";

    /// <summary>In pixels, as are all lengths here.</summary>
    public int Width => Vips.vips_image_get_width(handle);

    public int Height => Vips.vips_image_get_height(handle);

    public int Bands => Vips.vips_image_get_bands(handle);

    public bool HasAlpha => Vips.vips_image_hasalpha(handle) != 0;

    /// <summary>Whether <see cref="AutoRotate"/> will change it.</summary>
    public bool IsTurned => Vips.vips_image_get_orientation(handle) > 1;

    /// <summary>A byte a sample.</summary>
    public bool IsByte => Vips.vips_image_get_format(handle) == ByteFormat;

    /// <summary>
    /// Reads the header of a picture, and a single frame of it; pixels are decoded when they are asked for, and a damaged or truncated picture fails then.
    /// </summary>
    /// <param name="loader">The operation that reads the format, as <c>jpegload_buffer</c>: a stranger's bytes never choose it.</param>
    public static VipsImage FromBuffer(ReadOnlySpan<byte> bytes, string loader, VipsAccess access) =>
        new VipsOperation(loader).SetBlob("buffer", bytes).Set("fail-on", "error").Set("access", access == VipsAccess.InOrder ? "sequential" : "random").Run();

    /// <summary>Our own drawings: sRGB with alpha that is not multiplied in.</summary>
    public static VipsImage FromSvg(ReadOnlySpan<byte> svg, double scale = 1) =>
        new VipsOperation("svgload_buffer").SetBlob("buffer", svg).Set("scale", scale).Set("unlimited", "true").Run();

    /// <param name="pixels">Row by row, <paramref name="bands"/> bytes a pixel; copied.</param>
    public static VipsImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, int bands)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, width * height * bands);
        fixed (byte* p = pixels)
        {
            nint raw = Vips.vips_image_new_from_memory_copy(p, (nuint)pixels.Length, width, height, bands, ByteFormat);
            using VipsImage plain = Owned(raw);
            return plain.Copy("srgb");
        }
    }

    /// <summary>Computes all pixels into memory, which shows whether they can be.</summary>
    public VipsImage Decode() => Owned(Vips.vips_image_copy_memory(handle));

    /// <summary>The pixels of an image that <see cref="Decode"/> gave, row by row, <see cref="Bands"/> bytes a pixel; good while the image lives.</summary>
    public ReadOnlySpan<byte> Pixels =>
        IsByte ? new(Vips.vips_image_get_data(handle), Width * Height * Bands) : throw new InvalidOperationException("samples are not bytes");

    /// <summary>Computes all pixels and keeps none of them, which shows whether they can be.</summary>
    public void ReadAll() => Operation("avg").RunAlone();

    /// <summary>
    /// From the cancellation on, computing its pixels fails, in whichever thread that is under way. The registration is to be disposed of before the image.
    /// </summary>
    public CancellationTokenRegistration FailOn(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static image => Vips.vips_image_set_kill(((VipsImage)image!).Handle, 1), this);

    public bool HasField(string name) => Vips.vips_image_get_typeof(handle, name) != 0;

    /// <summary>Turned as its EXIF orientation says.</summary>
    public VipsImage AutoRotate() => Operation("autorot").Run();

    /// <summary>In sRGB, a byte a sample: by the colour profile inside it, else by its colour space.</summary>
    public VipsImage ToSrgb()
    {
        if (!HasField("icc-profile-data"))
        {
            return Operation("colourspace").Set("space", "srgb").Run();
        }

        using VipsImage converted = Operation("icc_transform").Set("output-profile", "srgb").Set("embedded", "true").Set("depth", 8).Run();
        return converted.Operation("colourspace").Set("space", "srgb").Run();
    }

    public VipsImage Crop(int left, int top, int width, int height) =>
        Operation("extract_area", "input").Set("left", left).Set("top", top).Set("width", width).Set("height", height).Run();

    /// <param name="kernel">As libvips calls it: <c>lanczos3</c>, <c>cubic</c>, <c>linear</c>, <c>nearest</c>.</param>
    public VipsImage Resize(int width, int height, string kernel = "lanczos3") =>
        Operation("resize").Set("scale", (double)width / Width).Set("vscale", (double)height / Height).Set("kernel", kernel).Run();

    /// <param name="sigma">In pixels.</param>
    public VipsImage GaussianBlur(double sigma) => Operation("gaussblur").Set("sigma", sigma).Set("min-ampl", 0.1).Run();

    /// <summary>Without alpha, on a background of sRGB samples from 0 to 255.</summary>
    public VipsImage Flatten(byte red, byte green, byte blue) => Operation("flatten").Set("background", [red, green, blue]).Run();

    /// <summary>The same pixels, with a text beside them, as <c>exif-ifd0-ImageDescription</c>.</summary>
    public VipsImage WithText(string field, string text)
    {
        VipsImage copy = Operation("copy").Run();
        Vips.vips_image_set_string(copy.Handle, field, text);
        return copy;
    }

    /// <summary>The same pixels, with bytes beside them, as <c>xmp-data</c>.</summary>
    public VipsImage WithBlob(string field, ReadOnlySpan<byte> bytes)
    {
        VipsImage copy = Operation("copy").Run();
        fixed (byte* p = bytes)
        {
            Vips.vips_image_set_blob_copy(copy.Handle, field, p, (nuint)bytes.Length);
        }

        return copy;
    }

    /// <param name="quality">1 to 100.</param>
    /// <param name="keep">What beside the pixels is written, by libvips' words: <c>none</c>, or several as <c>exif:xmp</c>.</param>
    /// <param name="optimize">Makes the file some hundredths shorter, and takes several bytes of memory a pixel.</param>
    public byte[] WriteJpeg(int quality = 90, string keep = "none", bool optimize = true) =>
        Operation("jpegsave_buffer").Set("Q", quality).Set("keep", keep).Set("optimize-coding", optimize ? "true" : "false").RunToBytes();

    /// <param name="compression">0 to 9.</param>
    public byte[] WritePng(int compression = 6, string keep = "none") =>
        Operation("pngsave_buffer").Set("compression", compression).Set("keep", keep).RunToBytes();

    /// <param name="quality">1 to 100; has no meaning where <paramref name="lossless"/>.</param>
    public byte[] WriteWebp(int quality = 90, bool lossless = false, string keep = "none") =>
        Operation("webpsave_buffer").Set("Q", quality).Set("lossless", lossless ? "true" : "false").Set("keep", keep).RunToBytes();

    public void Dispose() => handle.Dispose();

    internal VipsImageHandle Handle => handle;

    private static VipsImage Owned(nint raw) => raw != 0 ? new VipsImage(new VipsImageHandle(raw)) : throw new VipsException(VipsLibrary.TakeError());

    private VipsImage Copy(string interpretation) => Operation("copy").Set("interpretation", interpretation).Run();

    private VipsOperation Operation(string name, string argument = "in") => new VipsOperation(name).Set(argument, handle);
}
