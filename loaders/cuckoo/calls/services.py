"""Services and drivers, on this machine or on the one whose service manager was opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph_model import events as ev
from graph_model.paths import base_name, referred_or_own
from graph_model.registry import service_of_image
from loaders.cuckoo import values
from loaders.cuckoo.calls.targets import unknown
from loaders.cuckoo.handles import NamedHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

_STOP = 1
_SERVICE_MANAGER = "services.exe"


@dataclass(frozen=True)
class ManagerHandle(NamedHandle):
    """The service manager of a machine."""

    host: ev.HostRef


@dataclass(frozen=True)
class ServiceHandle(NamedHandle):
    """A service on a machine."""

    host: ev.HostRef


def manager_opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to the service manager of this machine or of another."""
    machine = (call.text("machinename") or "").strip().lstrip("\\")
    host = referred_or_own(state.host, machine) if machine else state.host
    state.handles.bind(values.number(call.returned), ManagerHandle(machine, host))
    yield from ()


def _on(state: ProcessState, call: Call) -> ev.HostRef:
    """The machine of the manager that a call goes through."""
    handle = call.number("servicemanagerhandle", "servicecontrolhandle", "servicecontrolmanager")
    manager = state.handles.get(handle, ManagerHandle)
    return manager.host if manager else state.host


def _bind(state: ProcessState, call: Call, service: ServiceHandle) -> None:
    state.handles.bind(call.number("servicehandle") or values.number(call.returned), service)


def created(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A new service."""
    name, host = call.text("servicename"), _on(state, call)
    if name is None:
        unknown(state, call)
        return
    _bind(state, call, ServiceHandle(name, host))
    yield state.event(ev.ServiceInstalled, call, host=host, name=name, image=_image(call))


def _image(call: Call) -> str | None:
    """The command line as the caller gave it; the path that 2.x makes of it holds the arguments too."""
    return call.text("binarypathname", "filepathr", "filepath")


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a service."""
    name = call.text("servicename")
    if name:
        _bind(state, call, ServiceHandle(name, _on(state, call)))
    yield from ()


def _service(state: ProcessState, call: Call) -> ServiceHandle | None:
    """The service of the handle; CAPE prints its name as well."""
    known = state.handles.get(call.number("servicehandle"), ServiceHandle)
    name = call.text("servicename")
    if known is None and name:
        return ServiceHandle(name, state.host)
    if known is None:
        unknown(state, call)
    return known


def reconfigured(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Another program for a service; other changes are only counted."""
    image = _image(call)
    service = _service(state, call) if image else None
    if service:
        yield state.event(ev.ServiceInstalled, call, host=service.host, name=service.name, image=image)


def started(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A service is asked to start."""
    service = _service(state, call)
    if service:
        yield state.event(ev.ServiceStarted, call, host=service.host, name=service.name)


def controlled(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A service is asked to stop; other controls are only counted."""
    service = _service(state, call) if call.number("controlcode") == _STOP else None
    if service:
        yield state.event(ev.ServiceStopped, call, host=service.host, name=service.name)


def deleted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A service is marked to be deleted."""
    service = _service(state, call)
    if service:
        yield state.event(ev.ServiceDeleted, call, host=service.host, name=service.name)


def driver_loaded(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A driver, which is a service too, named by its registry key."""
    name = base_name(call.text("driverservicename"))
    if name:
        yield state.event(ev.ServiceStarted, call, host=state.host, name=name)
    else:
        unknown(state, call)


def driver_unloaded(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A driver taken out again."""
    name = base_name(call.text("driverservicename"))
    if name:
        yield state.event(ev.ServiceStopped, call, host=state.host, name=name)
    else:
        unknown(state, call)


def installed_by_registry(state: ProcessState, call: Call, key: str, name: str, data: str | None) -> Iterator[ev.Event]:
    """A service whose image was written straight into the registry, as the service manager does for others."""
    service = service_of_image(key, name)
    if service and not _is_service_manager(state):
        yield state.event(ev.ServiceInstalled, call, host=state.host, name=service, image=data)


def _is_service_manager(state: ProcessState) -> bool:
    entry = state.report.table.entry_of(state.process)
    name = values.text(entry.raw.process_name) if entry and entry.raw else None
    return (name or "").casefold() == _SERVICE_MANAGER


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("OpenSCManagerA", "OpenSCManagerW"), manager_opened),
    **dict.fromkeys(("CreateServiceA", "CreateServiceW"), created),
    **dict.fromkeys(("OpenServiceA", "OpenServiceW"), opened),
    **dict.fromkeys(("ChangeServiceConfigA", "ChangeServiceConfigW"), reconfigured),
    **dict.fromkeys(("StartServiceA", "StartServiceW"), started),
    "ControlService": controlled,
    "DeleteService": deleted,
    "NtLoadDriver": driver_loaded,
    "NtUnloadDriver": driver_unloaded,
}
