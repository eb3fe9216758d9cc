"""From reports to answer sheets: load them, ask the graph, quote the calls, write what belongs beside the sheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from api.exports.html import write_html
from api.exports.writing import replaceable, replacing
from api.graphs import graph_of
from api.load import LoadReport, Progress, load_found
from api.mwscup.answers import Answer as Named
from api.mwscup.check import Log as CheckedLog
from api.mwscup.quoting import Quotes, Taker, through
from api.mwscup.sheet import Sheet, gather, quote
from api.mwscup.worklist import COLUMNS, WorkList
from api.output import csv_lines
from api.timeout import given_up_after
from cypher.answer import Answer
from graph_model.errors import InputError
from graph_model.store import Store
from graph_model.view import Edge
from loaders.cuckoo.printed import PrintedReport
from loaders.drift import Drift
from loaders.finding import Found
from loaders.protocol import Context, Log
from loaders.quoting import quoted

_NO_FILE_NAME = re.compile(r"[^\w.()+,@ -]")


@dataclass(frozen=True)
class Wish:
    """What the user wants: where files go, or which answers are to be checked (then no file is written)."""

    output: Path
    min_confidence: str
    timeout: float
    answers: Sequence[Named] | None = None


@dataclass
class Done:
    """The sheet of one run, the files that were written, and what a check needs of its log."""

    sheet: Sheet
    written: list[Path] = field(default_factory=list)
    checked: CheckedLog | None = None


def answered(
    store: Store, found: Found, context: Context, progress: Progress, wish: Wish
) -> tuple[LoadReport, list[Done]]:
    """Load the logs, and make the sheet of each of their runs."""
    report = load_found(store, found, context, progress)
    logs = {log.where: log for log in found.logs}
    runs: dict[str, Drift] = {}
    for run, drift in zip(report.runs, report.logs, strict=True):
        runs.setdefault(run, drift)
    names = _names({run: drift.path for run, drift in runs.items()})
    done = [_one(store, run, logs[drift.path], wish.output / names[run], wish) for run, drift in runs.items()]
    for one in done:
        one.sheet.lacks = runs[one.sheet.run].lacks
    return report, done


def _names(runs: dict[str, str]) -> dict[str, str]:
    """What to call the files of each run: after its report, and after the run too where two reports share a name."""
    plain = {run: _NO_FILE_NAME.sub("_", where.rpartition("/")[2]) or run[:8] for run, where in runs.items()}
    number = Counter(name.casefold() for name in plain.values())
    return {run: name if number[name.casefold()] == 1 else f"{name}.{run[:8]}" for run, name in plain.items()}


def _one(store: Store, run: str, log: Log, target: Path, wish: Wish) -> Done:
    with given_up_after(wish.timeout):
        done = Done(gather(store, run, log.where, wish.min_confidence, wish.timeout))
    with quoted(log) as report:
        done.sheet.quotable = report is not None
        if wish.answers is not None:
            done.checked = CheckedLog(done.sheet, wish.answers)
            _quote(done.sheet, report, [done.checked])
            if report is None:
                done.checked.take_from_graph()
        elif report is None:
            quote(done.sheet, {})
        else:
            done.written.append(_write_list(done.sheet, report, target.with_name(f"{target.name}.csv")))
    if wish.answers is None and done.sheet.pairs:
        done.written.append(_draw(store, done.sheet, target.with_name(f"{target.name}.html")))
    return done


def _quote(sheet: Sheet, report: PrintedReport | None, takers: list[Taker]) -> None:
    quotes = Quotes(sheet)
    if report is not None:
        sheet.calls = through(report, [quotes, *takers])
    quote(sheet, quotes.found)


def _write_list(sheet: Sheet, report: PrintedReport, path: Path) -> Path:
    """A sheet that does not agree with its report leaves no file behind."""
    replaceable(path)
    with replacing(path) as file:
        _quote(sheet, report, [WorkList(sheet, report.processes, csv_lines(file, COLUMNS))])
    return path


def _draw(store: Store, sheet: Sheet, path: Path) -> Path:
    """The processes of the pairs and chains, with what this run recorded between them."""
    uids = dict.fromkeys(uid for row in sheet.chains for uid in row["uids"])
    uids |= dict.fromkeys(uid for pair in sheet.pairs for uid in pair.key)
    asked = Answer(["uids"], [{"uids": list(uids)}], sheet.answer.cypher, sheet.answer.parameters, sheet.truncated)
    drawn = graph_of(store, "injection-paths", asked, f"Code injections in {sheet.name}")
    edges = tuple(edge for edge in drawn.edges if _tells(edge, sheet))
    replaceable(path)
    write_html(replace(drawn, edges=edges, total_edges=len(edges)), path)
    return path


def _tells(edge: Edge, sheet: Sheet) -> bool:
    """Whether it is of this run; where processes ran the picture shows by their host."""
    return edge.type != "RAN_ON" and edge.properties.get("run") in (None, sheet.run)


def folder(path: Path) -> Path:
    """The folder that files are to go into; it is made where there is none."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"no folder for the files: {error.strerror}", path=str(path), hint="name a folder with --output"
        ) from error
    return path
