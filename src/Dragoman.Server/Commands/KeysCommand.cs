using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dragoman.Hosting;
using Dragoman.Routing;
using Dragoman.Server.Keys;
using Dragoman.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragoman.Server.Commands;

/// <summary>
/// <c>dragoman keys</c>: creates, lists and changes keys, whether or not a server runs on the data directory. A new key is alone on standard output, so
/// that a script can take it.
/// </summary>
internal static class KeysCommand
{
    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "The directory that holds all state.",
        DefaultValueFactory = _ => new DirectoryInfo(DataDirectory.Standard),
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Answer in JSON on standard output." };
    private static readonly Argument<string> Id = new("id") { Description = "As keys list shows it, key_8e352a6fb913e804 for example." };

    public static Command Create() => new("keys", "Create, list and change API keys; a running server sees it within a second.")
    {
        CreateKey(), List(), Show(), Update(), Rotate(), Revoke(),
    };

    private static Command CreateKey()
    {
        var options = new KeyOptions(isUpdate: false);
        var mode = new Option<string>("--mode") { Description = "live, test (never costs money) or admin (opens the admin API alone).", DefaultValueFactory = _ => "live" };
        mode.AcceptOnlyFromAmong("live", "test", "admin");
        var command = new Command("create", "Create a key and print it; it is seen this once.") { options.Name, mode };
        options.AddTo(command);
        return With(command, mayMakeDirectory: true, async (context, arguments) =>
        {
            var change = options.Read(arguments, context.Now);
            var draft = change.Over(new KeyDraft(change.Name.To, KeyJson.ModeOf(arguments.GetValue(mode)!)!.Value));
            context.Print(await context.Store.CreateAsync(draft, context.Cancellation), "created");
            return 0;
        });
    }

    private static Command List()
    {
        var project = new Option<string>("--project") { Description = "Only the keys of this project." };
        var mode = new Option<string>("--mode") { Description = "Only live, test or admin keys." };
        mode.AcceptOnlyFromAmong("live", "test", "admin");
        var all = new Option<bool>("--all") { Description = "Revoked and expired keys too." };
        return With(new Command("list", "List the keys in force, newest last; show tells all of one.") { project, mode, all }, mayMakeDirectory: false, async (context, arguments) =>
        {
            var query = new KeyQuery(Limit: 1000)
            {
                Project = arguments.GetValue(project),
                Mode = arguments.GetValue(mode) is { } name ? KeyJson.ModeOf(name) : null,
                IncludeEnded = arguments.GetValue(all),
            };
            List<KeyInfo> keys = [];
            do
            {
                var page = await context.Store.ListAsync(query, context.Cancellation);
                keys.AddRange(page.Keys);
                query = query with { After = page.NextAfter };
            }
            while (query.After is not null);
            context.Print(keys, withStatus: query.IncludeEnded);
            return 0;
        });
    }

    private static Command Show() =>
        With(new Command("show", "Show one key; never the key itself.") { Id }, mayMakeDirectory: false, async (context, arguments) =>
            context.Print(await context.Store.FindAsync(arguments.GetValue(Id)!, context.Cancellation), arguments.GetValue(Id)!));

    private static Command Update()
    {
        var options = new KeyOptions(isUpdate: true);
        var command = new Command("update", "Change a key's name, rights, limits or end; what is not named stays.") { Id, options.Name };
        options.AddTo(command);
        return With(command, mayMakeDirectory: false, async (context, arguments) =>
        {
            var id = arguments.GetValue(Id)!;
            var change = options.Read(arguments, context.Now);
            return change == new KeyChange()
                ? throw new KeyException("id", "keys update names nothing to change; its options are told by --help.")
                : context.Print(await context.Store.UpdateAsync(id, change, context.Cancellation), id);
        });
    }

    private static Command Rotate()
    {
        var overlap = new Option<string>("--overlap")
        {
            Description = "How long the former key is accepted too: 30m, 12h, 7d, 30 days at most. Without it, it ends at once.",
        };
        var command = new Command("rotate", "Give a key another secret and print it; it is seen this once.") { Id, overlap };
        return With(command, mayMakeDirectory: false, async (context, arguments) =>
        {
            var id = arguments.GetValue(Id)!;
            var length = arguments.GetValue(overlap) is { } text
                ? KeyOptions.ReadSpan(text) ?? throw new KeyException("overlap", "--overlap must be a length of time such as 30m, 12h or 7d.")
                : TimeSpan.Zero;
            if (await context.Store.RotateAsync(id, length, context.Cancellation) is not { } rotated)
            {
                return Context.Unknown(id);
            }

            context.Print(rotated, "rotated");
            return 0;
        });
    }

