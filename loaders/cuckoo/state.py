"""What is known while the calls of one process are read: its handles, its own identity, and the report around it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from graph_model import events as ev
from graph_model.paths import clean, pipe_name, rooted, split_unc
from loaders.cuckoo import values
from loaders.cuckoo.arguments import by_name
from loaders.cuckoo.handles import (
    CURRENT_PROCESS,
    CURRENT_THREAD,
    FileHandle,
    HandleTable,
    ProcessHandle,
    SectionHandle,
    ThreadHandle,
)
from loaders.cuckoo.model import RawCall
from loaders.cuckoo.process_table import ProcessTable
from loaders.cuckoo.views import Views
from loaders.cuckoo.watched import Tallies, WatchedApi
from loaders.drift import Drift

E = TypeVar("E", bound=ev.Event)
MOST_GUESSES = 5_000  # each goes through a thousand calls and the process list


class Call:
    """One call in the words of no layout: argument names squashed, numbers still as the report spells them."""

    __slots__ = ("_raw", "api", "arguments", "count", "index", "seq", "time")

    def __init__(self, index: int, seq: int, time: int | None, api: str, raw: RawCall, count: int = 1) -> None:
        self.index = index
        self.seq = seq
        self.time = time
        self.api = api
        self.count = count
        self.arguments = by_name(raw)
        self._raw = raw

    @property
    def ok(self) -> bool:
        """Whether the monitor says that it succeeded."""
        return succeeded(self._raw.status)

    @property
    def returned(self) -> Any:
        """The return value as the report spells it."""
        return self._raw.result

    @property
    def thread_id(self) -> int | None:
        """The calling thread."""
        return values.number(self._raw.thread_id if self._raw.tid is None else self._raw.tid)

    def number(self, *names: str) -> int | None:
        """The first of these arguments that is a number."""
        given = self.arguments
        for name in names:
            value = given.get(name)
            if value is not None:
                found = value if type(value) is int else values.number(value)
                if found is not None:
                    return found
        return None

    def text(self, *names: str) -> str | None:
        """The first of these arguments that is a non-empty string."""
        given = self.arguments
        for name in names:
            found = given.get(name)
            if found and isinstance(found, str):
                return found
        return None


def succeeded(status: object) -> bool:
    """The monitor's own verdict; where a report has none, the call is taken as made."""
    if isinstance(status, str):
        return status.strip().lower() not in {"false", "0", "failure", "failed"}
    return True if status is None else bool(status)


@dataclass
class ReportState:
    """What all processes of a report share."""

    run: str
    host: ev.HostRef
    table: ProcessTable
    drift: Drift
    listed_names: dict[int, str] = field(default_factory=dict)
    threads: dict[int, ev.ProcessRef] = field(default_factory=dict)
    unnamed: dict[ev.ProcessRef, ev.Event] = field(default_factory=dict)
    apis: set[str] = field(default_factory=set)
    unhandled: set[str] = field(default_factory=set)  # names of APIs that no mapping knows
    sections: dict[str, SectionHandle] = field(default_factory=dict)  # those with a name
    states: WeakValueDictionary[ev.ProcessRef, ProcessState] = field(default_factory=WeakValueDictionary)
    watched: dict[str, WatchedApi] = field(default_factory=dict)
    guesses: int = MOST_GUESSES  # children with a garbage pid that are still looked for

    @property
    def cited(self) -> str:
        """How citations name the run."""
        return self.run[:8]

    def called(self, name: str, time: int | None) -> ev.ProcessRef | None:
        """The process of this name then: by the process list, else by what a program saw of it."""
        listed = self.table.called(name, time)
        if listed is not None:
            return listed
        pids = [pid for pid, known in self.listed_names.items() if known.casefold() == name]
        return self.table.alive(pids[-1], time) if pids else None


def no_calls() -> Iterator[Call]:
    """What comes after the last call."""
    return iter(())


