"""Processes created, opened, listed, ended."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from graph_model.commandline import tokens
from graph_model.paths import base_name
from loaders.cuckoo import protections, values
from loaders.cuckoo.handles import CURRENT_PROCESS, ProcessHandle, ThreadHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

_RESUMES = frozenset({"NtResumeThread", "ResumeThread"})
_CLOSES = frozenset({"NtClose", "CloseHandle"})


def created(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A child: CreateProcessInternalW, NtCreateUserProcess and their relatives."""
    image = _image(call)
    child = _child(state, call, base_name(image))
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
    """What the flags of the caller say; NtCreateUserProcess starts every child suspended on behalf of its caller."""
    flags = call.number("creationflags")
    return None if flags is None else bool(flags & protections.CREATE_SUSPENDED)


def _image(call: Call) -> str | None:
    """The image by path, else the first word of the command line where that is a path or a program's name."""
    path = call.text("filepath", "filepathr", "processname")
    if path:
        return path
    words = tokens(call.text("commandline") or "")
    return words[0] if words else None


def _child(state: ProcessState, call: Call, name: str | None) -> ev.ProcessRef:
    """The created process: by its pid, else by the resume that follows, else by the process list."""
    table = state.report.table
    pid = values.pid(call.arguments.get("processidentifier"))
    if pid is not None and pid % 4 == 0:
        return table.created(pid, call.time, state.process)
    resumed = _pid_at_resume(state, call)
    if resumed is not None:
        state.report.drift.repair("garbage pid, taken from the resume that follows", state.position(call))
        return table.created(resumed, call.time, state.process)
    listed = table.child_of(state.process, name, call.time)
    if listed is not None:
        state.report.drift.repair("garbage pid, taken from the process list", state.position(call))
        return listed
    return ev.ProcessRef(state.host, f"child-of-{state.process.key}#{call.index}")


def _pid_at_resume(state: ProcessState, call: Call) -> int | None:
    """The pid that the resume of the child's first thread names, before its handle is closed or given out again."""
    handle = call.number("threadhandle")
    if not handle:
        return None
    for later in state.calls[call.index + 1 :]:
        if later.api in _CLOSES and later.number("handle") == handle:
            return None
        if later.number("threadhandle") == handle:
            return values.pid(later.arguments.get("processidentifier")) if later.api in _RESUMES else None
    return None


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a process."""
    pid = values.pid(call.arguments.get("processidentifier"))
    if pid is None:
        return
    own = pid == state.process.pid
    target = state.process if own else state.report.table.alive(pid, call.time)
    state.handles.bind(call.number("processhandle") or _handle_returned(call), ProcessHandle(target))
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
    """A second handle; only copies within the own process change its table."""
    own = {call.number("sourceprocesshandle"), call.number("targetprocesshandle")} - {None}
    if own <= CURRENT_PROCESS:
        state.handles.duplicate(call.number("sourcehandle"), call.number("targethandle"))
    yield from ()


def closed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle means nothing any more."""
    state.handles.close(call.number("handle"))
    yield from ()


HANDLERS: dict[str, Handler] = {
    "CreateProcessInternalW": created,
    "CreateProcessWithLogonW": created,
    "CreateProcessWithTokenW": created,
    "NtCreateUserProcess": created,
    "NtCreateProcess": created,
    "NtCreateProcessEx": created,
    "RtlCreateUserProcess": created,
    "NtOpenProcess": opened,
    "OpenProcess": opened,
    "Process32FirstW": listed,
    "Process32NextW": listed,
    "NtTerminateProcess": terminated,
    "NtDuplicateObject": duplicated,
    "NtClose": closed,
    "CloseHandle": closed,
}
