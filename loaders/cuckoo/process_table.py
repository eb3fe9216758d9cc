"""Which process a pid means: entries of the list, creations seen in the calls, and pids that are used again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from graph_model.events import HostRef, ProcessRef
from loaders.cuckoo import values
from loaders.cuckoo.model import Process

# The monitor reports a process when it runs; a creation and the report of its child lie at most this far apart.
_SLACK = 2_000_000


@dataclass
class Entry:
    """One entry of the process list, or a process that is known only from its creation."""

    process: ProcessRef
    pid: int
    started: int | None
    raw: Process | None = None
    parent_pid: int | None = None
    created_by: ProcessRef | None = None


class ProcessTable:
    """All processes of a report by pid."""

    def __init__(self, host: HostRef) -> None:
        self.host = host
        self.entries: list[Entry] = []
        self._by_pid: dict[int, list[Entry]] = defaultdict(list)

    def add(self, raw: Process, pid: int) -> Entry:
        """An entry of the process list, in the list's order."""
        parent = values.pid(raw.ppid if raw.ppid is not None else raw.parent_id)
        entry = Entry(self._ref(pid), pid, values.micros(raw.first_seen), raw, parent)
        self._by_pid[pid].append(entry)
        self.entries.append(entry)
        return entry

    def alive(self, pid: int, time: int | None) -> ProcessRef:
        """The process that bore the pid then; a placeholder when the list has none."""
        found = self._by_pid.get(pid)
        if not found:
            return self._unlisted(pid, None).process
        started = [e for e in found if e.started is None or time is None or e.started <= time + _SLACK]
        return (started[-1] if started else found[0]).process

    def created(self, pid: int, time: int | None, parent: ProcessRef) -> ProcessRef:
        """The process that this creation brought forth: not one that had ended before."""
        found = self._by_pid.get(pid, [])
        for entry in found:
            if entry.created_by == parent and _near(entry, time):
                return entry.process  # two hooks saw one creation
        for entry in found:
            later = time is None or entry.started is None or entry.started >= time - _SLACK
            if entry.created_by is None and later:
                entry.created_by = parent
                return entry.process
        entry = self._unlisted(pid, time)
        entry.created_by = parent
        return entry.process

    def child_of(self, parent: ProcessRef, name: str | None, time: int | None) -> ProcessRef | None:
        """The listed child that fits a creation whose pid is garbage: same parent, same image, not yet claimed."""
        for entry in self.entries:
            late = time is None or entry.started is None or entry.started >= time - _SLACK
            if entry.created_by is None and entry.parent_pid == parent.pid and late and _named(entry, name):
                entry.created_by = parent
                return entry.process
        return None

    def was_created(self, process: ProcessRef) -> bool:
        """Whether a creation of it was seen in the calls."""
        return any(e.created_by is not None for e in self._by_pid.get(process.pid or 0, ()) if e.process == process)

    def _unlisted(self, pid: int, time: int | None) -> Entry:
        entry = Entry(self._ref(pid), pid, time)
        self._by_pid[pid].append(entry)
        return entry

    def _ref(self, pid: int) -> ProcessRef:
        ordinal = len(self._by_pid[pid])
        return ProcessRef(self.host, f"{pid}.{ordinal}", pid, ordinal)


def _near(entry: Entry, time: int | None) -> bool:
    return time is None or entry.started is None or abs(entry.started - time) <= 30 * _SLACK


def _named(entry: Entry, name: str | None) -> bool:
    listed = values.text(entry.raw.process_name) if entry.raw else None
    return bool(name and listed and listed.casefold() == name.casefold())
