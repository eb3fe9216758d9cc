"""Processes opened, listed, ended; handles duplicated and closed."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.calls.memory import life_told
from loaders.cuckoo.handles import (
    CURRENT_PROCESS,
    CURRENT_THREAD,
    Meaning,
    ProcessHandle,
    SectionHandle,
    ThreadHandle,
)
from loaders.cuckoo.state import Call, Handler, ProcessState

_CLOSE_SOURCE = 0x1


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a process."""
    pid = values.pid(call.arguments.get("processidentifier"))
    handle = call.number("processhandle") or _handle_returned(call)
    if pid is None:
        state.handles.close(handle)
        return
    own = pid == state.process.pid
    target = state.process if own else state.report.table.alive(pid, call.time)
    state.handles.bind(handle, ProcessHandle(target))
    access = call.number("desiredaccess", "access")
    if not own:
        yield state.event(ev.ProcessOpened, call, target=target, access=hex(access) if access is not None else None)


def _handle_returned(call: Call) -> int | None:
    return values.number(call.returned) if call.api == "OpenProcess" else None


def listed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The process list as the program itself saw it: names for pids that have no entry."""
    pid, name = values.pid(call.arguments.get("processidentifier")), call.text("processname")
    if pid and name and name != "[System Process]":
        state.report.listed_names[pid] = name
    yield from ()


def terminated(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The end of a process: its own by the pseudo handle, another by a handle."""
    handle = call.number("processhandle")
    if handle == 0:
        return  # ends the other threads of the own process, which goes on
    process = state.process if handle in CURRENT_PROCESS else state.target(call)
    if process is not None:
        state.report.table.end(process, call.time)
        yield state.event(ev.ProcessEnded, call, process=process)


def duplicated(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A second handle; a copy that comes from another process is unknown, of those that go there sections matter."""
    source, target = call.number("sourceprocesshandle"), call.number("targetprocesshandle")
    handle = call.number("sourcehandle")
    meaning = _meaning(state, call, handle) if _own(state, source) else None
    if _own(state, target):
        state.handles.bind(call.number("targethandle"), meaning)
    elif isinstance(meaning, SectionHandle):
        yield from _handed_over(state, call, target, meaning)
    if _own(state, source) and (call.number("options") or 0) & _CLOSE_SOURCE:
        state.handles.close(handle)


def _handed_over(state: ProcessState, call: Call, process: int | None, section: SectionHandle) -> Iterator[ev.Event]:
    """Another process gets a handle to a section, and may map it itself."""
    known = state.handles.get(process, ProcessHandle)
    taker = state.report.states.get(known.process) if known else None
    if taker is not None:
        taker.handles.bind(call.number("targethandle"), section)
        yield from life_told(section)


def _own(state: ProcessState, handle: int | None) -> bool:
    known = state.handles.get(handle, ProcessHandle)
    return handle is None or handle in CURRENT_PROCESS or (known is not None and known.process == state.process)


def _meaning(state: ProcessState, call: Call, handle: int | None) -> Meaning | None:
    """Duplicating a pseudo handle makes a real one."""
    if handle in CURRENT_PROCESS:
        return ProcessHandle(state.process)
    if handle in CURRENT_THREAD:
        return ThreadHandle(state.process, call.thread_id)
    return state.handles.meaning(handle)


def closed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle means nothing any more."""
    state.handles.close(call.number("handle", "keyhandle", "servicehandle"))
    yield from ()


HANDLERS: dict[str, Handler] = {
    "NtOpenProcess": opened,
    "OpenProcess": opened,
    "Process32FirstW": listed,
    "Process32NextW": listed,
    "NtTerminateProcess": terminated,
    "NtDuplicateObject": duplicated,
    "NtClose": closed,
    "CloseHandle": closed,
    "RegCloseKey": closed,
    "CloseServiceHandle": closed,
}
