"""Memory of other processes, and the sections through which it is shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from graph_model import events as ev
from loaders.cuckoo import protections, values
from loaders.cuckoo.calls.targets import unknown
from loaders.cuckoo.handles import FileHandle, SectionHandle
from loaders.cuckoo.jumps import leads_to
from loaders.cuckoo.state import Call, Handler, ProcessState

M = TypeVar("M", bound=ev.MemoryOperation)
_LOADED = (".dll", ".ocx", ".cpl", ".drv", ".tmp", ".dat", ".bin")


def _region(call: Call) -> dict[str, Any]:
    protection = call.number("win32protect", "protection", "newaccessprotection")
    return {
        "address": call.number("baseaddress", "address"),
        "size": call.number("regionsize", "viewsize", "length"),
        "protection": protections.name(protection),
        "executable": protections.executable(protection),
    }


def _about_region(kind: type[M], state: ProcessState, call: Call) -> Iterator[M]:
    """Nearly all such calls are about the own memory, of which nothing is told: then the region is not looked at."""
    target = state.other(call)
    if target is not None:
        yield state.event(kind, call, target=target, **_region(call))


def allocated(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Memory in another process."""
    for event in _about_region(ev.MemoryAllocated, state, call):
        if event.address is not None:
            state.made[event.target].map(event.address, event.size, None)
        yield event


def protected(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Another protection for memory of another process."""
    yield from _about_region(ev.MemoryProtected, state, call)


def unmapped(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A section taken out of another process."""
    address = call.number("baseaddress")
    if address is not None and state.target(call) == state.process:
        state.views.unmap(address)
    yield from state.about(ev.MemoryUnmapped, call, address=address, size=call.number("regionsize"))


def read(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Memory of another process, read."""
    yield from state.about(ev.MemoryRead, call, address=call.number("baseaddress"))


def written(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Memory of another process, written; of the own one it may be the view of a section that others will map."""
    buffer, told = call.text("buffer"), call.number("bufferlength", "length")
    size = told or (values.byte_length(buffer) if buffer else None)
    address = call.number("baseaddress")
    target = state.target(call)
    if target == state.process:
        yield from _view_written(state, call, address, size)
        return
    if target is None:
        unknown(state, call)
        return
    yield state.event(
        ev.MemoryWritten,
        call,
        target=target,
        address=address,
        size=size,
        buffer=buffer,
        image=_is_image(buffer),
        module=_module_named(buffer),
        leads_to=leads_to(buffer, address),
        # monitors cut off what is long, and older ones do not say how long it was
        reach=None if told else state.made[target].end(address),
    )


def _is_image(buffer: str | None) -> bool:
    return buffer is not None and buffer.startswith("MZ")


def _module_named(buffer: str | None) -> str | None:
    """The path of a DLL, where the buffer is nothing but that (in either width)."""
    plain = (buffer or "")[:1_100].replace("\\x00", "").replace("\x00", "").strip()
    return plain if plain.casefold().endswith(_LOADED) and len(plain) <= 520 else None


def _view_written(state: ProcessState, call: Call, address: int | None, size: int | None) -> Iterator[ev.Event]:
    section = state.views.at(address)
    if section:
        event = state.event(ev.SectionWritten, call, host=state.host, section=section.section, size=size)
        yield from told_when_shared(section, event)


def told_when_shared(section: SectionHandle, event: ev.Event) -> Iterator[ev.Event]:
    """A part of the section's life: told at once where the section is shared, else kept back."""
    if section.shared:
        yield event
    else:
        section.life.append(event)


def section_created(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A section in the hands of this process; told when another process gets to do with it."""
    file = state.handles.get(call.number("filehandle"), FileHandle)
    attributes = call.number("allocationattributes", "sectionattributes")
    name = call.text("sectionname", "objectattributes")
    new = SectionHandle(
        f"{state.process.key}#{call.index}",
        state.process,
        # of a file it may be an image, whose parts have their own protection; few monitors print the attributes
        bool((attributes or 0) & protections.SEC_IMAGE) if attributes is not None or file is None else None,
        file.transaction if file else None,
    )
    section = state.report.sections.setdefault(name.casefold(), new) if name and not _is_module(name) else new
    state.handles.bind(call.number("sectionhandle"), section)
    event = state.event(
        ev.SectionCreated,
        call,
        host=state.host,
        section=section.section,
        name=name,
        protection=protections.name(call.number("sectionpageprotection", "pageattributes", "protection")),
        file=file.path if file else None,
    )
    section.life.append(event)
    if section.shared or section.owner != state.process:
        yield from life_told(section)


def _is_module(name: str) -> bool:
    r"""Sections of system modules (`\KnownDlls\kernel32.dll`, tables of characters) are open in every process."""
    folded = name.casefold()
    return "knowndlls" in folded or folded.endswith((".dll", ".nls", ".mui"))


def life_told(section: SectionHandle) -> Iterator[ev.Event]:
    """Another process gets to do with the section: what happened to it so far is told, and all that follows."""
    section.shared = True
    yield from section.life
    section.life.clear()


def mapped(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A section mapped into another process (with the section's life so far), or into the own one."""
    section = state.handles.get(call.number("sectionhandle"), SectionHandle)
    target = state.target(call)
    if target is None:
        unknown(state, call)
        return
    region = _region(call)
    if section and section.image is not False:
        region["executable"] = section.image or region["executable"] or None
    buffer = call.text("buffer")
    event = state.event(
        ev.SectionMapped,
        call,
        host=state.host,
        target=target,
        section=section.section if section else None,
        buffer=buffer,
        image=_is_image(buffer),
        **region,
    )
    if target == state.process:
        yield from _own_view(state, section, event)
        return
    if section:
        yield from life_told(section)
    yield event


def _own_view(state: ProcessState, section: SectionHandle | None, event: ev.SectionMapped) -> Iterator[ev.Event]:
    if section is None:
        return
    if event.address is not None:
        state.views.map(event.address, event.size, section)
    yield from told_when_shared(section, event)


HANDLERS: dict[str, Handler] = {
    "NtAllocateVirtualMemory": allocated,
    "NtAllocateVirtualMemoryEx": allocated,
    "VirtualAllocEx": allocated,
    "NtProtectVirtualMemory": protected,
    "VirtualProtectEx": protected,
    "NtUnmapViewOfSection": unmapped,
    "NtUnmapViewOfSectionEx": unmapped,
    "NtReadVirtualMemory": read,
    "ReadProcessMemory": read,
    "NtWow64ReadVirtualMemory64": read,
    "NtWriteVirtualMemory": written,
    "WriteProcessMemory": written,
    "NtWow64WriteVirtualMemory64": written,
    "NtCreateSection": section_created,
    "NtOpenSection": section_created,
    "NtMapViewOfSection": mapped,
    "NtMapViewOfSectionEx": mapped,
    "ZwMapViewOfSection": mapped,
}
