"""What the monitor finds suspicious: some of it says clearly what happened, the rest has no place in the graph."""

from __future__ import annotations

from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo3.actions import Found
from loaders.cuckoo3.records import SuspiciousRecord
from loaders.cuckoo3.shapes import list_of
from loaders.cuckoo3.state import At, TaskState

_WRITES_MEMORY, _LOADS_DLL = "WriteProcessMemory", "LoadsDroppedDLL"
# the line names no other process, no path and no parent that could be relied on
_WITHOUT_A_WORD = frozenset(
    {
        "AdjustPrivilegeToken",
        "DeletesItself",
        "EnumeratesProcesses",
        "ExecutesDroppedEXE",
        "LoadsDriver",
        "MapViewOfSection",
        "NtCreateProcessExOtherParentProcess",
        "NtCreateProcessOtherParentProcess",
        "NtCreateThreadExHideFromDebugger",
        "NtCreateUserProcessOtherParentProcess",
        "NtSetInformationThreadHideFromDebugger",
        "SetThreadContext",
        "SetWindowsHookAW",
        "SetWindowsHookEx",
        "UnmapMainImage",
    }
)


def suspicious(record: SuspiciousRecord, at: At, state: TaskState) -> Found:
    """One suspicious event. Memory that is written is no injection yet: parents do so to children that they start."""
    actor, name = state.actor(record), values.text(record.name)
    first = next(iter(list_of(record.args)), None)
    if actor is None or name is None:
        state.odd(record, "no process" if actor is None else "no name")
    elif name == _WRITES_MEMORY:
        yield from memory_written(actor, state.process(None, first, record.ts), at, state)
    elif name == _LOADS_DLL:
        yield from module_loaded(actor, first, at, state)
    elif name in _WITHOUT_A_WORD:
        state.drift.count(f"suspicious {name}, without a place in the graph")
    else:
        state.odd(record, name[:60])


def memory_written(actor: ev.ProcessRef, target: ev.ProcessRef | None, at: At, state: TaskState) -> Found:
    """The memory of another process was written."""
    if target is None:
        state.drift.not_understood("suspicious_event event", "memory written, no target", at.position)
    elif target != actor:
        yield ev.MemoryWritten(actor=actor, target=target, **at.fields())


def module_loaded(actor: ev.ProcessRef, path: Any, at: At, state: TaskState) -> Found:
    """A DLL that had been dropped was loaded; some monitors give a number for the file instead of its path."""
    if isinstance(path, str) and "\\" in path:
        yield ev.ModuleLoaded(file=state.file(path), actor=actor, **at.fields())
    else:
        state.drift.count("dropped DLLs loaded, without their path")
