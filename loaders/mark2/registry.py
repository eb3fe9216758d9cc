"""``reg`` lines: keys and values; ``path`` is the key, ``entry`` the value's name, empty for the default value."""

from __future__ import annotations

from graph_model.events import (
    Event,
    RegistryKeyCreated,
    RegistryKeyDeleted,
    RegistryValueDeleted,
    RegistryValueSet,
    ServiceInstalled,
)
from graph_model.registry import service_of_image
from loaders.mark2.record import Record
from loaders.mark2.terminal import Terminal

Out = list[Event]


def create(record: Record, terminal: Terminal, out: Out) -> None:
    """A key was created."""
    key = record.need_path("path")
    out.append(record.act(RegistryKeyCreated, terminal.actor(record, out), host=terminal.ref, key=key))


def delete_key(record: Record, terminal: Terminal, out: Out) -> None:
    """A key was deleted."""
    key = record.need_path("path")
    out.append(record.act(RegistryKeyDeleted, terminal.actor(record, out), host=terminal.ref, key=key))


def rename_key(record: Record, terminal: Terminal, out: Out) -> None:
    """A key got another name: the old one is gone, the new one is there.

    Inferred: the new name is in ``dstPath`` or ``entry``, as a path or as the last part of it.
    """
    key, name = record.need_path("path").rstrip("\\"), record.path("dstPath") or record.need_path("entry")
    parent, separator, _ = key.rpartition("\\")
    renamed = name if "\\" in name else f"{parent}{separator}{name}"
    actor = terminal.actor(record, out)
    out.append(record.act(RegistryKeyDeleted, actor, host=terminal.ref, key=key))
    out.append(record.act(RegistryKeyCreated, actor, host=terminal.ref, key=renamed))


def set_value(record: Record, terminal: Terminal, out: Out) -> None:
    """A value was set."""
    key, name = record.need_path("path"), record.fields.get("entry", "")
    data = record.fields.get("valStr") or record.fields.get("valNum")
    actor = terminal.actor(record, out)
    out.append(record.act(RegistryValueSet, actor, host=terminal.ref, key=key, name=name, data=data))
    service = service_of_image(key, name)
    if service:
        out.append(record.act(ServiceInstalled, actor, host=terminal.ref, name=service, image=data))


def delete_value(record: Record, terminal: Terminal, out: Out) -> None:
    """A value was deleted."""
    key, name = record.need_path("path"), record.fields.get("entry", "")
    out.append(record.act(RegistryValueDeleted, terminal.actor(record, out), host=terminal.ref, key=key, name=name))
