using System.CommandLine;
using System.CommandLine.Help;
using Dragoman.Server.Commands;

// The executable's table of contents.
var root = new Command("dragoman", "A self-hosted AI gateway: one server that speaks the APIs your programs already speak.")
{
    ServeCommand.Create(),
    StarterCommand.Create(),
    new HelpOption(),
    new VersionOption(),
};

// The host handles signals itself and lets calls in flight finish; the command line's own handler would end the process after two seconds.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
