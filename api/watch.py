"""Loads the reports of a sandbox as they are finished, and goes on where it stopped.

A sandbox writes its report while others may already look at it: a report counts as finished when it has kept still for
a while and can be read to its end. What was loaded is noted in the database itself, so that the notes and the graph
are lost or kept together; a report that changed afterwards is loaded again.
"""

from __future__ import annotations

import fnmatch
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import watchfiles

from api.load import LoadReport, Progress, load_found
from api.settings import Settings
from graph_model import statements
from graph_model.errors import BrokenLogError, EmptyLogError, InputError
from graph_model.identity import uid
from graph_model.store import Store
from loaders.finding import Found, find
from loaders.protocol import Context, Log

NAMES = ("report.json", "report.json.gz", "post.json")
_LOOK_MILLISECONDS = 500
_LOOK_AT_ALL_SECONDS = 300.0

State = tuple[int, int]  # size, and nanoseconds of the last change


@dataclass
class Loaded:
    """What one round brought: the reports that were loaded, and why others were not."""

    paths: list[Path] = field(default_factory=list)
    report: LoadReport = field(default_factory=LoadReport)
    refused: dict[Path, InputError] = field(default_factory=dict)


class Watch:
    """The reports below a folder, and which of them are still to be loaded."""

    def __init__(self, folder: Path, store: Store, settings: Settings, context: Context, names: Sequence[str]) -> None:
        if not folder.is_dir():
            raise InputError("there is no such folder", path=str(folder), hint="give Cuckoo's storage/analyses")
        self._folder = folder.resolve()
        self._store = store
        self._settings = settings
        self._context = context
        self._names = names
        self._noted = {row["path"]: (row["size"], row["changed_ns"]) for row in store.read(statements.WATCHED).rows()}
        self._waiting: dict[Path, tuple[State, float]] = {}

    def found(self, path: Path) -> None:
        """Something happened to this file, or in this folder: what came into a new folder at once was not seen."""
        if path.is_dir():
            self.everything(path)
        self._file(path)

    def _file(self, path: Path) -> None:
        if any(fnmatch.fnmatchcase(path.name, name) for name in self._names):
            state = _state(path)
            if state is not None and self._noted.get(str(path)) != state:
                self._waiting.setdefault(path, (state, time.monotonic()))

    def everything(self, folder: Path | None = None) -> None:
        """Look at all that lies in the folder."""
        for path in sorted((folder or self._folder).rglob("*")):
            self._file(path)

    def load(self, settled: float, progress: Progress | None = None) -> Loaded:
        """Load what has kept still for so many seconds; what cannot be read is told and left until it changes."""
        done = Loaded()
        states = {path: state for path in list(self._waiting) if (state := self._kept_still(path, settled))}
        logs = {path: log for path in states for log in self._readable(path, settled, done)}
        if logs:
            done.report = load_found(self._store, Found(list(logs.values())), self._context, progress)
        refused = done.report.refused
        done.refused |= {path: refused[log.where] for path, log in logs.items() if log.where in refused}
        for path, state in states.items():
            if path in self._waiting:
                continue  # not finished yet
            self._note(path, state)
        done.paths = [path for path in states if path not in self._waiting and path not in done.refused]
        return done

    def _kept_still(self, path: Path, settled: float) -> State | None:
        before, since = self._waiting[path]
        now = _state(path)
        if now is None:
            del self._waiting[path]
        elif now != before:
            self._waiting[path] = (now, time.monotonic())
        elif time.monotonic() - since >= settled:
            return now
        return None

    def _readable(self, path: Path, settled: float, done: Loaded) -> list[Log]:
        """The log; a report that ends too early may still be written, and waits ten times as long as others."""
        found = find([path], self._settings.max_log_bytes)
        for error in found.refused.values():
            if isinstance(error, (BrokenLogError, EmptyLogError)) and not self._kept_still(path, 10 * settled):
                return []
            done.refused[path] = error
        del self._waiting[path]
        return found.logs

    def _note(self, path: Path, state: State) -> None:
        self._noted[str(path)] = state
        row = {"uid": uid("WatchedLog", str(path)), "path": str(path), "size": state[0], "changed_ns": state[1]}
        self._store.change(statements.NOTE_WATCHED, row)


def _state(path: Path) -> State | None:
    try:
        found = path.stat()
    except OSError:  # gone meanwhile, or out of reach
        return None
    return (found.st_size, found.st_mtime_ns) if path.is_file() else None


def watch(watched: Watch, folder: Path, settled: float, told: Callable[[Loaded], None]) -> None:
    """Go on until the process is asked to end; what was being loaded then is loaded to its end."""
    with _asked_to_end() as end:
        looks = watchfiles.watch(
            folder,
            watch_filter=None,
            stop_event=end,
            rust_timeout=_LOOK_MILLISECONDS,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        next_look = 0.0
        watched_folder = folder.stat()
        for changes in looks:
            _must_be_there(folder, watched_folder)
            if time.monotonic() >= next_look:  # the first time only now, when no change can be missed any more
                watched.everything()
                next_look = time.monotonic() + _LOOK_AT_ALL_SECONDS
            for _, path in changes:
                watched.found(Path(path))
            told(watched.load(settled))


def _must_be_there(folder: Path, before: os.stat_result) -> None:
    """A folder that is deleted, or put there anew, is not the one of which the system tells us changes."""
    try:
        same = os.path.samestat(folder.stat(), before)
    except OSError:
        same = False
    if not same:
        raise InputError("the folder was deleted or replaced", path=str(folder), hint="start the watch again")


@contextmanager
def _asked_to_end() -> Iterator[threading.Event]:
    end = threading.Event()
    before = {number: signal.signal(number, lambda *_: end.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
