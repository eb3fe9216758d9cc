"""Modules loaded; a bare name says nothing about which file it was, so only paths become loads."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo.state import Call, Handler, ProcessState, on_disk

# LOAD_LIBRARY_AS_DATAFILE, AS_IMAGE_RESOURCE, AS_DATAFILE_EXCLUSIVE: bytes to look at, not code that runs
_AS_DATA = 0x02 | 0x20 | 0x40
_LIBRARY = ".dll"
_OTHER_MODULES = frozenset(
    {".exe", ".drv", ".ocx", ".cpl", ".ax", ".acm", ".tsp", ".sys", ".scr", ".mui", ".com"}
    | {".pyd", ".node", ".ime", ".xll", ".wll", ".tlb", ".tmp", ".dat", ".bin", ".txt"}
)


def loaded(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A module by its path."""
    path = call.text("modulename", "filepath")
    if path and on_disk(path):
        yield state.event(ev.ModuleLoaded, call, file=state.file(path))


def library_loaded(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A library by its path, unless it was only opened as data."""
    path = call.text("lplibfilename", "libfilename", "filepath")
    if path and on_disk(path) and not (call.number("dwflags", "flags") or 0) & _AS_DATA:
        yield state.event(ev.ModuleLoaded, call, file=state.file(path))


def notified(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """CAPE's notice of a load, whose path has lost the extension that most libraries have."""
    path = call.text("dllname")
    if path and on_disk(path) and call.text("notificationreason") in (None, "load"):
        yield state.event(ev.ModuleLoaded, call, file=state.file(_with_extension(path)))


def _with_extension(path: str) -> str:
    """The monitor cuts ``.dll`` off and leaves every other extension; a dot may also belong to a library's name."""
    extension = ntpath.splitext(path)[1].casefold()
    return path if extension == _LIBRARY or extension in _OTHER_MODULES else path + _LIBRARY


HANDLERS: dict[str, Handler] = {
    "LdrLoadDll": loaded,
    "LoadLibraryExW": library_loaded,
    "DllLoadNotification": notified,
}