    private static Command Revoke() =>
        With(new Command("revoke", "End a key for good.") { Id }, mayMakeDirectory: false, async (context, arguments) =>
            context.Print(await context.Store.RevokeAsync(arguments.GetValue(Id)!, context.Cancellation), arguments.GetValue(Id)!));

    /// <summary>Around every command: the options that all have, the directory opened, and each thing that can go wrong told in one line.</summary>
    private static Command With(Command command, bool mayMakeDirectory, Func<Context, ParseResult, Task<int>> action)
    {
        command.Options.Add(Data);
        command.Options.Add(Json);
        command.SetAction(async (arguments, cancellation) =>
        {
            var path = arguments.GetValue(Data)!.FullName;
            try
            {
                if (!mayMakeDirectory && !Database.IsIn(path))
                {
                    await Console.Error.WriteLineAsync($"There are no keys in {path}: it has no database. Another directory is named by --data.");
                    return 1;
                }

                using var directory = KeyDirectory.Open(DataDirectory.Open(path));
                using var dialects = new ServiceCollection().AddDragoman(_ => null).BuildServiceProvider();
                var rules = new KeyRules(dialects.GetServices<DialectDefinition>().Select(dialect => dialect.Name));
                var store = new KeyStore(directory.Database, directory.Ring, rules, TimeProvider.System);
                return await action(new Context(store, arguments.GetValue(Json), TimeProvider.System.GetUtcNow(), cancellation), arguments);
            }
            catch (KeyException e)
            {
                await Console.Error.WriteLineAsync(KeyOptions.Describe(e));
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync(e.Message);
            }
            catch (SqliteException e)
            {
                await Console.Error.WriteLineAsync(Database.Describe(e));
            }
            catch (DbUpdateException e) when (e.InnerException is SqliteException fault)
            {
                await Console.Error.WriteLineAsync(Database.Describe(fault));
            }

            return 1;
        });
        return command;
    }

    private sealed record Context(KeyStore Store, bool IsJson, DateTimeOffset Now, CancellationToken Cancellation)
    {
        /// <summary>The new key alone on standard output, what it is on standard error; or both in one object.</summary>
        public void Print(KeyWithSecret made, string what)
        {
            if (IsJson)
            {
                Print(json => KeyJson.Write(json, made.Key, made.Secret, Now));
                return;
            }

            Console.Error.WriteLine($"The key is {what}. It is shown this once:");
            Console.Error.Flush();
            Console.Out.WriteLine(made.Secret);
            Console.Out.Flush();
            Console.Error.Write(KeyText.Details(made.Key, Now));
        }

        public int Print(KeyInfo? key, string id)
        {
            if (key is null)
            {
                return Unknown(id);
            }

            if (IsJson)
            {
                Print(json => KeyJson.Write(json, key, secret: null, Now));
            }
            else
            {
                Console.Out.Write(KeyText.Details(key, Now));
            }

            return 0;
        }

        public void Print(List<KeyInfo> keys, bool withStatus)
        {
            if (!IsJson)
            {
                Console.Out.Write(KeyText.Table(keys, Now, withStatus, Console.IsOutputRedirected ? null : Console.WindowWidth));
                return;
            }

            Print(json =>
            {
                json.WriteStartArray();
                foreach (var key in keys)
                {
                    KeyJson.Write(json, key, secret: null, Now);
                }

                json.WriteEndArray();
            });
        }

        public static int Unknown(string id)
        {
            Console.Error.WriteLine($"There is no key {new string([.. id.Where(c => !char.IsControl(c)).Take(100)])} in this directory.");
            return 1;
        }

        private static void Print(Action<Utf8JsonWriter> write)
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions
            {
                Indented = true,
                NewLine = "\n",
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // For a terminal, not for a page: an apostrophe stays one.
            }))
            {
                write(json);
            }

            Console.Out.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
        }
    }
}
