"""Processes created: the child, its image, and who it is where the creation itself does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from graph_model import events as ev
from graph_model.commandline import tokens
from graph_model.paths import base_name
from loaders.cuckoo import protections, values
from loaders.cuckoo.calls.memory import life_told
from loaders.cuckoo.handles import ProcessHandle, SectionHandle, ThreadHandle
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
# They log when they return, and so after the native creation that happens within them.
_OUTER = frozenset(name for name in _CREATES if name.startswith("CreateProcess"))
_GIVES_HANDLES = frozenset({*_CREATES, "NtOpenProcess", "NtOpenThread"})
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
    yield from _image_mapped(state, call, child)


def _image_mapped(state: ProcessState, call: Call, child: ev.ProcessRef) -> Iterator[ev.Event]:
    """NtCreateProcessEx makes a process of a section: Windows itself maps it there."""
    section = state.handles.get(call.number("sectionhandle"), SectionHandle)
    if section is not None:
        yield from life_told(section)
        mapped = state.event(ev.SectionMapped, call, host=state.host, target=child, section=section.section)
        yield msgspec.structs.replace(mapped, actor=None, executable=True)


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
    process = state.handles.get(call.number("processhandle"), ProcessHandle)
    if process is None:
        return None
    pid = values.pid(call.arguments.get("processidentifier"))
    same_pid = pid is None or process.process.pid in (pid, None)
    created_here = state.report.table.was_created(process.process) or process.process.pid is None
    same = same_pid and created_here and _same_thread(state, call, process.process)
    return process.process if same else None


def _same_thread(state: ProcessState, call: Call, child: ev.ProcessRef) -> bool:
    """NtCreateProcessEx, the inner hook before Windows Vista, gives no thread: there the pid has to do."""
    meaning, number = state.handles.meaning(call.number("threadhandle")), call.number("threadidentifier")
    if isinstance(meaning, ThreadHandle):
        return meaning.process == child and (not number or meaning.thread_id in (number, None))
    return child.pid is not None and child.pid == values.pid(call.arguments.get("processidentifier"))


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
        outer = named and later.thread_id == call.thread_id and later.api in _OUTER and _gives(later, handles)
        if not handles or (named and later.api in _GIVES_HANDLES and not outer):
            return None
        pid = values.pid(later.arguments.get("processidentifier")) if named else None
        if pid is not None and later.ok:
            return pid
    return None


def _gives(later: Call, handles: dict[str, int | None]) -> bool:
    """Whether a creation gives just these handles; what the inner hook did not print may be anything."""
    return later.ok and all(not handle or later.number(name) == handle for name, handle in handles.items())


HANDLERS: dict[str, Handler] = dict.fromkeys(_CREATES, created)
