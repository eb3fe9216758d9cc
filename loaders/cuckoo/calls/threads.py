"""Threads of other processes: created, opened, suspended, redirected, resumed."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo import protections, values
from loaders.cuckoo.handles import ThreadHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

# CAPE prints two registers only: rip or eip as the current pointer, rcx or eax as the "hollowed" one; its earlier
# versions print the latter alone, and call it the instruction pointer
_POINTERS = ("eip", "rip", "currentinstructionpointer")
_ENTRY_POINTS = ("hollowedinstructionpointer", "instructionpointer")


def created(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A thread in another process, under any of the five names of that call."""
    target = state.target(call)
    thread = call.number("threadidentifier") or None
    if target is not None:
        state.handles.bind(_thread_handle(call), ThreadHandle(target, thread))
        if thread:
            state.report.threads[thread] = target
    yield from state.about(
        ev.ThreadCreated,
        call,
        thread_id=thread,
        address=call.number("functionaddress"),
        parameter=call.number("parameter"),
        suspended=_suspended(call),
        module=call.text("modulename", "functionname", "module"),
    )


def _thread_handle(call: Call) -> int | None:
    by_return = call.api in {"CreateRemoteThread", "CreateRemoteThreadEx", "CreateThread"}
    return call.number("threadhandle") or (values.number(call.returned) if by_return else None)


def _suspended(call: Call) -> bool | None:
    named = call.number("createsuspended", "suspended")
    if named is not None and call.api != "NtCreateThreadEx":
        return bool(named)
    flags = call.number("creationflags", "createflags", "flags", "createsuspended", "suspended")
    mask = protections.THREAD_SUSPENDED if call.api.startswith("Nt") else protections.CREATE_SUSPENDED
    return None if flags is None else bool(flags & mask)


def own_thread(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A thread of the own process: only its handle matters."""
    state.handles.bind(_thread_handle(call), ThreadHandle(state.process, call.number("threadidentifier")))
    yield from ()


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a thread; the process by pid, else by who owns the thread."""
    thread = call.number("threadidentifier")
    pid = values.pid(call.arguments.get("processidentifier"))
    owner = state.report.table.alive(pid, call.time) if pid else state.report.threads.get(thread or 0)
    handle = call.number("threadhandle") or (values.number(call.returned) if call.api == "OpenThread" else None)
    process = state.process if pid == state.process.pid else owner
    state.handles.bind(handle, ThreadHandle(process, thread) if process else None)
    yield from ()


def context_set(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """New registers for a thread of another process."""
    registers = _registers(call)
    pointer = next((registers[name] for name in ("rip", "eip") if name in registers), call.number(*_POINTERS))
    yield from state.about(
        ev.ThreadContextSet,
        call,
        thread_id=state.thread_of(call),
        instruction_pointer=pointer,
        entry_point=next(
            (registers[name] for name in ("rcx", "eax") if name in registers), call.number(*_ENTRY_POINTS)
        ),
        registers=tuple(f"{name}=0x{value:x}" for name, value in sorted(registers.items())),
    )


def context_read(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Registers of a thread of another process: they tell where it is to start. 2.x prints none of them."""
    entry_point = call.number(*_ENTRY_POINTS)
    if entry_point is not None:
        yield from state.about(
            ev.ThreadContextRead,
            call,
            thread_id=state.thread_of(call),
            instruction_pointer=call.number(*_POINTERS),
            entry_point=entry_point,
        )


def _registers(call: Call) -> dict[str, int]:
    found = call.arguments.get("registers")
    if not isinstance(found, dict):
        return {}
    read = {str(name).lower(): values.number(value) for name, value in found.items()}
    return {name: value & 0xFFFF_FFFF_FFFF_FFFF for name, value in read.items() if value is not None}


def apc(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """An APC: in 2.x the routine is the third C argument, so zero is what some code really gives."""
    yield from state.about(
        ev.ApcQueued,
        call,
        thread_id=state.thread_of(call),
        address=call.number("functionaddress"),
        parameter=call.number("parameter"),
    )


def suspended(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A thread stands still."""
    count = call.number("suspendcount", "previoussuspendcount")
    yield from state.about(ev.ThreadSuspended, call, thread_id=state.thread_of(call), suspend_count=count)


def resumed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A thread runs on; the count says whether it was suspended."""
    count = call.number("suspendcount", "previoussuspendcount")
    yield from state.about(ev.ThreadResumed, call, thread_id=state.thread_of(call), suspend_count=count)


def process_resumed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """All threads of a process run on."""
    yield from state.about(ev.ThreadResumed, call)


HANDLERS: dict[str, Handler] = {
    "CreateRemoteThread": created,
    "CreateRemoteThreadEx": created,
    "NtCreateThread": created,
    "NtCreateThreadEx": created,
    "RtlCreateUserThread": created,
    "CreateThread": own_thread,
    "NtOpenThread": opened,
    "OpenThread": opened,
    "NtSetContextThread": context_set,
    "SetThreadContext": context_set,
    "RtlWow64SetThreadContext": context_set,
    "NtGetContextThread": context_read,
    "RtlWow64GetThreadContext": context_read,
    "NtQueueApcThread": apc,
    "NtQueueApcThreadEx": apc,
    "NtSuspendThread": suspended,
    "SuspendThread": suspended,
    "NtResumeThread": resumed,
    "NtAlertResumeThread": resumed,
    "ResumeThread": resumed,
    "NtResumeProcess": process_resumed,
}
