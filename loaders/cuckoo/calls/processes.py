"""Processes created, opened, listed, ended."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_model import events as ev
from graph_model.commandline import tokens
from graph_model.paths import base_name
from loaders.cuckoo import protections, values
from loaders.cuckoo.handles import CURRENT_PROCESS, CURRENT_THREAD, Meaning, ProcessHandle, ThreadHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

_CLOSES = frozenset({"NtClose", "CloseHandle"})
_CREATES = (
    "CreateProcessInternalW",
    "CreateProcessA",
    "CreateProcessW",
    "CreateProcessAsUserA",
    "CreateProcessAsUserW",
    "CreateProcessWithLogonW",
    "CreateProcessWithTokenW",
    "NtCreateUserProcess",
    "NtCreateProcess",
    "NtCreateProcessEx",
    "RtlCreateUserProcess",
)
_GIVES_HANDLES = frozenset({*_CREATES, "NtOpenProcess", "NtOpenThread"})
_CLOSE_SOURCE = 0x1
# where an unquoted path with blanks in it ends
_BLANKS = re.compile(r"\s*([a-z]:\\[^\"]*?\.(?:exe|com|scr))(?=\s|\Z)", re.IGNORECASE)


def created(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A child: CreateProcessInternalW, NtCreateUserProcess and their relatives."""
    image = call.text("filepath", "filepathr", "processname")
    guessed = image or _first_word(call.text("commandline") or "")
    child = _same_creation(state, call) or _child(state, call, base_name(guessed))
    if image is None and not _listed_with_path(state, child):
        image = guessed
    thread = call.number("threadidentifier")
    state.handles.bind(call.number("processhandle"), ProcessHandle(child))
    state.handles.bind(call.number("threadhandle"), ThreadHandle(child, thread))
    if thread:
        state.report.threads[thread] = child
    yield state.event(
        ev.ProcessStarted,
        call,
        process=child,
        image=state.file(image) if image else None,
        command_line=call.text("commandline"),
        suspended=_suspended(call),
        thread_id=thread,
    )


def _suspended(call: Call) -> bool | None:
    """What the flags of the caller say."""
    flags = call.number("creationflags")
    return None if flags is None else bool(flags & protections.CREATE_SUSPENDED)


def _first_word(command_line: str) -> str | None:
    """The program that a command line starts; Windows adds the extension where it is left out."""
    words = tokens(command_line)
    if not words:
        return None
    name = base_name(words[0]) or ""
    if "." in name or not name:
        return words[0]
    spaced = _BLANKS.match(command_line)
    return spaced[1] if spaced else f"{words[0]}.exe"


def _listed_with_path(state: ProcessState, child: ev.ProcessRef) -> bool:
    entry = state.report.table.entry_of(child)
    raw = entry.raw if entry else None
    return bool(raw and (values.text(raw.process_path) or values.text(raw.module_path)))


def _same_creation(state: ProcessState, call: Call) -> ev.ProcessRef | None:
    """The child of a creation that two hooks saw: the same handles are still open, for the same pid and thread."""
    thread = state.handles.get(call.number("threadhandle"), ThreadHandle)
    process = state.handles.get(call.number("processhandle"), ProcessHandle)
    if thread is None or process is None or thread.process != process.process:
        return None
    pid, number = values.pid(call.arguments.get("processidentifier")), call.number("threadidentifier")
    same_pid = pid is None or process.process.pid in (pid, None)
    same_thread = not number or thread.thread_id in (number, None)
    created_here = state.report.table.was_created(process.process) or process.process.pid is None
    return process.process if same_pid and same_thread and created_here else None


def _child(state: ProcessState, call: Call, name: str | None) -> ev.ProcessRef:
    """The created process: by its pid, else by a later call on its handles, else by the process list."""
    table = state.report.table
    pid = values.pid(call.arguments.get("processidentifier"))
    if pid is not None and (pid % 4 == 0 or table.lists(pid)):
        return table.created(pid, call.time, state.process)
    state.report.guesses -= 1
    if state.report.guesses < 0:
        state.report.drift.not_understood("left out", "children without a usable pid", state.position(call))
        return ev.ProcessRef(state.host, f"child-of-{state.process.key}#{call.index}")
    told = _pid_told_later(state, call)
    if told is not None:
        state.report.drift.repair("no usable pid, taken from a later call on the same handle", state.position(call))
        return table.created(told, call.time, state.process)
    listed = table.child_of(state.process, name, call.time)
    if listed is not None:
        state.report.drift.repair("no usable pid, taken from the process list", state.position(call))
        return listed
    if pid is not None:
        return table.created(pid, call.time, state.process)
    return ev.ProcessRef(state.host, f"child-of-{state.process.key}#{call.index}")


def _pid_told_later(state: ProcessState, call: Call) -> int | None:
    """The pid that a later call on the child's handles names (the resume of its first thread, as a rule)."""
    handles = {"processhandle": call.number("processhandle"), "threadhandle": call.number("threadhandle")}
    for later in state.upcoming():
        if later.ok and later.api in _CLOSES:
            closed_now = later.number("handle")
            handles = {name: handle for name, handle in handles.items() if handle and handle != closed_now}
        named = any(handle and later.number(name) == handle for name, handle in handles.items())
        if not handles or (named and later.api in _GIVES_HANDLES):
            return None
        pid = values.pid(later.arguments.get("processidentifier")) if named else None
        if pid is not None and later.ok:
            return pid
    return None


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
        yield state.event(ev.ProcessEnded, call, process=process)


def duplicated(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A second handle; a copy that comes from another process is unknown, one that goes there changes nothing here."""
    source, target = call.number("sourceprocesshandle"), call.number("targetprocesshandle")
    handle = call.number("sourcehandle")
    meaning = _meaning(state, call, handle) if _own(state, source) else None
    if _own(state, target):
        state.handles.bind(call.number("targethandle"), meaning)
    if _own(state, source) and (call.number("options") or 0) & _CLOSE_SOURCE:
        state.handles.close(handle)
    yield from ()


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
    **dict.fromkeys(_CREATES, created),
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
