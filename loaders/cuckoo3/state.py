"""What is known while a task is read: its run and host, its clock, its processes, and the drift report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from graph_model import events as ev
from graph_model.identity import is_address, plain_address
from loaders.cuckoo import values
from loaders.cuckoo3.records import Record
from loaders.drift import Drift

_LAST_TS = 2**32 - 1


class At(NamedTuple):
    """Where and when a line or IOC stands: its rank, its citation, its time, and what its event is called."""

    seq: int
    position: str
    time: int | None
    api: str | None
    source: str | None = None

    def fields(self) -> dict[str, Any]:
        """As the fields of an event."""
        return self._asdict()


@dataclass
class _Known:
    """A process that was spoken of: its pid, and from when to when it bore it."""

    ref: ev.ProcessRef
    started: int | None = None
    ended: int | None = None


class ProcessTable:
    """The processes of a task by ``procid``, and which of them a pid means."""

    def __init__(self, host: ev.HostRef) -> None:
        self.host = host
        self._known: dict[int, _Known] = {}

    def learn(self, procid: int, pid: int | None, started: int | None = None, ended: int | None = None) -> None:
        """Facts about a process, in ``ts``; what is known already stays."""
        known = self._known.setdefault(procid, _Known(ev.ProcessRef(self.host, str(procid), pid)))
        if known.ref.pid is None and pid is not None:
            known.ref = ev.ProcessRef(self.host, str(procid), pid)
        known.started = started if known.started is None else known.started
        known.ended = ended if known.ended is None else known.ended

    def by_procid(self, procid: int, pid: int | None = None) -> ev.ProcessRef:
        """The process with this number."""
        self.learn(procid, pid)
        return self._known[procid].ref

    def by_pid(self, pid: int, ts: int | None) -> ev.ProcessRef:
        """The one process that bore the pid then; where several or none may have, a placeholder named by the pid."""
        bearers = [known for known in self._known.values() if known.ref.pid == pid and _may_live(known, ts)]
        return bearers[0].ref if len(bearers) == 1 else ev.ProcessRef(self.host, f"pid {pid}", pid)


def _may_live(known: _Known, ts: int | None) -> bool:
    if ts is None:
        return True
    return (known.started is None or known.started <= ts) and (known.ended is None or ts <= known.ended)


@dataclass
class TaskState:
    """What all files of a task share; ``begin`` is where its relative times are counted from."""

    run: str
    host: ev.HostRef
    table: ProcessTable
    drift: Drift
    begin: int | None = None
    machine_address: str | None = None

    @property
    def cited(self) -> str:
        """How citations name the run."""
        return self.run[:8]

    def time(self, ts: Any) -> int | None:
        """Milliseconds since the monitor began, as microseconds UTC."""
        found = relative(ts)
        return None if found is None or self.begin is None else self.begin + found * 1_000

    def actor(self, record: Record) -> ev.ProcessRef | None:
        """The process that a line is about."""
        return self.process(record.procid, record.pid, record.ts)

    def process(self, procid: Any, pid: Any, ts: Any = None) -> ev.ProcessRef | None:
        """A process by its number, else the one that bears the pid."""
        number, found = values.number(procid), values.pid(pid)
        if number is not None and number > 0:
            return self.table.by_procid(number, found)
        return None if found is None else self.table.by_pid(found, relative(ts))

    def file(self, path: str) -> ev.FileRef:
        """A path on this machine."""
        return ev.FileRef(self.host, path)

    def odd(self, record: Record, what: str) -> None:
        """A line that says nothing with a place in the graph is counted."""
        self.drift.not_understood(f"{record.kind} event", what, record)

    def is_machine(self, address: Any) -> bool:
        """Whether an address is the sandbox machine's own."""
        return bool(self.machine_address) and address_of(address) == self.machine_address


def relative(ts: Any) -> int | None:
    """A ``ts`` that the monitor could have given."""
    found = values.number(ts)
    return found if found is not None and 0 <= found <= _LAST_TS else None


def address_of(value: Any) -> str | None:
    """An IP address in one spelling, or ``None``."""
    return plain_address(value) if isinstance(value, str) and is_address(value) else None
