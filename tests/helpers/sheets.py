"""Answer sheets of reports that tests write."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.load import Progress
from api.mwscup.answers import Answer
from api.mwscup.command import Done, Wish, answered
from graph_model.store import Store
from loaders.finding import find
from loaders.protocol import Context

JSON = dict[str, Any]


def written(report: JSON, folder: Path, name: str = "report.json") -> Path:
    """The report as a file."""
    path = folder / name
    path.write_text(json.dumps(report), encoding="utf-8")
    return path


def sheets(
    store: Store,
    paths: Sequence[Path | str],
    output: Path,
    *,
    min_confidence: str = "likely",
    answers: Sequence[Answer] | None = None,
) -> list[Done]:
    """The sheets of these logs, in their order."""
    found = find(paths, 1 << 30)
    assert not found.refused
    _, done = answered(store, found, Context(), Progress(), Wish(output, min_confidence, 60, answers))
    return done


def quoted(done: Done) -> list[tuple[Any, ...]]:
    """(injector, target, tag, part, place, call) of every call of a sheet."""
    return [
        (
            pair.facts["injector_pid"],
            pair.facts["target_pid"],
            step.tag,
            "further" if step.further else "step",
            quote.citation.partition(":")[2],
            quote.called,
        )
        for pair, step in done.sheet.steps()
        for quote in step.quotes
    ]


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV that was written."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
