"""Bytes out of the memory of processes: ``CAPE.payloads``, ``procdump``, and what ``procmemory`` extracted.

They were never a file in the guest: they hang on the process that held them, and for an injection also on the process
that they were put into.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.model import Report, later
from loaders.cuckoo.sections.filefacts import facts_of
from loaders.cuckoo.sections.sample import content_of
from loaders.cuckoo.sections.shapes import MOST_PIDS, bounded, list_of, mapping_of, objects_of, of_shape, scalar
from loaders.cuckoo.state import ReportState

_KINDS = {"procdump": "process dump"}  # where the entry has no word of its own


def dumped(report: Report, state: ReportState) -> Iterator[ev.Event]:
    """All dumps, with their processes."""
    cape = of_shape(later(report, "CAPE", state.drift), (dict, list), "CAPE", state.drift)
    payloads = cape if isinstance(cape, list) else list_of(cape.get("payloads"))
    yield from _entries(objects_of(payloads, "CAPE.payloads", state.drift), "CAPE.payloads", state)
    dumps = objects_of(later(report, "procdump", state.drift), "procdump", state.drift)
    yield from _entries(dumps, "procdump", state)
    memory = objects_of(later(report, "procmemory", state.drift), "procmemory", state.drift)
    for index, process in enumerate(memory):
        yield from _memory(process, f"procmemory[{index}]", state)


def _entries(entries: list[dict[str, Any]], section: str, state: ReportState) -> Iterator[ev.Event]:
    for index, found in enumerate(entries):
        position = f"{state.cited}:{section}[{index}]"
        state.drift.count("memory dumps")
        yield from content_of(found, mapping_of(found.get("pe")), position)
        sources = _processes(found.get("pid"), found.get("process_name"), found.get("process_path"), state)
        targets = _processes(found.get("target_pid"), found.get("target_process"), found.get("target_path"), state)
        yield from _named(sources + targets, position)
        for process, _, _ in sources or [(None, None, None)]:
            yield ev.ContentDumped(
                seq=0,
                position=position,
                api=section,
                actor=process,
                facts=facts_of(found),
                target=targets[0][0] if targets else None,
                kind=scalar(found.get("cape_type")) or _KINDS.get(section),
                address=values.number(found.get("virtual_address")),
            )


_Known = tuple[ev.ProcessRef | None, str | None, str | None]


def _processes(pids: Any, name: Any, path: Any, state: ReportState) -> list[_Known]:
    """One pid, or several in one text; name and path only help where the process list lacks the process."""
    listed = pids.split(",") if isinstance(pids, str) else [pids]
    found: list[_Known] = []
    for pid in (values.pid(entry) for entry in bounded(listed, MOST_PIDS, "pids of one memory dump", state.drift)):
        if pid is not None:
            known = state.table.lists(pid)
            told = (None, None) if known else (values.text(name), values.text(path))
            found.append((state.table.alive(pid, None), *told))
    return found


def _named(processes: list[_Known], position: str) -> Iterator[ev.Event]:
    for process, name, path in processes:
        if process and (name or path):
            yield ev.ProcessObserved(seq=0, position=position, process=process, name=name, path=path)


def _memory(process: dict[str, Any], section: str, state: ReportState) -> Iterator[ev.Event]:
    """Cuckoo 2.x cuts images out of whole dumps; the dump itself has no hash."""
    pid = values.pid(process.get("pid"))
    for index, found in enumerate(objects_of(process.get("extracted"), f"{section}.extracted", state.drift)):
        position = f"{state.cited}:{section}.extracted[{index}]"
        state.drift.count("memory dumps")
        yield from content_of(found, {}, position)
        yield ev.ContentDumped(
            seq=0,
            position=position,
            api="procmemory",
            actor=state.table.alive(pid, None) if pid else None,
            facts=facts_of(found),
            kind="image in memory",
        )
