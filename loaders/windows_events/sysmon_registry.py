"""Sysmon's rows of the registry. `EventType` says what was done; some exporters put their own word in its place.

`TargetObject` of a value is its key and its name in one text.
"""

from __future__ import annotations

from graph_model.events import RegistryKeyCreated, RegistryKeyDeleted, RegistryValueDeleted, RegistryValueSet
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import MissingFieldError, Record


def key_changed(record: Record, machine: Machine, out: Out) -> None:
    """A key was created or deleted, or a value deleted; without a word for which, nothing is said."""
    done = record.need("EventType").casefold()
    if done == "createkey":
        _key(RegistryKeyCreated, record, machine, out)
    elif done == "deletekey":
        _key(RegistryKeyDeleted, record, machine, out)
    elif done == "deletevalue":
        key, name = _value(record.need("TargetObject"))
        out.append(record.act(RegistryValueDeleted, machine.actor(record, out), host=machine.ref, key=key, name=name))
    else:
        raise MissingFieldError("an EventType that tells what was done")


def value_set(record: Record, machine: Machine, out: Out) -> None:
    """A value was set."""
    key, name = _value(record.need("TargetObject"))
    actor = machine.actor(record, out)
    data = record.text("Details")
    out.append(record.act(RegistryValueSet, actor, host=machine.ref, key=key, name=name, data=data))


def renamed(record: Record, machine: Machine, out: Out) -> None:
    """A key got another name: the old one is gone, the new one is there."""
    if record.need("EventType").casefold() != "renamekey":
        raise MissingFieldError("an EventType that tells what was renamed")
    new = record.need("NewName")
    _key(RegistryKeyDeleted, record, machine, out)
    out.append(record.act(RegistryKeyCreated, machine.actor(record, out), host=machine.ref, key=new))


def _key(kind: type[RegistryKeyCreated | RegistryKeyDeleted], record: Record, machine: Machine, out: Out) -> None:
    key = record.need("TargetObject")
    out.append(record.act(kind, machine.actor(record, out), host=machine.ref, key=key))


def _value(path: str) -> tuple[str, str]:
    key, _, name = path.rpartition("\\")
    return (key, name) if key else (path, "")
