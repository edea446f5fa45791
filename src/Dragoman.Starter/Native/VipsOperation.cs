namespace Dragoman.Starter.Native;

/// <summary>
/// One libvips operation: made by its name, given its arguments, run once. The names and arguments are those of libvips' own documentation.
/// </summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    // GObject numbers its fundamental types by its ABI.
    private const nuint IntType = 6 << 2;
    private const nuint DoubleType = 15 << 2;

    private readonly string _name;
    private nint _operation;

    /// <exception cref="VipsException">There is none of that name.</exception>
    public VipsOperation(string name)
    {
        _name = name;
        _operation = Vips.vips_operation_new(name);
        if (_operation == 0)
        {
            throw new VipsException(VipsLibrary.TakeError());
        }
    }

    public VipsOperation Set(string argument, int value)
    {
        GValue holder = default;
        Vips.g_value_init(&holder, IntType);
        Vips.g_value_set_int(&holder, value);
        return Set(argument, &holder);
    }

    public VipsOperation Set(string argument, double value)
    {
        GValue holder = default;
        Vips.g_value_init(&holder, DoubleType);
        Vips.g_value_set_double(&holder, value);
        return Set(argument, &holder);
    }

    /// <summary>An enumeration's, flag's or boolean's value by its libvips nickname.</summary>
    /// <exception cref="VipsException">It has no such argument or value.</exception>
    public VipsOperation Set(string argument, string value)
    {
        if (Vips.vips_object_set_argument_from_string(_operation, argument, value) != 0)
        {
            throw new VipsException(VipsLibrary.TakeError());
        }

        return this;
    }

    public VipsOperation Set(string argument, ReadOnlySpan<double> values)
    {
        GValue holder = default;
        Vips.g_value_init(&holder, Vips.vips_array_double_get_type());
        fixed (double* p = values)
        {
            Vips.vips_value_set_array_double(&holder, p, values.Length);
        }

        return Set(argument, &holder);
    }

    /// <summary>The operation keeps the image alive for as long as something is computed from it.</summary>
    public VipsOperation Set(string argument, VipsImageHandle image)
    {
        bool added = false;
        try
        {
            image.DangerousAddRef(ref added);
            GValue holder = default;
            Vips.g_value_init(&holder, Vips.vips_image_get_type());
            Vips.g_value_set_object(&holder, image.DangerousGetHandle());
            return Set(argument, &holder);
        }
        finally
        {
            if (added)
            {
                image.DangerousRelease();
            }
        }
    }

    /// <summary>The bytes are copied, since they are read after this returns.</summary>
    public VipsOperation SetBlob(string argument, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
        {
            nint blob = Vips.vips_blob_copy(p, (nuint)bytes.Length);
            GValue holder = default;
            Vips.g_value_init(&holder, Vips.vips_blob_get_type());
            Vips.g_value_set_boxed(&holder, blob);
            Vips.vips_area_unref(blob);
            return Set(argument, &holder);
        }
    }

    /// <summary>Runs it for an image; most pixels are computed only when they are asked for.</summary>
    /// <exception cref="VipsException">It failed.</exception>
    public VipsImage Run(string result = "out")
    {
        try
        {
            Build();
            GValue holder = default;
            Vips.g_value_init(&holder, Vips.vips_image_get_type());
            Vips.g_object_get_property(_operation, result, &holder);
            nint image = Vips.g_object_ref(Vips.g_value_get_object(&holder));
            Vips.g_value_unset(&holder);
            return new VipsImage(new VipsImageHandle(image));
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Runs it for bytes: an encoder.</summary>
    /// <exception cref="VipsException">It failed, or the image's pixels could not be computed.</exception>
    public byte[] RunToBytes()
    {
        try
        {
            Build();
            GValue holder = default;
            Vips.g_value_init(&holder, Vips.vips_blob_get_type());
            Vips.g_object_get_property(_operation, "buffer", &holder);
            nuint length;
            byte* bytes = Vips.vips_blob_get(Vips.g_value_get_boxed(&holder), &length);
            byte[] copy = new ReadOnlySpan<byte>(bytes, checked((int)length)).ToArray();
            Vips.g_value_unset(&holder);
            return copy;
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Runs it for what it needs to be run: all pixels of its image.</summary>
    /// <exception cref="VipsException">It failed, or the image's pixels could not be computed.</exception>
    public void RunAlone()
    {
        try
        {
            Build();
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_operation != 0)
        {
            Vips.vips_object_unref_outputs(_operation);
            Vips.g_object_unref(_operation);
            _operation = 0;
        }
    }

    private VipsOperation Set(string argument, GValue* holder)
    {
        Vips.g_object_set_property(_operation, argument, holder);
        Vips.g_value_unset(holder);
        return this;
    }

    private void Build()
    {
        if (Vips.vips_object_build(_operation) != 0)
        {
            throw new VipsException($"{_name}: {VipsLibrary.TakeError()}");
        }
    }
}
