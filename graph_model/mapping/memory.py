"""Memory, sections and threads across processes: kept one by one, since rules need their order and addresses."""

from __future__ import annotations

from typing import Any

from graph_model import events as ev
from graph_model.identity import uid
from graph_model.mapping.context import Handlers, Mapping

_ALL_BITS = 2**64 - 1
_BUFFER_LENGTH = 512
_PAGE = 0x1000
_REGIONS = (ev.MemoryAllocated, ev.MemoryProtected, ev.SectionMapped)

_TYPES: dict[type[ev.Event], str] = {
    ev.MemoryAllocated: "ALLOCATED_IN",
    ev.MemoryProtected: "PROTECTED_IN",
    ev.MemoryUnmapped: "UNMAPPED_FROM",
    ev.MemoryWritten: "WROTE_MEMORY_OF",
    ev.ThreadCreated: "CREATED_THREAD_IN",
    ev.ThreadContextSet: "SET_CONTEXT_OF",
    ev.ThreadContextRead: "READ_CONTEXT_OF",
    ev.WindowMemorySet: "SET_WINDOW_MEMORY_OF",
    ev.WindowMessaged: "SENT_MESSAGE_TO",
    ev.ApcQueued: "QUEUED_APC_TO",
    ev.ThreadSuspended: "SUSPENDED",
    ev.ThreadResumed: "RESUMED",
    ev.InjectionReported: "REPORTED_INJECTION_INTO",
}
_SAME_NAME = (
    "thread_id",
    "size",
    "protection",
    "executable",
    "image",
    "suspend_count",
    "suspended",
    "module",
)


def _addresses(event: ev.Event) -> dict[str, Any]:
    """Addresses as numbers, which only last below 2^63 (see :mod:`graph_model.mapping.context`), and as text."""
    address, size = getattr(event, "address", None), getattr(event, "size", None)
    if address is None:
        return {}
    address &= _ALL_BITS
    return {
        "address": address,
        "end": _end(event, address, size),
        "address_hex": f"0x{address:08x}",
    }


def _end(event: ev.Event, address: int, size: int | None) -> int | None:
    """Memory comes in pages: where the log prints no size of a region, it reaches to the end of its page at least."""
    known = address + size if size and size > 0 else None
    if isinstance(event, ev.MemoryWritten) and event.reach is not None:
        return max(event.reach, known or 0)
    if known is not None:
        return known
    return address - address % _PAGE + _PAGE if isinstance(event, _REGIONS) else None


def _properties(event: ev.Event) -> dict[str, Any]:
    props = {name: getattr(event, name, None) for name in _SAME_NAME}
    buffer = getattr(event, "buffer", None)
    registers = getattr(event, "registers", ())
    return {
        **props,
        **_addresses(event),
        "api": event.api,
        "buffer": buffer[:_BUFFER_LENGTH] if buffer else None,
        "parameter": getattr(event, "parameter", None),
        "leads_to": getattr(event, "leads_to", None),
        "entry_point": getattr(event, "entry_point", None),
        "instruction_pointer": getattr(event, "instruction_pointer", None),
        "registers": list(registers) or None,
    }


def operation(mapping: Mapping, event: ev.RemoteOperation) -> None:
    """What one process did to another."""
    actor = mapping.actor(event)
    target = mapping.process(event.target, event)
    if actor and actor != target:
        mapping.relate(_TYPES[type(event)], actor, target, event, **_properties(event))


def _between(type_: str, mapping: Mapping, event: ev.RemoteOperation, **props: Any) -> None:
    actor = mapping.actor(event)
    target = mapping.process(event.target, event)
    if actor and actor != target:
        mapping.act(type_, actor, target, event, **props)


def opened(mapping: Mapping, event: ev.ProcessOpened) -> None:
    """A handle was opened."""
    _between("OPENED", mapping, event, access=event.access)


def memory_read(mapping: Mapping, event: ev.MemoryRead) -> None:
    """Memory was read."""
    _between("READ_MEMORY_OF", mapping, event)


def _section(mapping: Mapping, host: ev.HostRef, section: str, event: ev.Event, **props: Any) -> str:
    at = mapping.host(host, event)
    return mapping.node("Section", uid("Section", at, section), host_uid=at, **props)


def section_created(mapping: Mapping, event: ev.SectionCreated) -> None:
    """A section came into the actor's hands."""
    props = {"name": event.name, "protection": event.protection, "file": event.file}
    section = _section(mapping, event.host, event.section, event, **props)
    actor = mapping.actor(event)
    if actor:
        mapping.relate("CREATED_SECTION", actor, section, event, api=event.api, protection=event.protection)


def section_mapped(mapping: Mapping, event: ev.SectionMapped) -> None:
    """A section became part of a process; from another process it is an operation between the two as well."""
    target = mapping.process(event.target, event)
    section = _section(mapping, event.host, event.section, event) if event.section else None
    props = _properties(event)
    if section:
        mapping.relate("MAPPED_INTO", section, target, event, **props)
    actor = mapping.actor(event)
    if actor and actor != target:
        mapping.relate("MAPPED_INTO", actor, target, event, section_uid=section, **props)


def section_written(mapping: Mapping, event: ev.SectionWritten) -> None:
    """The actor wrote its own view of a section."""
    actor = mapping.actor(event)
    if actor:
        section = _section(mapping, event.host, event.section, event)
        mapping.act("WROTE", actor, section, event, bytes=event.size)


def section_rolled_back(mapping: Mapping, event: ev.SectionRolledBack) -> None:
    """The file behind a section was undone."""
    actor = mapping.actor(event)
    if actor:
        section = _section(mapping, event.host, event.section, event)
        mapping.relate("ROLLED_BACK", actor, section, event, api=event.api)


HANDLERS: Handlers = {
    **dict.fromkeys(_TYPES, operation),
    ev.ProcessOpened: opened,
    ev.MemoryRead: memory_read,
    ev.SectionCreated: section_created,
    ev.SectionMapped: section_mapped,
    ev.SectionWritten: section_written,
    ev.SectionRolledBack: section_rolled_back,
}
