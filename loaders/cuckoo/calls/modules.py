"""Modules loaded; a bare name says nothing about which file it was, so only paths become loads."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo.state import Call, Handler, ProcessState, on_disk


def loaded(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """LdrLoadDll, and CAPE's notification of loads."""
    path = call.text("modulename", "dllname", "filepath")
    reason = call.text("notificationreason")
    if path and on_disk(path) and reason in (None, "load"):
        yield state.event(ev.ModuleLoaded, call, file=state.file(path))


HANDLERS: dict[str, Handler] = {"LdrLoadDll": loaded, "DllLoadNotification": loaded}
