using Dragoman.Starter;
using Dragoman.Starter.Commands;

// 0 after an orderly end, 1 when the engine cannot start, 2 when the command line is wrong. The reason is one line on standard error.
StarterOptions options;
try
{
    options = CommandLine.Parse(args);
}
catch (StarterException e)
{
    Console.Error.WriteLine($"dragoman-starter: {e.Message}");
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

try
{
    return options.Command switch
    {
        "bench" => await BenchCommand.RunAsync(options),
        "requantize" => RequantizeCommand.Run(options),
        "convert" => ConvertCommand.Run(options),
        "index" => IndexCommand.Run(options),
        _ => await ServeCommand.RunAsync(options),
    };
}
catch (StarterException e)
{
    Console.Error.WriteLine($"dragoman-starter: {e.Message}");
    return 1;
}
