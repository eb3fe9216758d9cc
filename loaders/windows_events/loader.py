"""The loader for Windows event logs: two passes over the lines, the second in the order in which things happened."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model.errors import BrokenLogError, EmptyLogError
from graph_model.events import Event, HostRef, Noted, RunObserved
from graph_model.identity import run_uid
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.source import Source
from loaders.windows_events import binary, lacks
from loaders.windows_events.lines import Lines, one_a_line
from loaders.windows_events.machine import Machine
from loaders.windows_events.mapping import COUNTED, MAPPED
from loaders.windows_events.recognise import is_events
from loaders.windows_events.record import MissingFieldError, Record
from loaders.windows_events.scan import Entry, Scanned, holds_events, line_at, read, scan
from loaders.windows_events.shapes import Row

_HINT = 'a log of Windows events has one a line, such as `{"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/…", …}`'
_HINT_BINARY = "export the log again: `wevtutil epl CHANNEL FILE.evtx`"


class WindowsEventsLoader:
    """Reads Sysmon, Security and System events as JSON lines, and as the files that Windows itself keeps."""

    name = "windows_events"
    doc = "Windows event logs: Sysmon, Security, System, as .evtx or JSON lines (Winlogbeat, NXLog, evtx_dump, OTRF)"

    def detect(self, head: bytes) -> bool:
        """Whether it is a file of Windows' own, or one of the first lines is an event."""
        return binary.is_binary(head) or is_events(head)

    def events(self, source: Source, context: Context, drift: Drift) -> Iterator[Event]:
        """Yield what the log says, ordered by (time, line)."""
        data = one_a_line(source.read())
        if not _is_usable(data):
            raise _unusable(data, source)
        run = run_uid(self.name, source.digest)
        yield _run(run, source, context)  # a log is asked for it before it is loaded, so it costs no pass over the rows
        lines = binary.lines(data, drift) if binary.is_binary(data) else Lines(data)
        scanned = scan(lines, drift)
        yield _lasted(run, scanned.entries)
        yield from _Reader(lines.data, run, context, drift, scanned).events()
        lacks.note(drift)


def _is_usable(data: bytes) -> bool:
    """Whether there is one event; most logs tell by their first."""
    if binary.is_binary(data):
        found = (record for record in binary.records(data) if not isinstance(record, binary.Damage))
        return any(isinstance(read(text.encode("utf-8", "backslashreplace")), Row) for _, text in found)
    return holds_events(Lines(data))


def _unusable(data: bytes, source: Source) -> EmptyLogError | BrokenLogError:
    path = str(source.path)
    if binary.is_binary(data):
        return _unusable_binary(data, path)
    if not data.strip(b" \t\r\n\x00\x1a\xef\xbb\xbf"):
        return EmptyLogError("the log has no lines", path=path, hint=_HINT)
    return BrokenLogError("no line of it can be read as a Windows event", path=path, hint=_HINT)


def _unusable_binary(data: bytes, path: str) -> EmptyLogError | BrokenLogError:
    if binary.is_empty(data):
        return EmptyLogError("the log has no records", path=path, hint=_HINT_BINARY)
    return BrokenLogError("no record of it can be read as a Windows event", path=path, hint=_HINT_BINARY)


def _run(run: str, source: Source, context: Context) -> RunObserved:
    known = context.of_run(tool=WindowsEventsLoader.name, name=source.path.name, digest=source.digest)
    return RunObserved(seq=0, position=f"{run[:8]}:1", run=run, properties=known)


def _lasted(run: str, entries: list[Entry]) -> Noted:
    times = [entry.order for entry in entries if entry.dated]
    known = {"started_us": min(times), "ended_us": max(times)} if times else {}
    return Noted(seq=0, position=f"{run[:8]}:1", properties=known)


class _Reader:
    """The second pass: each row given to its machine, and mapped."""

    def __init__(self, data: bytes, run: str, context: Context, drift: Drift, scanned: Scanned) -> None:
        self.data = data
        self.run = run
        self.case = context.case
        self.drift = drift
        self.scanned = scanned
        self.machines: dict[str | None, Machine] = {}

    def events(self) -> Iterator[Event]:
        """The events of all rows; ``seq`` of a row is its rank from 1, the run itself has 0."""
        for seq, entry in enumerate(self.scanned.entries, 1):
            row = read(line_at(self.data, entry.start, entry.end))
            if isinstance(row, Row):
                yield from self._events(row, seq, entry)

    def _events(self, row: Row, seq: int, entry: Entry) -> list[Event]:
        known = MAPPED.get(row.source, {}).get(row.event_id)
        name = known[0] if known else COUNTED.get(row.source, {}).get(row.event_id, str(row.event_id))
        time = entry.order if entry.dated else None
        position = f"{self.run[:8]}:{entry.number}"
        record = Record(row.fields, f"{row.source}/{name}", seq, position, time, self.drift)
        out: list[Event] = []
        machine = self._machine(row)
        machine.observe(record, out)
        if known is None:
            self._unmapped(row, record)
            return out
        if row.failed:
            self.drift.count(f"{record.kind}, failed")
            return out
        try:
            known[1](record, machine, out)
        except MissingFieldError as missing:
            self.drift.not_understood("event", f"{record.kind} without {missing}", row.fields)
            return out  # who took part is known all the same
        self.drift.count(record.kind)
        return out

    def _unmapped(self, row: Row, record: Record) -> None:
        if row.event_id in COUNTED.get(row.source, {}):
            self.drift.count(record.kind)
        else:
            self.drift.not_understood("event", record.kind, row.fields)

    def _machine(self, row: Row) -> Machine:
        key = self.scanned.names.one(row.computer)
        machine = self.machines.get(key)
        if machine is None:
            machine = self.machines[key] = self._new_machine(key)
        return machine

    def _new_machine(self, key: str | None) -> Machine:
        if key is None:
            self.drift.lack("the name of the computer in some rows", "on which host they happened")
        ref = HostRef(self.case, f"log:{self.run[:8]}" if key is None else key)
        return Machine(ref, self._name(key), self.scanned.lives, self.scanned.connections)

    def _name(self, key: str | None) -> str | None:
        return self.scanned.names.printed(key) if key else None
