"""Sysmon's rows of the registry. `EventType` says what was done; some exporters put their own word in its place.

`TargetObject` of a value is its key and its name in one text.
"""

from __future__ import annotations

from graph_model.events import (
    RegistryKeyCreated,
    RegistryKeyDeleted,
    RegistryValueDeleted,
    RegistryValueSet,
    ServiceInstalled,
)
from graph_model.registry import service_of_image
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record


def key_changed(record: Record, machine: Machine, out: Out) -> None:
    """A key was created or deleted, or a value deleted; without a word for which, only the process is known."""
    actor = machine.actor(record, out)
    done, path = record.need("EventType").casefold(), record.need("TargetObject")
    if done == "createkey":
        out.append(record.act(RegistryKeyCreated, actor, host=machine.ref, key=path))
    elif done == "deletekey":
        out.append(record.act(RegistryKeyDeleted, actor, host=machine.ref, key=path))
    elif done == "deletevalue":
        key, name = _value(path)
        out.append(record.act(RegistryValueDeleted, actor, host=machine.ref, key=key, name=name))
    else:
        raise MissingFieldError("an EventType that tells what was done")


def value_set(record: Record, machine: Machine, out: Out) -> None:
    """A value was set."""
    actor = machine.actor(record, out)
    key, name = _value(record.need("TargetObject"))
    data = record.text("Details")
    out.append(record.act(RegistryValueSet, actor, host=machine.ref, key=key, name=name, data=data))
    service = service_of_image(key, name)
    if service:
        out.append(record.act(ServiceInstalled, actor, host=machine.ref, name=service, image=data))


def renamed(record: Record, machine: Machine, out: Out) -> None:
    """A key got another name: the old one is gone, the new one is there."""
    actor = machine.actor(record, out)
    if record.need("EventType").casefold() != "renamekey":
        raise MissingFieldError("an EventType that tells what was renamed")
    old, new = record.need("TargetObject"), record.need("NewName")
    out.append(record.act(RegistryKeyDeleted, actor, host=machine.ref, key=old))
    out.append(record.act(RegistryKeyCreated, actor, host=machine.ref, key=new))


def _value(path: str) -> tuple[str, str]:
    key, _, name = path.rpartition("\\")
    return (key, name) if key else (path, "")
