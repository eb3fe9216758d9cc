"""Sysmon's rows of processes: creation, end, modules and drivers, handles, and threads that others create in them."""

from __future__ import annotations

from graph_model.events import (
    ContentDescribed,
    ContentObserved,
    FileFacts,
    InjectionReported,
    ModuleLoaded,
    ProcessEnded,
    ProcessOpened,
    ProcessStarted,
    StaticFacts,
)
from graph_model.identity import content_uid
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record

REMOTE_THREAD = "CreateRemoteThread"  # Sysmon's name for event 8, and the call that it stands for


def created(record: Record, machine: Machine, out: Out) -> None:
    """A process was created; the parent is known by its own GUID, whether or not the log has its creation."""
    process = machine.known(record)
    if process is None:
        raise MissingFieldError("ProcessGuid")
    if not machine.first_creation(process):
        record.drift.count(f"{record.kind}, told before")
        return
    parent = machine.parent(record, out)
    path, facts = record.text("Image"), record.facts()
    session = record.logon_id("LogonId")
    machine.described(record, out, process, path=path, user=record.text("User"), logon_id=session)
    start = record.act(
        ProcessStarted,
        parent,
        process=process,
        image=machine.file(path) if path else None,
        facts=facts,
        command_line=record.text("CommandLine"),
    )
    out.append(start)
    _described(record, facts, out)


def _described(record: Record, facts: FileFacts, out: Out) -> None:
    imphash = record.imphash()
    if imphash and content_uid(facts.hashes):
        out.append(record.event(ContentDescribed, facts=facts, static=StaticFacts(imphash=imphash)))


def ended(record: Record, machine: Machine, out: Out) -> None:
    """A process ended."""
    process = machine.actor(record, out)
    if process is None:
        raise MissingFieldError("ProcessGuid")
    machine.ended(process)
    out.append(record.event(ProcessEnded, process=process))


def driver_loaded(record: Record, machine: Machine, out: Out) -> None:
    """The kernel loaded a driver: no process did, but which bytes it was is known."""
    out.append(record.act(ContentObserved, None, file=machine.file(record.need("ImageLoaded")), facts=record.facts()))


def module_loaded(record: Record, machine: Machine, out: Out) -> None:
    """A process loaded a module."""
    file, facts = machine.file(record.need("ImageLoaded")), record.facts()
    out.append(record.act(ModuleLoaded, machine.actor(record, out), file=file))
    if content_uid(facts.hashes):
        out.append(record.event(ContentObserved, file=file, facts=facts))


def opened(record: Record, machine: Machine, out: Out) -> None:
    """A process opened another with the access that was granted."""
    source, target = machine.side(record, out, "Source"), machine.side(record, out, "Target")
    out.append(record.act(ProcessOpened, source, target=target, access=record.text("GrantedAccess")))


def thread_created(record: Record, machine: Machine, out: Out) -> None:
    """A process created a thread in another: Sysmon's word for it, which rules judge by where the thread starts."""
    source, target = machine.side(record, out, "Source"), machine.side(record, out, "Target")
    event = record.event(
        InjectionReported,
        source,
        api=REMOTE_THREAD,
        target=target,
        thread_id=record.number("NewThreadId"),
        address=record.number("StartAddress"),
        module=_start(record),
    )
    out.append(event)


def _start(record: Record) -> str | None:
    """`module!function`; `-` where the field stands there empty, which means: outside all loaded modules."""
    module, function = record.text("StartModule"), record.text("StartFunction")
    if module is None and function is None:
        return "-" if "StartModule" in record.fields else None
    return f"{module or ''}!{function}" if function else module
