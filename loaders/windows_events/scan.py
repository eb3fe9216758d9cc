"""The first pass: which lines are events, when they happened, on which hosts, and which pid was which process.

All of it needs the whole log: rows are not in time order, the zone of some is taught by others, a host is printed with
its domain and without, and a pid is only a process beside rows that print its GUID. Only places are kept of the rows
themselves, so memory stays near the size of the file.
"""

from __future__ import annotations

from typing import NamedTuple

from loaders.drift import Drift
from loaders.windows_events.connections import Connections
from loaders.windows_events.hosts import Names
from loaders.windows_events.lines import Lines
from loaders.windows_events.lives import Lives
from loaders.windows_events.shapes import Row, decoded, is_utf8, row_of
from loaders.windows_events.times import Clock, Clocks, microseconds, names_its_zone

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_AROUND = b" \t\r\x00\x1a"
_LIST = b"[],"
_SAMPLE = 200


class Entry(NamedTuple):
    """One event: ``order`` is its time, or that of the row before where it has none; ``number`` counts from 1."""

    order: int
    number: int
    start: int
    end: int
    dated: bool


class Scanned:
    """What the first pass found out."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.clocks = Clocks()
        self.names = Names()
        self.lives = Lives()
        self.connections = Connections()
        self._undated: list[tuple[int, Clock]] = []
        self._zoneless: set[Clock] = set()

    def add(self, row: Row, number: int, start: int, end: int, drift: Drift) -> None:
        """Note one event."""
        self.names.seen(row.computer)
        clock = clock_of(row)
        utc, stamp = times_of(row)
        if utc is not None and stamp is not None:
            self.clocks.learn(clock, utc, stamp)
        if utc is not None:
            self.lives.seen(row, utc)
        elif stamp is not None:
            self._undated.append((len(self.entries), clock))
            if row.stamp and not names_its_zone(row.stamp[1]):
                self._zoneless.add(clock)
        else:
            drift.not_understood("time", "a row without a usable time", row.stamp or "")
        time = utc if utc is not None else stamp
        self.connections.seen(row, utc)
        before = self.entries[-1].order if self.entries else 0
        self.entries.append(Entry(before if time is None else time, number, start, end, time is not None))

    def settle(self, drift: Drift) -> None:
        """With all rows known: stamps are put right, rows come into order, names and pids are resolved."""
        self.clocks.report(drift)
        offsets = {clock: self.clocks.offset(clock) for _, clock in self._undated}
        for index, clock in self._undated:
            entry = self.entries[index]
            self.entries[index] = entry._replace(order=entry.order + (offsets[clock] or 0))
        for field in sorted({field for host, field in self._zoneless if offsets[host, field] is None}):
            what = f"the zone of {field} of some hosts"
            drift.lack(what, "when things happened there, beside other logs: their times count as UTC")
        self._undated.clear()
        self.entries.sort()
        self.lives.settle(self.names)
        self.connections.settle(self.names)


def clock_of(row: Row) -> Clock:
    """Whose clock, and which of its stamps, dates the row."""
    return (row.computer or "").casefold(), row.stamp[0] if row.stamp else ""


def times_of(row: Row) -> tuple[int | None, int | None]:
    """What Sysmon says in UTC, and what the stamp says."""
    said = row.fields.get("UtcTime") if row.source == "sysmon" else None
    return microseconds(said), microseconds(row.stamp[1]) if row.stamp else None


def scan(lines: Lines, drift: Drift) -> Scanned:
    """Look at every line; those that are no events are counted."""
    found = Scanned()
    for number, start, end in lines.places():
        line = line_at(lines.data, start, end)
        if not line:
            continue
        row = read(line)
        if isinstance(row, Row):
            found.add(row, number, start, end, drift)
            if not is_utf8(line):
                drift.repair("bytes that are not UTF-8", f"line {number}")
        else:
            drift.not_understood("line", row, line[:_SAMPLE])
    found.settle(drift)
    return found


def holds_events(lines: Lines) -> bool:
    """Whether any line is an event; most logs tell by their first."""
    return any(isinstance(read(line_at(lines.data, start, end)), Row) for _, start, end in lines.places())


def read(line: bytes) -> Row | str:
    """The event of a line, or why it is none."""
    try:
        row = row_of(decoded(line))
    except ValueError:
        return "not JSON"
    return row or "no Windows event"


def line_at(data: bytes, start: int, end: int) -> bytes:
    """A line without what stands around its object: blanks, and the signs of a list that has an event a line."""
    line = data[start:end].removeprefix(_BYTE_ORDER_MARK).strip(_AROUND)
    return line if line[:1] == b"{" and line[-1:] == b"}" else line.strip(_LIST + _AROUND)
