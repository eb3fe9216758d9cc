"""The main job: logs become events, events become a graph, rules derive what follows from it.

A log that cannot be used is found out before anything of it is written, and never stops the others. A load that is
killed leaves whole transactions behind; loading the same log again completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from api.reading import Reading, read
from api.settings import Settings
from api.watched_calls import watched_calls
from cypher.derive import derive
from graph_model.errors import InputError
from graph_model.reduction import Batch, together
from graph_model.store import Store
from loaders.drift import Drift
from loaders.finding import Found, find
from loaders.protocol import Context

_ROWS_TOGETHER = 50_000


@dataclass
class LoadReport:
    """What one load did: a drift report for each log, counts of what was derived, and what could not be loaded."""

    logs: list[Drift] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    refused: dict[str, InputError] = field(default_factory=dict)
    passed_over: dict[str, tuple[int, str]] = field(default_factory=dict)
    written: int = 0
    derived: dict[str, int] = field(default_factory=dict)

    def loaded(self) -> Iterator[tuple[dict[str, Any], Drift]]:
        """Each log that was loaded, as a row and as its drift report."""
        for run, drift in zip(self.runs, self.logs, strict=True):
            yield {"run": run, **drift.as_dict(), "error": None}, drift

    def as_rows(self) -> list[dict[str, Any]]:
        """One row for each log: its run and its drift report, or why it could not be loaded."""
        refused = self.refused.items()
        failed = ({"run": None, **Drift(where).as_dict(), "error": error.message} for where, error in refused)
        return [*(row for row, _ in self.loaded()), *failed]


class Progress:
    """What a load tells about its way; this one keeps silent."""

    def logs(self, number: int) -> None:
        """So many logs were found."""

    def log(self, where: str) -> None:
        """This log is being read."""

    def rows(self, number: int) -> None:
        """So many more rows were written."""

    def deriving(self) -> None:
        """All logs are in; the rules run."""


def load(
    store: Store,
    given: Sequence[str | Path],
    context: Context,
    settings: Settings,
    progress: Progress | None = None,
) -> LoadReport:
    """Load logs, folders of logs, and databases of a sandbox."""
    return load_found(store, find(given, settings.max_log_bytes), context, progress)


def load_found(store: Store, found: Found, context: Context, progress: Progress | None = None) -> LoadReport:
    """Load the logs that were found, and derive what follows from them."""
    progress = progress or Progress()
    context = replace(context, watched=watched_calls())
    progress.logs(len(found.logs))
    report = LoadReport(refused=dict(found.refused), passed_over=found.passed_over)
    writer = _Writer(store, progress.rows)
    for reading in read(found.logs, context):
        progress.log(reading.log.where)
        try:
            writer.take(reading)
        except InputError as error:
            report.refused[reading.log.where] = error
        else:
            report.runs += reading.runs
            report.logs.append(reading.drift)
    report.written = writer.written()
    progress.deriving()
    report.derived = derive(store, report.runs)
    return report


class _Writer:
    """Writes the batches of several logs together, since many small transactions take long."""

    def __init__(self, store: Store, told: Callable[[int], None]) -> None:
        self._store = store
        self._told = told
        self._rows = 0
        self._waiting: list[Batch] = []
        self._completing: list[Batch] = []
        self._held = 0

    def take(self, reading: Reading) -> None:
        """Take what a log brings; write when enough has come. Of a log that fails, what still waits is dropped."""
        before = len(self._waiting)
        try:
            for batch in reading.batches:
                (self._completing if batch.completes else self._waiting).append(batch)
                self._held += len(batch)
                if self._held >= _ROWS_TOGETHER:
                    self._write()
                    before = 0
        except InputError:
            self._held -= sum(map(len, self._waiting[before:]))
            del self._waiting[before:]
            raise

    def written(self) -> int:
        """Write what is left; how many rows there were in all."""
        self._write()
        return self._rows

    def _write(self) -> None:
        """A run is marked as complete when all its other rows are in."""
        for batches in (self._waiting, self._completing):
            batch = together(batches)
            self._store.write(batch, self._told)
            self._rows += len(batch)
            batches.clear()
        self._held = 0
