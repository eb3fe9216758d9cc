"""Services, pipes, mutexes and raw disks."""

from __future__ import annotations

from graph_model import events as ev
from graph_model.identity import uid
from graph_model.mapping.context import Handlers, Mapping

_ServiceEvent = ev.ServiceInstalled | ev.ServiceStarted | ev.ServiceStopped | ev.ServiceDeleted


def _did(mapping: Mapping, type_: str, event: _ServiceEvent, image: str | None = None) -> None:
    """The actor, where it is known, did this to the service."""
    at = mapping.host(event.host, event)
    service = mapping.node(
        "Service", uid("Service", at, event.name.casefold()), name=event.name, image=image, host_uid=at
    )
    actor = mapping.actor(event)
    if actor:
        mapping.act(type_, actor, service, event, image=image)


def installed(mapping: Mapping, event: ev.ServiceInstalled) -> None:
    """A service was created or changed."""
    _did(mapping, "INSTALLED", event, event.image)


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
    if actor:
        at = mapping.host(event.host, event)
        node = mapping.node("Pipe", uid("Pipe", at, event.name.casefold()), name=event.name, host_uid=at)
        mapping.act("USED_PIPE", actor, node, event)


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
    ev.ServiceStarted: started,
    ev.ServiceStopped: stopped,
    ev.ServiceDeleted: deleted,
    ev.PipeUsed: pipe,
    ev.MutexUsed: mutex,
    ev.DiskWritten: disk,
}
