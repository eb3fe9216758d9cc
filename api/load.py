"""The main job: logs become events, events become a graph, rules derive what follows from it.

A log that cannot be used is found out before anything of it is written. A load that is killed leaves whole
transactions behind; loading the same log again completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.settings import Settings
from cypher.derive import derive
from graph_model.builder import build
from graph_model.errors import EmptyLogError, InputError, NotALogError
from graph_model.events import Event, RunObserved
from graph_model.reduction import Batch
from graph_model.store import Store
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.registry import files_below, loader_for
from loaders.source import Source


@dataclass
class LoadReport:
    """What one load did: a drift report for each log, counts of what was derived, and the logs that failed."""

    logs: list[Drift] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    written: int = 0
    derived: dict[str, int] = field(default_factory=dict)

    def as_rows(self) -> list[dict[str, Any]]:
        """One row for each log: its run, and its drift report."""
        return [{"run": run, **drift.as_dict()} for run, drift in zip(self.runs, self.logs, strict=True)]


class Progress:
    """What a load tells about its way; this one keeps silent."""

    def logs(self, number: int) -> None:
        """So many logs were found."""

    def log(self, path: Path) -> None:
        """This log is being read."""

    def rows(self, number: int) -> None:
        """So many more rows were written."""

    def deriving(self) -> None:
        """All logs are in; the rules run."""


def logs_of(paths: Sequence[Path], context: Context, settings: Settings) -> list[Source]:
    """Every log that the paths mean; raises on the first that cannot be used, before anything is written.

    In a folder, JSON of other kinds is left out; a file that the user named must be a log.
    """
    found: dict[Path, Source] = {}
    for path in paths:
        files = files_below(path)
        logs = [source for file in files if (source := _usable(file, path, context, settings))]
        if not logs:
            hint = "give a folder that holds report.json files or Mark II logs, or name the file itself"
            raise InputError("no log in this folder or below it", path=str(path), hint=hint)
        found.update((source.path, source) for source in logs)
    if not found:
        raise InputError("no path given", hint="`provgraph load PATH…` takes logs and folders of logs")
    return list(found.values())


def _usable(file: Path, given: Path, context: Context, settings: Settings) -> Source | None:
    source = Source(file, settings.max_log_bytes)
    try:
        _begin(source, context)
    except NotALogError:
        if file == given:
            raise
        return None
    return source


def _begin(source: Source, context: Context) -> None:
    """Read as far as the first event: a loader raises before it where the log cannot be used."""
    next(loader_for(source).events(source, context, Drift(str(source.path))), None)


def load(
    store: Store, paths: Sequence[Path], context: Context, settings: Settings, progress: Progress | None = None
) -> LoadReport:
    """Load logs and folders of logs; one that cannot be used is found out before anything is written."""
    return load_logs(store, logs_of(paths, context, settings), context, progress)


def load_logs(
    store: Store, sources: Sequence[Source], context: Context, progress: Progress | None = None
) -> LoadReport:
    """Load logs that are known to be usable, and derive what follows from them."""
    progress = progress or Progress()
    progress.logs(len(sources))
    report = LoadReport()
    for source in sources:
        progress.log(source.path)
        _load_one(store, source, context, report, progress.rows)
    progress.deriving()
    report.derived = derive(store, report.runs)
    return report


def _load_one(store: Store, source: Source, context: Context, report: LoadReport, told: Callable[[int], None]) -> None:
    loader = loader_for(source)
    drift = Drift(str(source.path), loader.name)
    runs: list[str] = []
    batches = build(_watched(loader.events(source, context, drift), runs))
    for batch in _not_empty(batches, source):
        store.write(batch, told)
        report.written += len(batch)
    report.runs += runs
    report.logs.append(drift)


def _watched(events: Iterator[Event], runs: list[str]) -> Iterator[Event]:
    for event in events:
        if isinstance(event, RunObserved):
            runs.append(event.run)
        yield event


def _not_empty(batches: Iterator[Batch], source: Source) -> Iterator[Batch]:
    """An empty graph from a file that is not empty is an error, never a success."""
    number = 0
    for batch in batches:
        number += len(batch)
        yield batch
    if not number:
        raise EmptyLogError("the log says nothing that has a place in the graph", path=str(source.path))
