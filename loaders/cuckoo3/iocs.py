"""What one IOC of a signature states. Most only mark their signature; these say what happened, and by whom:

an injection from one process into another, memory written in another process, a process that deleted its own file, a
dropped DLL loaded, and the event that a pattern matched, by the event's own description. A pattern that matched the
*data* of a registry value has the same description as one that matched its path, so only paths count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo3.handlers import events_of
from loaders.cuckoo3.records import FileRecord, InjectionRecord, MutantRecord, Record, RegistryRecord
from loaders.cuckoo3.state import At, TaskState
from loaders.cuckoo3.suspicious import memory_written, module_loaded

_FILES = {
    "Opened file read-only": "open_read",
    "Opened file for modifying": "open_modify",
    "Created file read-only": "create_read",
    "Created file": "create_modify",
    "Deleted file": "delete",
    "Truncated file": "truncate",
}
_REGISTRY = {
    "Created registry key": "create_key",
    "Deleted registry key": "delete_key",
    "Queried registry key value": "query_value_key",
    "Deleted registry key value": "delete_value_key",
    "Set registry key value": "set_value",
}
_MUTANTS = {"Created mutant": "create", "Opened mutant": "open"}
_CREATED_PROCESS = "Created process"
_NAMED = (
    ("process_id", "process"),
    ("target_process_id", "target_process"),
    ("source_procid", "source_process"),
    ("destination_procid", "destination_process"),
)
_TECHNIQUES = {
    "Process injection by creating a remote thread in the destination process": "create_remote_thread",
    "Process injection (ShellTrayWindow)": "shell_traywindow",
    "Process injection by adding a user-mode APC to destination process thread APC queue.": "queue_user_apc",
}


@dataclass(frozen=True)
class Ioc:
    """One IOC, where it stands, and whether Cuckoo cut its values."""

    signature: str
    position: str
    values: dict[str, Any]
    truncated: bool = False

    def process(self, state: TaskState) -> ev.ProcessRef | None:
        """The process that it names as acting: ``process_id`` is a procid."""
        return state.process(self.values.get("process_id") or self.values.get("source_procid"), None)

    def names(self, state: TaskState) -> Iterator[ev.ProcessObserved]:
        """The names of the processes that it speaks of, which need not be in the report's list."""
        for number, name in _NAMED:
            process, text = state.process(self.values.get(number), None), values.text(self.values.get(name))
            if process and text:
                yield ev.ProcessObserved(seq=0, position=f"{state.cited}:{self.position}", process=process, name=text)


def stated(ioc: Ioc, at: At, state: TaskState) -> ev.Event | None:
    """The event that an IOC states, or ``None`` where it has no meaning of its own."""
    actor = ioc.process(state)
    if actor is None or ioc.truncated:
        return None
    if "destination_procid" in ioc.values:
        return _injection(ioc, at, state)
    if "description" in ioc.values and "value" in ioc.values:
        return _matched_event(ioc, actor, at, state)
    return _behaviour(ioc, actor, at, state)


def _injection(ioc: Ioc, at: At, state: TaskState) -> ev.Event | None:
    technique = values.text(ioc.values.get("technique")) or "injection"
    word = _TECHNIQUES.get(technique, technique)
    record = InjectionRecord(
        action=word, procid=ioc.values.get("source_procid"), dstprocid=ioc.values.get("destination_procid")
    )
    return next(events_of(record, at._replace(api=f"{at.api}: {word}"), state), None)


def _behaviour(ioc: Ioc, actor: ev.ProcessRef, at: At, state: TaskState) -> ev.Event | None:
    path = values.text(ioc.values.get("path"))
    if ioc.signature == "wrote_proc_memory":
        target = state.process(ioc.values.get("target_process_id"), None)
        return next(memory_written(actor, target, at, state), None)
    if ioc.signature == "deletes_itself" and path:
        return ev.FileDeleted(file=state.file(path), actor=actor, **at.fields())
    if ioc.signature == "loads_dropped_dll":
        return next(module_loaded(actor, path, at, state), None)
    return None


def _matched_event(ioc: Ioc, actor: ev.ProcessRef, at: At, state: TaskState) -> ev.Event | None:
    value = values.text(ioc.values.get("value"))
    description = ioc.values.get("description")
    if value is None or not isinstance(description, str):
        return None
    if description == _CREATED_PROCESS:
        return ev.ProcessObserved(
            seq=at.seq, position=at.position, api=at.api, process=actor, command_line=value, tracked=True
        )
    record = _record(description, value)
    if record is None:
        return None
    record.procid = ioc.values.get("process_id")
    return next(events_of(record, at, state), None)


def _record(description: str, value: str) -> Record | None:
    """The line that the pattern matched."""
    if description in _FILES:
        return FileRecord(action=_FILES[description], srcpath=value)
    if description in _MUTANTS:
        return MutantRecord(action=_MUTANTS[description], path=value)
    if description in _REGISTRY and value.casefold().startswith("\\registry\\"):
        return RegistryRecord(action=_REGISTRY[description], path=value)
    return None
