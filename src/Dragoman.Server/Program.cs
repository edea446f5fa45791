using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Dragoman.Server.Commands;

// The executable's table of contents.
var root = new Command("dragoman", "A self-hosted AI gateway: one server that speaks the APIs your programs already speak.")
{
    ServeCommand.Create(),
    KeysCommand.Create(),
    StarterCommand.Create(),
    ExtractCommand.Create(),
    new HelpOption(),
    new VersionOption(),
};

var arguments = root.Parse(args);
if (arguments.Action is ParseErrorAction mistake)
{
    // A mistake is told on standard error alone; the help is for who has not chosen a command yet.
    mistake.ShowHelp = mistake.ShowTypoCorrections = arguments.CommandResult.Command.Subcommands.Count > 0;
}

// The host handles signals itself and lets calls in flight finish; the command line's own handler would end the process after two seconds.
return await arguments.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
