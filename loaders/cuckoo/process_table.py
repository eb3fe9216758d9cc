"""Which process a pid means: entries of the list, creations seen in the calls, and pids that are used again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from graph_model.events import HostRef, ProcessRef
from loaders.cuckoo import values
from loaders.cuckoo.model import Process

# A child is listed after its creation returns; its clock may be read this much earlier.
_SLACK = 2_000_000
_MOST_BEARERS = 100  # of one pid in one run: more are garbage, and every call that names the pid would look at all


@dataclass
class Entry:
    """One entry of the process list, or a process that is known only from its creation.

    ``started`` is its creation where that was seen, else when the monitor first saw it; ``ended`` where a call says so.
    """

    process: ProcessRef
    pid: int | None
    started: int | None
    raw: Process | None = None
    parent_pid: int | None = None
    created_by: ProcessRef | None = None
    ended: int | None = None

    def had_ended(self, time: int | None) -> bool:
        """Whether it is known to have ended before this time."""
        return time is not None and self.ended is not None and self.ended < time


def printed_pid(raw: Process) -> Any:
    """The pid of an entry of the list as its layout prints it."""
    return raw.pid if raw.pid is not None else raw.process_id


class ProcessTable:
    """All processes of a report by pid."""

    def __init__(self, host: HostRef) -> None:
        self.host = host
        self.entries: list[Entry] = []
        self._by_pid: dict[int | None, list[Entry]] = defaultdict(list)
        self._by_process: dict[ProcessRef, Entry] = {}

    def add(self, raw: Process, pid: int | None) -> Entry:
        """An entry of the process list, in the list's order; ``None`` stands for a pid that is none."""
        parent = values.pid(raw.ppid if raw.ppid is not None else raw.parent_id)
        entry = Entry(self._ref(pid), pid, values.micros(raw.first_seen), raw, parent)
        self.entries.append(entry)
        return self._known(entry)

    def usable_pid(self, raw: Process) -> int | None:
        """The pid of an entry of the list, unless Windows could not have given it, or it is given too often."""
        pid = values.pid(printed_pid(raw))
        return pid if pid is not None and self.bears(pid) else None

    def bears(self, pid: int) -> bool:
        """Whether one more process may bear this pid."""
        return len(self._by_pid.get(pid, ())) < _MOST_BEARERS

    def lists(self, pid: int) -> bool:
        """Whether some process is known to bear this pid."""
        return bool(self._by_pid.get(pid))

    def first(self, pid: int) -> Entry | None:
        """The first process that bore this pid."""
        return next(iter(self._by_pid.get(pid, ())), None)

    def entry_of(self, process: ProcessRef) -> Entry | None:
        """The entry of a process."""
        return self._by_process.get(process)

    def alive(self, pid: int, time: int | None) -> ProcessRef:
        """The process that bore the pid then: the last that had started, else the first that would.

        One that had ended bears it no more, where another one is known: a monitor may see that one late.
        """
        known = sorted(self._by_pid.get(pid, ()), key=lambda entry: entry.started or 0)
        if not known:
            return self._unlisted(pid, None).process
        found = [entry for entry in known if not entry.had_ended(time)] or known
        started = [entry for entry in found if time is None or (entry.started or 0) <= time]
        return (started[-1] if started else found[0]).process

    def bearer(self, pid: int, time: int | None) -> ProcessRef | None:
        """The process that plainly bore the pid: the only one of the report, or the one that did at a known time."""
        known = [entry for entry in self._by_pid.get(pid, ()) if entry.raw is not None or entry.created_by is not None]
        if len(known) == 1:
            return known[0].process
        return self.alive(pid, time) if known and time is not None else None

    def called(self, name: str, time: int | None) -> ProcessRef | None:
        """The process of this name in the list that had started last by then and had not ended."""
        named = [entry for entry in self.entries if _named(entry, name) and not entry.had_ended(time)]
        latest = max(
            named, key=lambda entry: (time is None or (entry.started or 0) <= time, entry.started or 0), default=None
        )
        return latest.process if latest else None

    def is_called(self, process: ProcessRef, name: str) -> bool:
        """Whether the list gives the process this name."""
        entry = self.entry_of(process)
        return entry is not None and _named(entry, name)

    def created(self, pid: int, time: int | None, parent: ProcessRef) -> ProcessRef:
        """The process that this creation brought forth: the entry that begins next, not one from before."""
        free = [entry for entry in self._by_pid.get(pid, ()) if _may_be_child(entry, parent, time)]
        entry = min(free, key=lambda e: _distance(e, parent, time)) if free else self._unlisted(pid, time)
        return _claimed(entry, parent, time)

    def child_of(self, parent: ProcessRef, name: str | None, time: int | None) -> ProcessRef | None:
        """The listed child that fits a creation whose pid is garbage: same parent, same image, not yet claimed."""
        listed = [e for e in self.entries if e.parent_pid == parent.pid and _named(e, name)]
        free = [entry for entry in listed if _may_be_child(entry, parent, time)]
        return _claimed(min(free, key=lambda e: _distance(e, parent, time)), parent, time) if free else None

    def end(self, process: ProcessRef, time: int | None) -> None:
        """The process ended; the first end that is told counts."""
        entry = self.entry_of(process)
        if entry is not None and entry.ended is None:
            entry.ended = time

    def was_created(self, process: ProcessRef) -> bool:
        """Whether a creation of it was seen in the calls."""
        entry = self.entry_of(process)
        return entry is not None and entry.created_by is not None

    def _unlisted(self, pid: int, time: int | None) -> Entry:
        return self._known(Entry(self._ref(pid), pid, time)) if self.bears(pid) else self._by_pid[pid][-1]

    def _known(self, entry: Entry) -> Entry:
        self._by_pid[entry.pid].append(entry)
        self._by_process[entry.process] = entry
        return entry

    def _ref(self, pid: int | None) -> ProcessRef:
        ordinal = len(self._by_pid[pid])
        return ProcessRef(self.host, f"{'unknown' if pid is None else pid}.{ordinal}", pid, ordinal)


def _may_be_child(entry: Entry, parent: ProcessRef, time: int | None) -> bool:
    """Not claimed, and not begun long before; the list's own word for the parent outweighs its clock."""
    if entry.created_by is not None or entry.process == parent:
        return False
    in_time = time is None or entry.started is None or entry.started >= time - _SLACK
    return in_time or entry.parent_pid in (parent.pid, None)


def _distance(entry: Entry, parent: ProcessRef, time: int | None) -> tuple[bool, bool, int]:
    apart = (entry.started or 0) - time if time is not None and entry.started is not None else 0
    return apart < 0, entry.parent_pid != parent.pid, abs(apart)


def _claimed(entry: Entry, parent: ProcessRef, time: int | None) -> ProcessRef:
    entry.created_by = parent
    if time is not None:
        entry.started = min(time, entry.started) if entry.started is not None else time
    return entry.process


def _named(entry: Entry, name: str | None) -> bool:
    listed = values.text(entry.raw.process_name) if entry.raw else None
    return bool(name and listed and listed.casefold() == name.casefold())
