"""The ``provgraph`` command: every subcommand is a thin face over functions that REST uses as well."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from api import options
from api.options import (
    Cases,
    Confidence,
    Confidences,
    Datasets,
    Formats,
    Labels,
    Limits,
    Outputs,
    Parameters,
    QueryNames,
)
from api.output import (
    Format,
    ListFormat,
    complain,
    complain_together,
    messages,
    numbered,
    one_line,
    print_lines,
    remark,
    show,
)
from api.settings import Settings
from graph_model.errors import ProvgraphError, UsageError
from graph_model.kinds import DEFAULT_CASE

# Typer exports only the lowest of its usage errors; what the command line can get wrong is their common base.
_WrongUseError: type[Exception] = typer.BadParameter.__mro__[2]

_NAMES_HELP = "File names that are reports; may be repeated; report.json, report.json.gz and post.json unless given."

app = typer.Typer(
    name="provgraph",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help="One provenance graph from malware sandbox reports and EDR logs.\n\n"
    "Who injected code into whom, how did it move from host to host, where did each dropped file come from and go?\n\n"
    "Try [bold]provgraph load LOGS[/], then [bold]provgraph query injections[/]. Without --uri everything is kept in "
    "an embedded database below --data; with it, in your Neo4j (PROVGRAPH_USER, PROVGRAPH_PASSWORD).",
)
engine_app = typer.Typer(no_args_is_help=True, help="The embedded database engine: what it does, and stopping it.")
export_app = typer.Typer(no_args_is_help=True, help="Write the graph behind a stored query to a file.")
token_app = typer.Typer(no_args_is_help=True, help="The tokens of REST clients: making, listing and removing them.")
app.add_typer(token_app, name="token")
app.add_typer(engine_app, name="engine")
app.add_typer(export_app, name="export")


@app.callback()
def _globals(
    context: typer.Context,
    data: options.Data = None,
    uri: options.Uri = None,
    user: options.User = None,
    database: options.Database = None,
    version: options.Version = False,
) -> None:
    given = {"data": data, "uri": uri, "user": user, "database": database}
    context.obj = options.settings({name: value for name, value in given.items() if value is not None})


def _settings(context: typer.Context) -> Settings:
    return cast(Settings, context.obj)


@app.command()
def load(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Logs, folders that hold logs, or mongodb://HOST/DATABASE[?task=N] of a sandbox.", show_default=False
        ),
    ],
    case: Cases = DEFAULT_CASE,
    label: Labels = None,
    dataset: Datasets = None,
    fmt: Formats = Format.table,
) -> None:
    """Load sandbox reports and EDR logs, derive findings, and print what was read, repaired and not understood.

    Formats: report.json of Cuckoo 0.4 to 2.0.x and of CAPE v2 (also from their MongoDB), tasks of Cuckoo 3, Key=Value
    lines of InfoTrace Mark II, Windows event logs (Sysmon, Security, System) as .evtx or JSON lines; plain or gzip.

    Loading a log again changes nothing; a load that was interrupted is completed by loading again. A log that cannot
    be used is told at the end (exit code 2), and never stops the others.

    [dim]provgraph load report.json logs/ --case break-in-17[/]
    """
    from api.database import opened
    from api.drift_text import lines, passed_over
    from api.load import LoadReport, load_found
    from api.progress import Bar
    from loaders.finding import find
    from loaders.protocol import Context

    settings = _settings(context)
    found = find(paths, settings.max_log_bytes)
    report = LoadReport(refused=found.refused)
    if found.logs:  # else an engine would be started for nothing
        with Bar() as bar, opened(settings) as store:
            report = load_found(store, found, Context(case, label, dataset), bar)
            bar.done()
    if fmt is not Format.table:
        rows = report.as_rows()
        show(list(rows[0]), rows, fmt)
        remark(passed_over(report))
    elif report.logs:
        print("\n".join(lines(report)))
    if report.refused:
        complain_together(report.refused.values())
        raise typer.Exit(UsageError.exit_code)


@app.command()
def watch(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of analyses, such as STORAGE/analyses.", show_default=False)],
    once: Annotated[bool, typer.Option("--once", help="Load what is finished, then end.")] = False,
    settle: Annotated[float, typer.Option(min=0, help="Seconds for which a report must have kept still.")] = 2.0,
    name: Annotated[list[str] | None, typer.Option(help=_NAMES_HELP, show_default=False)] = None,
    case: Cases = DEFAULT_CASE,
    label: Labels = None,
    dataset: Datasets = None,
    fmt: Formats = Format.table,
) -> None:
    """Load the reports of a sandbox as they are finished, until Ctrl-C.

    What is loaded is noted in the database: after a restart only what is new or has changed is loaded. With --format
    json every report is a line of its own.

    [dim]provgraph watch /opt/cuckoo/storage/analyses[/]
    """
    from api.database import opened
    from api.watch import NAMES, Watch
    from api.watch import watch as until_ended
    from api.watch_text import tell
    from loaders.protocol import Context

    settings = _settings(context)
    with opened(settings) as store:
        watched = Watch(folder, store, settings, Context(case, label, dataset), name or NAMES)
        if once:
            watched.everything()
            done = watched.load(0)
            tell(done, fmt)
            if done.refused:
                raise typer.Exit(UsageError.exit_code)
        else:
            messages().print(f"watching {folder}; Ctrl-C ends it", markup=False)
            until_ended(watched, folder, settle, lambda loaded: tell(loaded, fmt))


@app.command()
def query(
    context: typer.Context,
    name: QueryNames,
    param: Parameters = None,
    limit: Limits = None,
    fmt: Formats = Format.table,
) -> None:
    """Run a stored query.

    [dim]provgraph query injections -p min_confidence=weak --format json[/]
    """
    from api.behaviour import above
    from api.database import opened
    from api.timeout import given_up_after
    from cypher import catalogue, runner

    stored = catalogue.query(name)
    given = options.parameters(param, limit)
    timeout = _settings(context).query_timeout
    with given_up_after(timeout), opened(_settings(context), read_only=True) as store:
        answer = runner.run(store, name, given, timeout)
        told = above(store, answer, timeout) if stored.header.overview and fmt is Format.table else []
    print_lines(told)
    show(answer.columns, answer.rows, fmt, title=stored.header.summary, table=stored.header.table)
    remark(answer.notes)
    if answer.truncated:
        messages().print(f"showing {len(answer.rows)}; there is more: raise -p limit=…", style="yellow")


@app.command()
def queries(fmt: Formats = Format.table) -> None:
    """List the stored queries with their parameters."""
    from cypher.catalogue import queries as all_queries

    rows: list[dict[str, Any]] = [
        {
            "name": stored.name,
            "area": stored.area,
            "summary": stored.header.summary,
            "parameters": [options.described(name, p) for name, p in stored.header.params.items()],
            "columns": list(stored.header.columns),
            "attack": stored.header.attack,
        }
        for stored in sorted(all_queries().values(), key=lambda stored: (stored.area, stored.name))
    ]
    show(list(rows[0]), rows, fmt, title="Stored queries", table=["name", "summary", "parameters"])


@app.command()
def cypher(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Cypher text; `-` reads it from standard input.")],
    param: Parameters = None,
    fmt: Formats = Format.table,
) -> None:
    """Run Cypher of your own. It can only read.

    [dim]provgraph cypher 'MATCH (p:Process)-[:WROTE]->(f:File) WHERE p.name = $name RETURN f.path' -p name=cmd.exe[/]
    """
    from api.database import opened
    from api.timeout import given_up_after
    from cypher import runner

    statement = sys.stdin.read() if text == "-" else text
    if not statement.strip():
        raise UsageError("the Cypher text is empty", hint="`provgraph cypher --help` has an example")
    timeout = _settings(context).query_timeout
    with given_up_after(timeout), opened(_settings(context), read_only=True) as store:
        answer = runner.ad_hoc(store, statement, options.parameters(param, None), timeout)
    show(answer.columns, answer.rows, fmt)


@export_app.command("html")
def export_html(
    context: typer.Context,
    name: QueryNames = "injection-paths",
    output: Outputs = None,
    param: Parameters = None,
    limit: Limits = None,
) -> None:
    """Write the graph behind a stored query as one HTML file that works offline.

    [dim]provgraph export html lateral-movement -o moves.html[/]
    """
    _export(_settings(context), "html", name, output, options.parameters(param, limit))


@export_app.command("graphml")
def export_graphml(
    context: typer.Context, name: QueryNames, output: Outputs = None, param: Parameters = None, limit: Limits = None
) -> None:
    """Write the graph as GraphML, for Gephi, yEd, Cytoscape or networkx.

    Show the property `caption`, colour by `kind`. Lists are written as JSON.

    [dim]provgraph export graphml injection-paths -o paths.graphml[/]
    """
    _export(_settings(context), "graphml", name, output, options.parameters(param, limit))


@export_app.command("csv")
def export_csv(
    context: typer.Context, name: QueryNames, output: Outputs = None, param: Parameters = None, limit: Limits = None
) -> None:
    """Write the graph as a zip file that holds nodes.csv and edges.csv.

    [dim]provgraph export csv lateral-movement -o moves.zip[/]
    """
    _export(_settings(context), "csv", name, output, options.parameters(param, limit))


@export_app.command("navigator")
def export_navigator(
    context: typer.Context, name: QueryNames, output: Outputs = None, param: Parameters = None, limit: Limits = None
) -> None:
    """Write the techniques found as a layer for the ATT&CK Navigator: confidence as score, evidence as comment.

    [dim]provgraph export navigator injections -p min_confidence=weak -o layer.json[/]
    """
    _export(_settings(context), "navigator", name, output, options.parameters(param, limit))


@export_app.command("stix")
def export_stix(
    context: typer.Context, name: QueryNames, output: Outputs = None, param: Parameters = None, limit: Limits = None
) -> None:
    """Write the graph as a STIX 2.1 bundle; the same answer has the same ids.

    [dim]provgraph export stix lateral-movement -o moves.json[/]
    """
    _export(_settings(context), "stix", name, output, options.parameters(param, limit))


@export_app.command("prov")
def export_prov(
    context: typer.Context, name: QueryNames, output: Outputs = None, param: Parameters = None, limit: Limits = None
) -> None:
    """Write the graph in the terms of W3C PROV, as PROV-JSON.

    [dim]provgraph export prov file-lineage -p file=dllhost.dat -o lineage.json[/]
    """
    _export(_settings(context), "prov", name, output, options.parameters(param, limit))


@export_app.command("provn")
def export_provn(
    context: typer.Context, name: QueryNames, output: Outputs = None, param: Parameters = None, limit: Limits = None
) -> None:
    """Write the graph in the terms of W3C PROV, as PROV-N, which people read.

    [dim]provgraph export provn file-lineage -p file=dllhost.dat -o lineage.provn[/]
    """
    _export(_settings(context), "provn", name, output, options.parameters(param, limit))


def _export(settings: Settings, fmt: str, name: str, output: Path | None, given: dict[str, Any]) -> None:
    from api.database import opened
    from api.exporting import export_query
    from api.exports.formats import FORMATS
    from api.timeout import given_up_after

    target = output or Path(f"{name}{FORMATS[fmt].suffix}")
    timeout = settings.query_timeout
    with given_up_after(timeout), opened(settings, read_only=True) as store:
        drawn = export_query(store, name, given, target, timeout, fmt)
    print(target)
    messages().print(f"drawn: {numbered(len(drawn.nodes), 'node')}, {numbered(len(drawn.edges), 'relationship')}")
    if drawn.truncated:
        messages().print("there is more: raise -p limit=…, or ask for less", style="yellow")


@export_app.command("block-list")
def export_block_list(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write, else stdout.")] = None,
    fmt: Annotated[ListFormat, typer.Option("--format", help="hosts holds names only.")] = ListFormat.text,
    allow: Annotated[Path | None, typer.Option(help="Domains and networks, one a line, never to be listed.")] = None,
    param: Parameters = None,
) -> None:
    """Write the domains, addresses and URLs that samples contacted, without what must not be blocked.

    Left out are addresses that are not public, the DNS servers of the machines, names without a dot or of special use,
    and what --allow names. Runs that are labelled benign do not count, unless -p label=… says otherwise.

    [dim]provgraph export block-list -o block.txt --allow ours.txt -p least_samples=3[/]
    """
    from api.database import opened
    from api.exports.allow_list import AllowList, read_allow_list
    from api.exports.block_list import gather, select
    from api.exports.list_text import written
    from api.exports.writing import replaceable, write_whole
    from api.timeout import given_up_after

    if output is not None:
        replaceable(output)
    allowed = read_allow_list(allow) if allow else AllowList()
    timeout = _settings(context).query_timeout
    with given_up_after(timeout), opened(_settings(context), read_only=True) as store:
        answer = gather(store, options.parameters(param, None), timeout)
    found = select(answer.rows, allowed, fmt is ListFormat.hosts)
    text = written(found, fmt, answer)
    if output is None:
        sys.stdout.write(text)
    else:
        write_whole(text, output)
        print(output)
    for said in found.remarks():
        messages().print(said, soft_wrap=True)
    remark(answer.notes)
    if answer.truncated:
        messages().print("more was contacted than was looked at: raise -p limit=…", style="yellow")


@app.command()
def mwscup(
    context: typer.Context,
    reports: Annotated[
        list[str],
        typer.Argument(help="Reports, folders of them, or mongodb://HOST/DATABASE[?task=N].", show_default=False),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the CSV and the HTML graph.")] = Path(),
    check: Annotated[Path | None, typer.Option(help="CSV of answers to compare with the sheet.")] = None,
    min_confidence: Confidences = Confidence.likely,
    case: Cases = DEFAULT_CASE,
    label: Labels = None,
    dataset: Datasets = None,
    fmt: Formats = Format.table,
) -> None:
    """Print the answer sheet of MWS Cup 2017, task 3: who injected code into whom, by which calls, and how.

    The report is loaded as `provgraph load` does. Every call is quoted from the report: [PROC] the target is created
    or opened, [MEM] memory is made there, [WRITE] written, [EXEC] made to run. Beside the sheet, REPORT.csv lists the
    calls to look at, as the task's own script does, and REPORT.html draws the chain.

    --check compares answers (the same CSV, filled in by hand: Category, APIName&RetVal, PID where known) and writes no
    file: right, wrong category, not a step, not in the log, missing. Exit code 2 unless all is right.

    [dim]provgraph mwscup report.json -o sheets/[/]

    [dim]provgraph mwscup report.json --check answers.csv[/]
    """
    from api.mwscup.command import Wish, folder
    from api.mwscup.tell import run as run_mwscup
    from loaders.protocol import Context

    settings = _settings(context)
    wish = Wish(output if check else folder(output), min_confidence.value, settings.query_timeout)
    run_mwscup(settings, reports, Context(case, label, dataset), wish, check, fmt)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any.")] = 8000,
) -> None:
    """Serve the graph over REST, with a page at /; /openapi.json describes it.

    Beyond loopback a token is required: `provgraph token add NAME`.
    """
    from api.serve import serve as run_server

    run_server(_settings(context), host, port)


@app.command("browser-kit")
def browser_kit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write into.", show_default=False)],
    serve: Annotated[bool, typer.Option("--serve", help="Serve the guide until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of --serve on this machine; 0 for any.")] = 8001,
) -> None:
    """Write favourites, a style sheet and a guide for Neo4j Browser.

    Drop the .zip onto the window of the Browser, then the .grass. With --serve, type the command that is printed into
    its editor: the guide walks through the two stories of the examples.

    [dim]provgraph browser-kit kit/ --serve[/]
    """
    from api.browser_kit import serving, until_interrupted, write

    for path in write(folder):
        print(path)
    if serve:
        with serving(port) as url:
            messages().print(f"type :guide {url}", soft_wrap=True, markup=False, highlight=False)
            messages().print("into Neo4j Browser; Ctrl-C ends it", markup=False)
            until_interrupted()


@token_app.command("add")
def token_add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the token is called, as the client's name.", show_default=False)],
    scope: Annotated[options.TokenScope, typer.Option(help="write may load logs as well.")] = options.TokenScope.read,
) -> None:
    """Make a token and print it, this once only: the file keeps its digest.

    [dim]provgraph token add dashboard --scope read[/]
    """
    from api.tokens import TokenFile

    tokens = TokenFile(_settings(context).token_file)
    print(tokens.add(name, scope.value))
    messages().print(f"clients send it as `Authorization: Bearer …`; its digest is in {tokens.path}", markup=False)


@token_app.command("list")
def token_list(context: typer.Context, fmt: Formats = Format.table) -> None:
    """List the names and scopes of the tokens."""
    from api.tokens import TokenFile

    known = TokenFile(_settings(context).token_file).all()
    rows = [{"name": token.name, "scope": token.scope, "created": token.created} for token in known]
    show(["name", "scope", "created"], rows, fmt, title="Tokens")


@token_app.command("remove")
def token_remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the token.", show_default=False)],
) -> None:
    """Remove a token: whoever has it is refused from now on."""
    from api.tokens import TokenFile

    TokenFile(_settings(context).token_file).remove(name)
    print(f"removed {name}")


@engine_app.command("status")
def engine_status(context: typer.Context, fmt: Formats = Format.table) -> None:
    """Tell whether the embedded engine runs, where, and for how many clients."""
    from graph_model.embedded import status

    found = status(_settings(context).folder)
    row = {
        "running": found.running,
        "folder": str(found.folder),
        "uri": found.uri or "–",
        "pid": found.pid,
        "clients": found.clients,
        "started": found.started or "–",
        "database_bytes": found.database_bytes,
    }
    show(list(row), [row], fmt)


@engine_app.command("stop")
def engine_stop(context: typer.Context) -> None:
    """Stop the embedded engine for all its clients."""
    from graph_model.embedded import stop

    print("stopped" if stop(_settings(context).folder) else "no engine runs for this folder")


for _group in (app, engine_app, export_app, token_app):
    options.reflow(_group)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: errors become two lines on stderr and a stable exit code."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command line; 0 well, 2 input or usage, 3 the database, 1 our fault, 130 interrupted."""
    try:
        code = app(options.hoisted(arguments), prog_name="provgraph", standalone_mode=False)
    except ProvgraphError as error:
        complain(error)
        return error.exit_code
    except _WrongUseError as error:
        return _usage(error)
    except (typer.Abort, KeyboardInterrupt):
        print("error: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _usage(error: Exception) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error)
        return 0
    where = getattr(getattr(error, "ctx", None), "command_path", "provgraph")
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    complain(UsageError(one_line(text), hint=f"`{where} --help` shows what it takes"))
    return UsageError.exit_code


if __name__ == "__main__":
    main()
