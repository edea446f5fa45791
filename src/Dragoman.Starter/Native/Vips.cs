using System.Runtime.InteropServices;

namespace Dragoman.Starter.Native;

/// <summary>
/// The part of libvips' C interface, and of the GObject inside it, that the starter calls. Operations are made by name and their arguments set as
/// properties: the convenience functions (<c>vips_gaussblur</c> and so on) take variable arguments, which C# cannot call safely.
/// C booleans are ints.
/// </summary>
internal static unsafe partial class Vips
{
    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_init(string program);

    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int g_setenv(string name, string value, int overwrite);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial byte* vips_version_string();

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void vips_block_untrusted_set(int state);

    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void vips_operation_block_set(string name, int state);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void vips_cache_set_max(int operations);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void vips_concurrency_set(int threads);

    /// <summary>The errors since the last call, which are forgotten; to be freed.</summary>
    [LibraryImport(NativeLibraries.Vips)]
    public static partial byte* vips_error_buffer_copy();

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void g_free(void* memory);

    /// <summary>Of the C library, whose heap this one uses; <c>malloc.h</c>.</summary>
    [LibraryImport("libc")]
    public static partial int mallopt(int parameter, int value);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nint g_object_ref(nint instance);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void g_object_unref(nint instance);

    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void g_object_set_property(nint instance, string name, GValue* value);

    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void g_object_get_property(nint instance, string name, GValue* value);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial GValue* g_value_init(GValue* value, nuint type);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void g_value_unset(GValue* value);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void g_value_set_int(GValue* value, int content);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void g_value_set_double(GValue* value, double content);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void g_value_set_object(GValue* value, nint content);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void g_value_set_boxed(GValue* value, nint content);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nint g_value_get_object(GValue* value);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nint g_value_get_boxed(GValue* value);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void vips_value_set_array_double(GValue* value, double* content, int count);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nuint vips_image_get_type();

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nuint vips_blob_get_type();

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nuint vips_array_double_get_type();

    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint vips_operation_new(string name);

    /// <summary>Sets an argument of any plain type, an enumeration's by its nickname.</summary>
    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int vips_object_set_argument_from_string(nint instance, string name, string value);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial int vips_object_build(nint instance);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void vips_object_unref_outputs(nint instance);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nint vips_blob_copy(byte* bytes, nuint length);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial byte* vips_blob_get(nint blob, nuint* length);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial void vips_area_unref(nint area);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nint vips_image_new_from_memory_copy(byte* pixels, nuint length, int width, int height, int bands, int format);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial nint vips_image_copy_memory(VipsImageHandle image);

    /// <summary>The pixels of an image that is in memory.</summary>
    [LibraryImport(NativeLibraries.Vips)]
    public static partial byte* vips_image_get_data(VipsImageHandle image);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial int vips_image_get_width(VipsImageHandle image);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial int vips_image_get_height(VipsImageHandle image);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial int vips_image_get_bands(VipsImageHandle image);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial int vips_image_get_format(VipsImageHandle image);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial int vips_image_get_interpretation(VipsImageHandle image);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial int vips_image_get_orientation(VipsImageHandle image);

    [LibraryImport(NativeLibraries.Vips)]
    public static partial int vips_image_hasalpha(VipsImageHandle image);

    /// <summary>With 1, whoever computes its pixels is told at the next row that they cannot be had.</summary>
    [LibraryImport(NativeLibraries.Vips)]
    public static partial void vips_image_set_kill(VipsImageHandle image, int kill);

    /// <summary>0 where the image has no such field.</summary>
    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint vips_image_get_typeof(VipsImageHandle image, string name);

    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void vips_image_set_string(VipsImageHandle image, string name, string value);

    [LibraryImport(NativeLibraries.Vips, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void vips_image_set_blob_copy(VipsImageHandle image, string name, byte* bytes, nuint length);
}

/// <summary>GObject's <c>GValue</c>, 24 bytes; all zero before <c>g_value_init</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    public nuint Type;
    public long First;
    public long Second;
}
