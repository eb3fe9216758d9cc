"""The way through one report: sections, processes, calls, and what is left to say at the end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from graph_model import events as ev
from graph_model.commandline import tokens
from graph_model.paths import base_name
from loaders.cuckoo import calls_reader, lacks, model, process_tree, values
from loaders.cuckoo.process_table import Entry, ProcessTable, printed_pid
from loaders.cuckoo.sections import info, network, reading
from loaders.cuckoo.sections.watch import Watch
from loaders.cuckoo.state import ProcessState, ReportState
from loaders.cuckoo.watched import by_api
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.source import Source

_CLOCKS_AGREE = 5 * 60_000_000
_ABOUT_ANOTHER = (ev.RemoteOperation, ev.SectionMapped)
_ABOUT_A_PROCESS = (ev.ProcessObserved, ev.ProcessStarted, ev.ProcessEnded)


class CuckooLoader:
    """``report.json`` of every Cuckoo from 0.4 to 2.0.x, and of CAPE v2."""

    name = "cuckoo"
    doc = "report.json of Cuckoo (0.4 to 2.0.x) or CAPE v2, plain or gzip; mongodb:// addresses of their databases"

    def detect(self, head: bytes) -> bool:
        """A JSON object; whether it is a report shows when its sections are known."""
        return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"

    def events(self, source: Source, context: Context, drift: Drift) -> Iterator[ev.Event]:
        """Yield what the report says."""
        return told(model.document(source, drift), context, drift)


def told(found: model.Document, context: Context, drift: Drift) -> Iterator[ev.Event]:
    """What a report says, wherever it lies."""
    report = model.parse(found, drift)
    processes = model.processes(report, found.where, drift)
    run = info.run_of(report, processes, found)
    yield info.run_event(report, run, found, context, drift)
    host = ev.HostRef(run, "sandbox")
    state = ReportState(run, host, ProcessTable(host), drift, watched=by_api(context.watched))
    yield _host(report, processes, state)
    watch = Watch(report, processes.values(), state)
    yield from watch.over(_processes(found, report, processes, state))
    yield from reading.after_calls(report, state, watch)
    lacks.note(report, state)


def _host(report: model.Report, processes: dict[int, model.Process], state: ReportState) -> ev.Event:
    name = next((found for process in processes.values() if (found := _environment(process).get("ComputerName"))), None)
    fallback = info.machine(report) or "sandbox"
    return ev.HostObserved(
        seq=0,
        position=state.cited,
        host=state.host,
        name=values.text(name) or fallback,
        dns_servers=network.dns_servers(report),
    )


def _environment(process: model.Process) -> dict[str, Any]:
    return process.environ if isinstance(process.environ, dict) else {}


def _processes(
    found: model.Document, report: model.Report, processes: dict[int, model.Process], state: ReportState
) -> Iterator[ev.Event]:
    """All entries are known before the first call is read, since calls speak of processes further down the list."""
    listed = {index: _listed(raw, index, state) for index, raw in processes.items()}
    entries = [*listed.values(), *process_tree.merge(model.process_tree(report, state.drift), state)]
    _compare_clocks(report, entries, state)
    for entry in entries:
        yield from _observed(entry, state)
    cursors = [_cursor(found, index, entry, state) for index, entry in listed.items()]
    yield from _noted(calls_reader.read(cursors), state)
    for entry in entries:
        yield from _parent(entry, state)
    yield from _names(state)


def _compare_clocks(report: model.Report, entries: list[Entry], state: ReportState) -> None:
    """The sandbox and its guest have a clock each: times of processes before the analysis say so."""
    begun = info.started(report)
    first = min((entry.started for entry in entries if entry.started is not None), default=None)
    if begun is not None and first is not None and first < begun - _CLOCKS_AGREE:
        minutes = (begun - first) // 60_000_000
        what = f"a common clock of sandbox and guest (processes begin {minutes:,} minutes before the analysis)"
        state.drift.lack(what, "when things happened, beside other logs; within the report the order holds")


def _cursor(found: model.Document, index: int, entry: Entry, state: ReportState) -> calls_reader.Cursor:
    chunks = model.calls(found, index, entry.raw or model.Process(), state.drift)
    return calls_reader.Cursor(ProcessState(state, entry.process), chunks)


def _listed(process: model.Process, index: int, state: ReportState) -> Entry:
    """A process keeps its calls even where its pid is none that Windows could have given."""
    pid = state.table.usable_pid(process)
    state.drift.count("processes")
    if pid is None:
        printed = f"behavior.processes[{index}]: {printed_pid(process)!r:.40}"
        state.drift.repair("a process without a usable pid", printed)
    entry = state.table.add(process, pid)
    if entry.started is None and process.first_seen is not None:
        state.drift.not_understood("time", "first_seen, not usable", process.first_seen)
    if pid is not None and entry.process.ordinal:
        state.drift.repair("a pid that was given out again", f"behavior.processes[{index}]: {pid}")
    for thread in process.threads if isinstance(process.threads, list) else []:
        number = values.number(thread)
        if number:
            state.threads[number] = entry.process
    return entry


def _observed(entry: Entry, state: ReportState) -> Iterator[ev.Event]:
    raw = entry.raw or model.Process()
    environment = _environment(raw)
    path = values.text(raw.process_path) or values.text(raw.module_path)
    name = values.text(raw.process_name) or base_name(path)
    yield ev.ProcessObserved(
        seq=0,
        position=_cite(entry, state),
        time=entry.started,
        process=entry.process,
        name=base_name(name),
        path=path,
        command_line=values.text(raw.command_line) or values.text(environment.get("CommandLine")),
        user=values.text(environment.get("UserName")),
        started=entry.started,
        recorded=True,
    )


def _cite(entry: Entry, state: ReportState) -> str:
    return f"{state.cited}:{entry.process.key}"


def _noted(found: Iterator[ev.Event], state: ReportState) -> Iterator[ev.Event]:
    """Remember who is spoken of and never listed, for a name at the end."""
    for event in found:
        spoken_of = _spoken_of(type(event))
        if spoken_of:
            state.unnamed.setdefault(getattr(event, spoken_of), event)
        yield event


@cache
def _spoken_of(kind: type[ev.Event]) -> str | None:
    """The field that names a process beside the acting one."""
    if issubclass(kind, _ABOUT_ANOTHER):
        return "target"
    return "process" if issubclass(kind, _ABOUT_A_PROCESS) else None


def _parent(entry: Entry, state: ReportState) -> Iterator[ev.Event]:
    """The parent by the list, where no creation was seen (other parents, DCOM, services, a missing hook)."""
    if entry.parent_pid is None or state.table.was_created(entry.process):
        return
    parent = state.table.alive(entry.parent_pid, entry.started)
    if parent != entry.process:
        yield ev.ProcessStarted(
            seq=0,
            position=_cite(entry, state),
            actor=parent,
            process=entry.process,
            at_latest=entry.started,
            source="process list",
        )


def _names(state: ReportState) -> Iterator[ev.Event]:
    """Names for processes without an entry, as the program's own look at the process list told."""
    listed = {entry.process for entry in state.table.entries}
    for process, event in state.unnamed.items():
        name = state.listed_names.get(process.pid or 0)
        named = isinstance(event, ev.ProcessStarted) and (event.image or tokens(event.command_line or ""))
        if name and process not in listed and not named:
            yield ev.ProcessObserved(seq=event.seq, position=event.position, process=process, name=name)