class ProcessState:
    """One process while its calls are read."""

    def __init__(self, report: ReportState, process: ev.ProcessRef) -> None:
        self.report = report
        self.process = process
        self.handles = HandleTable()
        self.upcoming: Callable[[], Iterator[Call]] = no_calls
        self.views: Views[SectionHandle] = Views()
        self.made: defaultdict[ev.ProcessRef, Views[None]] = defaultdict(Views)  # memory in other processes
        self.transaction: int | None = None  # the handle of the current one
        self.other_windows: set[int] = set()  # windows found that are not the shell's
        self.prepared_windows: set[int] = set()  # those of the shell whose extra memory was set
        self.counts: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.unhandled: dict[str, int] = {}  # API: index of its first call
        self.watched = Tallies()
        self._cited = f"{report.cited}:{process.key}#"
        report.states[process] = self

    @property
    def host(self) -> ev.HostRef:
        """The machine."""
        return self.report.host

    def position(self, call: Call) -> str:
        """The citation of a call."""
        return f"{self._cited}{call.index}"

    def event(self, kind: Callable[..., E], call: Call, **fields: Any) -> E:
        """An event of this kind, done by this process with this call."""
        return kind(
            seq=call.seq,
            position=f"{self._cited}{call.index}",
            time=call.time,
            actor=self.process,
            api=call.api,
            count=call.count,
            **fields,
        )

    def file(self, path: str) -> ev.FileRef:
        """A path on this machine."""
        return ev.FileRef(self.host, path)

    def path_of(self, call: Call) -> str | None:
        """The file that a call is about: by argument, else by its open handle."""
        found = call.text("filepath", "handlename", "filepathr")
        if found:
            return found
        handle = self.handles.get(call.number("filehandle", "handle"), FileHandle)
        return handle.path if handle else None

    def target(self, call: Call) -> ev.ProcessRef | None:
        """The process that a memory or thread call is about; ``None`` when neither pid nor handle tells."""
        process_handle = call.number("processhandle")
        thread_handle = call.number("threadhandle")
        if process_handle in CURRENT_PROCESS or thread_handle in CURRENT_THREAD:
            return self.process
        by_handle = self._by_handle(process_handle, thread_handle)
        pid = values.pid(call.arguments.get("processidentifier"))
        if pid is None:
            return by_handle or self._by_thread(call)
        if by_handle is not None and by_handle.pid in (pid, None):
            return by_handle
        named = self.process if pid == self.process.pid else self.report.table.alive(pid, call.time)
        self._learn(named, process_handle, thread_handle, call)
        return named

    def _learn(self, process: ev.ProcessRef, handle: int | None, thread_handle: int | None, call: Call) -> None:
        """A call that prints pid and handle explains the handle to later calls that print the handle alone."""
        if handle:
            self.handles.bind(handle, ProcessHandle(process))
        elif thread_handle:
            self.handles.bind(thread_handle, ThreadHandle(process, call.number("threadidentifier")))

    def _by_handle(self, process: int | None, thread: int | None) -> ev.ProcessRef | None:
        meaning = self.handles.get(process, ProcessHandle) or self.handles.get(thread, ThreadHandle)
        return meaning.process if meaning else None

    def _by_thread(self, call: Call) -> ev.ProcessRef | None:
        thread = call.number("threadidentifier")
        return self.report.threads.get(thread) if thread else None

    def thread_of(self, call: Call) -> int | None:
        """The thread that a call is about."""
        handle = self.handles.get(call.number("threadhandle"), ThreadHandle)
        return call.number("threadidentifier") or (handle.thread_id if handle else None)

    def other(self, call: Call) -> ev.ProcessRef | None:
        """The process that a call is about, if it is not the own one; an unknown one is a line in the drift report."""
        target = self.target(call)
        if target is None:
            self.report.drift.not_understood("target", call.api, self.position(call))
        return None if target == self.process else target

    def about(self, kind: Callable[..., E], call: Call, **fields: Any) -> Iterator[E]:
        """An operation on another process; on the own one, or an unknown one, nothing."""
        target = self.other(call)
        if target is not None:
            yield self.event(kind, call, target=target, **fields)


Handler = Callable[[ProcessState, Call], Iterator[ev.Event]]


@lru_cache(maxsize=20_000)
def on_disk(path: str) -> bool:
    """Whether a path means a file: a drive or a share, no pipe and no device."""
    if pipe_name(path) is not None or raw_disk(path):
        return False
    plain = clean(path).casefold()
    volume = plain.startswith(("\\\\?\\", "\\device\\harddiskvolume", "volume{", "%"))
    return plain[1:3] == ":\\" or volume or split_unc(plain) is not None


@lru_cache(maxsize=20_000)
def raw_disk(path: str) -> bool:
    r"""Whether a path means a whole disk or volume: ``\\.\PhysicalDrive0``, ``\Device\Harddisk0\DR0``, ``\\.\C:``."""
    folded = rooted(path).casefold().replace("\\??\\", "\\\\.\\")
    if folded.startswith("\\\\.\\physicaldrive"):
        return True
    if folded.startswith("\\device\\harddisk"):
        return folded.partition("\\device\\harddisk")[2].partition("\\")[2].startswith(("dr", "partition"))
    return folded.startswith("\\\\.\\") and len(folded) == 6 and folded.endswith(":")
