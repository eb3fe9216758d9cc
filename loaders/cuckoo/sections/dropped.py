"""``dropped``: files that the sandbox kept, by their path in the guest where the report says it."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.model import Report
from loaders.cuckoo.sections.filefacts import names_of
from loaders.cuckoo.sections.sample import content_of, facts_in
from loaders.cuckoo.sections.shapes import MOST_PIDS, bounded, list_of, mapping_of, objects_of
from loaders.cuckoo.sections.told import Told
from loaders.cuckoo.state import ReportState, on_disk

_CHANGED = ("file write", "file delete", "file move")


def dropped(report: Report, state: ReportState, told: Told) -> Iterator[ev.Event]:
    """Which bytes each file held, and who wrote it where the report names processes."""
    for index, found in enumerate(objects_of(report.dropped, "dropped", state.drift)):
        position = f"{state.cited}:dropped[{index}]"
        tables = mapping_of(found.get("pe"))
        facts, paths = facts_in(found, tables), guest_paths(found)
        state.drift.count("dropped files")
        yield from content_of(found, tables, position)
        if not paths:
            yield ev.ContentKept(seq=0, position=position, api="dropped", facts=facts, names=names_of(found))
        for path in paths:
            file = ev.FileRef(state.host, path)
            yield ev.ContentObserved(seq=0, position=position, api="dropped", file=file, facts=facts)
            yield from _writers(found, file, position, state, told)


def _writers(
    entry: dict[str, Any], file: ev.FileRef, position: str, state: ReportState, told: Told
) -> Iterator[ev.Event]:
    """Cuckoo notes a pid also when the process only deletes or moves the file: then the calls have told that."""
    listed = bounded(list_of(entry.get("pids")), MOST_PIDS, "dropped: pids of one file", state.drift)
    for pid in sorted({pid for value in listed if (pid := values.pid(value))}):
        actor = state.table.alive(pid, None)
        done = {action for action in _CHANGED if told.has(action, actor, file.path)}
        if not done or "file write" in done:
            yield ev.FileWritten(seq=0, position=position, api="dropped", file=file, actor=actor)


def guest_paths(entry: dict[str, Any]) -> list[str]:
    """``filepath`` in 2.x; ``guest_paths`` in CAPE, as a list or one text."""
    raw = entry.get("filepath") or entry.get("guest_paths")
    found = raw if isinstance(raw, list) else [raw]
    return [path for path in found if isinstance(path, str) and on_disk(path) and ntpath.basename(path)]
