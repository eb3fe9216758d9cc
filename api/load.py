"""The main job: logs become events, events become a graph, rules derive what follows from it.

A log that cannot be used is found out before anything of it is written. A load that is killed leaves whole
transactions behind; loading the same log again completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.reading import read
from api.settings import Settings
from cypher.derive import derive
from graph_model.errors import InputError
from graph_model.reduction import Batch, together
from graph_model.store import Store
from loaders.drift import Drift
from loaders.protocol import Context, Log
from loaders.registry import logs_at

_ROWS_TOGETHER = 50_000


@dataclass
class LoadReport:
    """What one load did: a drift report for each log, and counts of what was derived."""

    logs: list[Drift] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    written: int = 0
    derived: dict[str, int] = field(default_factory=dict)

    def add(self, other: LoadReport) -> None:
        """Take in what another load did."""
        self.logs += other.logs
        self.runs += other.runs
        self.written += other.written
        for kind, number in other.derived.items():
            self.derived[kind] = self.derived.get(kind, 0) + number

    def as_rows(self) -> list[dict[str, Any]]:
        """One row for each log: its run, and its drift report."""
        return [{"run": run, **drift.as_dict()} for run, drift in zip(self.runs, self.logs, strict=True)]


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


def logs_of(given: Sequence[str | Path], settings: Settings) -> list[Log]:
    """Every log that the paths mean; raises on the first that cannot be used, before anything is written."""
    found: dict[str, Log] = {}
    for path in given:
        logs = list(logs_at(path, settings.max_log_bytes))
        if not logs:
            hint = "give a folder that holds report.json files or Mark II logs, or name the file itself"
            raise InputError("no log in this folder or below it", path=str(path), hint=hint)
        found.update((log.where, log) for log in logs)
    if not found:
        raise InputError("no path given", hint="`provgraph load PATH…` takes logs and folders of logs")
    return list(found.values())


def load(
    store: Store,
    given: Sequence[str | Path],
    context: Context,
    settings: Settings,
    progress: Progress | None = None,
) -> LoadReport:
    """Load logs and folders of logs; one that cannot be used is found out before anything is written."""
    return load_logs(store, logs_of(given, settings), context, progress)


def load_logs(store: Store, logs: Sequence[Log], context: Context, progress: Progress | None = None) -> LoadReport:
    """Load logs that are known to be usable, and derive what follows from them."""
    progress = progress or Progress()
    progress.logs(len(logs))
    report = LoadReport()
    writer = _Writer(store, progress.rows)
    for reading in read(logs, context):
        progress.log(reading.log.where)
        for batch in reading.batches:
            writer.add(batch)
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

    def add(self, batch: Batch) -> None:
        """Take a batch; write when enough have come."""
        (self._completing if batch.completes else self._waiting).append(batch)
        self._held += len(batch)
        if self._held >= _ROWS_TOGETHER:
            self._write()

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
