"""Services and mutexes."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.handles import NamedHandle
from loaders.cuckoo.state import Call, Handler, ProcessState


def _bind(state: ProcessState, call: Call, name: str) -> None:
    state.handles.bind(call.number("servicehandle") or values.number(call.returned), NamedHandle(name))


def created(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A new service."""
    name = call.text("servicename")
    if name:
        _bind(state, call, name)
        image = call.text("filepath", "binarypathname", "filepathr")
        yield state.event(ev.ServiceInstalled, call, host=state.host, name=name, image=image)


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a service."""
    name = call.text("servicename")
    if name:
        _bind(state, call, name)
    yield from ()


def started(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A service is asked to start."""
    handle = state.handles.get(call.number("servicehandle"), NamedHandle)
    name = call.text("servicename") or (handle.name if handle else None)
    if name:
        yield state.event(ev.ServiceStarted, call, host=state.host, name=name)


def mutex(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A named mutex."""
    name = call.text("mutantname")
    if name:
        yield state.event(ev.MutexUsed, call, name=name)


HANDLERS: dict[str, Handler] = {
    "CreateServiceA": created,
    "CreateServiceW": created,
    "OpenServiceA": opened,
    "OpenServiceW": opened,
    "StartServiceA": started,
    "StartServiceW": started,
    "NtCreateMutant": mutex,
    "NtOpenMutant": mutex,
}
