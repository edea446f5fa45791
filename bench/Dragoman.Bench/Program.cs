using Dragoman.Bench;

// Figures are ratios within one run: machines differ, and so do their hours.
return args switch
{
    ["floor", .. var rest] => await Floor.RunAsync(rest),
    ["cpu", .. var rest] => await CpuBench.RunAsync(new Options(rest)),
    ["limits", .. var rest] => await LimitsBench.RunAsync(new Options(rest)),
    ["start", .. var rest] => await StartBench.RunAsync(new Options(rest)),
    ["keys", .. var rest] => await KeysBench.RunAsync(new Options(rest)),
    ["streams", .. var rest] => await StreamBench.RunAsync(new Options(rest)),
    ["images", .. var rest] => await ImageBench.RunAsync(new Options(rest)),
    ["compose", .. var rest] => await ComposeBench.RunAsync(new Options(rest)),
    ["knowledge", .. var rest] => await KnowledgeBench.RunAsync(new Options(rest)),
    ["ingest", .. var rest] => await IngestBench.RunAsync(new Options(rest)),
    ["retrieval", .. var rest] => await RetrievalBench.RunAsync(new Options(rest)),
    ["starter", .. var rest] => await StarterBench.RunAsync(new Options(rest)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Dragoman.Bench cpu      --dragoman FILE --upstream FILE   CPU a request beside a bare handler that does the same
        Dragoman.Bench limits                                     CPU and memory a request of key check, limits and their headers
        Dragoman.Bench start    --dragoman FILE --upstream FILE   from process start to the first answer, and memory then
        Dragoman.Bench keys     --dragoman FILE                   start and memory with 100,000 keys beside one
        Dragoman.Bench streams  --dragoman FILE --upstream FILE   what the gateway adds to a stream's first byte, and memory a stream
        Dragoman.Bench images   --dragoman FILE                   published pictures a second beside nginx; wants nginx and wrk
        Dragoman.Bench compose  --dragoman FILE                   pictures composed: time, CPU and memory by style
        Dragoman.Bench knowledge                                  search over 100,000 chunks: time, recall, load, memory
        Dragoman.Bench ingest   --dragoman FILE --upstream FILE --set FOLDER   chunks a second, and what callers feel of it
        Dragoman.Bench retrieval --set FOLDER                     how well questions find their passages, and are answered out of them
        Dragoman.Bench starter  --dragoman FILE --engine FILE     tokens a second through the gateway beside the bare engine; the embedder
        Dragoman.Bench floor    --urls URL --upstream URL         the bare handler itself
        """);
    return 2;
}
