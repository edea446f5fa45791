using System.CommandLine;
using Dragoman.Server.Commands;

// The executable's table of contents.
var root = new RootCommand("Dragoman: a self-hosted AI gateway. One server that speaks the APIs your programs already speak.")
{
    ServeCommand.Create(),
    StarterCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
