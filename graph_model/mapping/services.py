"""Services, scheduled tasks, pipes, mutexes and raw disks."""

from __future__ import annotations

from graph_model import events as ev
from graph_model.identity import uid
from graph_model.mapping.context import Handlers, Mapping, asked_by
from graph_model.paths import referred_or_own
from graph_model.pipes import served_by

_ServiceEvent = ev.ServiceInstalled | ev.ServiceStarted | ev.ServiceStopped | ev.ServiceDeleted


def _service(mapping: Mapping, event: _ServiceEvent, image: str | None = None) -> str:
    at = mapping.host(event.host, event)
    return mapping.node("Service", uid("Service", at, event.name.casefold()), name=event.name, image=image, host_uid=at)


def _did(mapping: Mapping, type_: str, event: _ServiceEvent) -> None:
    """The actor, where it is known, did this to the service."""
    service, actor = _service(mapping, event), mapping.actor(event)
    if actor:
        mapping.act(type_, actor, service, event)


def installed(mapping: Mapping, event: ev.ServiceInstalled) -> None:
    """A service was created or changed."""
    service = _service(mapping, event, event.image)
    mapping.act("INSTALLED", _by(mapping, event), service, event, image=event.image, **asked_by(event))


def registered(mapping: Mapping, event: ev.TaskRegistered) -> None:
    """A scheduled task was created or changed."""
    at = mapping.host(event.host, event)
    node = uid("ScheduledTask", at, event.name.casefold())
    task = mapping.node("ScheduledTask", node, name=event.name, command=event.command, host_uid=at)
    mapping.act("REGISTERED_TASK", _by(mapping, event), task, event, command=event.command, **asked_by(event))


def _by(mapping: Mapping, event: ev.ServiceInstalled | ev.TaskRegistered) -> str:
    """Who did it; the log of the host tells of it also where it names no process."""
    return mapping.actor(event) or mapping.host(event.host, event)


def started(mapping: Mapping, event: ev.ServiceStarted) -> None:
    """A service was asked to start."""
    _did(mapping, "STARTED_SERVICE", event)


def stopped(mapping: Mapping, event: ev.ServiceStopped) -> None:
    """A service was asked to stop."""
    _did(mapping, "STOPPED_SERVICE", event)


def deleted(mapping: Mapping, event: ev.ServiceDeleted) -> None:
    """A service was deleted."""
    _did(mapping, "DELETED_SERVICE", event)


def pipe(mapping: Mapping, event: ev.PipeUsed) -> None:
    """A named pipe was created or opened."""
    actor = mapping.actor(event)
    if actor is None:
        return
    at, served = mapping.host(event.host, event), served_by(event.name)
    told = served._asdict() if served else {}
    node = mapping.node("Pipe", uid("Pipe", at, event.name.casefold()), name=event.name, host_uid=at, **told)
    mapping.act("USED_PIPE", actor, node, event)
    if served and served.client:
        mapping.host(referred_or_own(event.host, served.client), event)


def mutex(mapping: Mapping, event: ev.MutexUsed) -> None:
    """A named mutex was created or opened."""
    actor = mapping.actor(event)
    if actor:
        mapping.act("USED_MUTEX", actor, mapping.node("Mutex", uid("Mutex", event.name), name=event.name), event)


def disk(mapping: Mapping, event: ev.DiskWritten) -> None:
    """A raw disk was written."""
    actor = mapping.actor(event)
    if actor:
        mapping.relate("WROTE_DISK", actor, mapping.host(event.host, event), event, api=event.api, module=event.device)


HANDLERS: Handlers = {
    ev.ServiceInstalled: installed,
    ev.TaskRegistered: registered,
    ev.ServiceStarted: started,
    ev.ServiceStopped: stopped,
    ev.ServiceDeleted: deleted,
    ev.PipeUsed: pipe,
    ev.MutexUsed: mutex,
    ev.DiskWritten: disk,
}
