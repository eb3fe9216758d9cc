"""Registry keys and values."""

from __future__ import annotations

from graph_model import events as ev
from graph_model.identity import uid
from graph_model.mapping.context import Handlers, Mapping
from graph_model.registry import DEFAULT_VALUE, clean_key, value_path

_DATA_LENGTH = 1_024


def _key(mapping: Mapping, event: ev.RegistryEvent) -> str:
    path = clean_key(event.key)
    at = mapping.host(event.host, event)
    return mapping.node(
        "RegistryKey", uid("RegistryKey", at, path.casefold()), path=path, key=path.casefold(), host_uid=at
    )


def _value(mapping: Mapping, event: ev.RegistryEvent, name: str) -> str:
    known = mapping.values.get((event.host, event.key, name))
    if known is None:
        known = mapping.values[event.host, event.key, name] = _new_value(mapping, event, name)
    return known


def _new_value(mapping: Mapping, event: ev.RegistryEvent, name: str) -> str:
    path = value_path(event.key, name)
    key = path.casefold()
    at = mapping.host(event.host, event)
    value = uid("RegistryValue", at, key)
    return mapping.node("RegistryValue", value, path=path, key=key, name=name or DEFAULT_VALUE, host_uid=at)


def key_created(mapping: Mapping, event: ev.RegistryKeyCreated) -> None:
    """The actor created a key."""
    actor = mapping.actor(event)
    if actor:
        mapping.act("CREATED_KEY", actor, _key(mapping, event), event)


def key_deleted(mapping: Mapping, event: ev.RegistryKeyDeleted) -> None:
    """The actor deleted a key."""
    actor = mapping.actor(event)
    if actor:
        mapping.act("DELETED_KEY", actor, _key(mapping, event), event)


def value_set(mapping: Mapping, event: ev.RegistryValueSet) -> None:
    """The actor set a value."""
    actor = mapping.actor(event)
    if actor:
        data = [event.data[:_DATA_LENGTH]] if event.data else None
        mapping.act("SET", actor, _value(mapping, event, event.name), event, data=data)


def value_read(mapping: Mapping, event: ev.RegistryValueRead) -> None:
    """The actor read a value."""
    actor = mapping.actor(event)
    if actor:
        mapping.act("READ_BY", _value(mapping, event, event.name), actor, event)


def value_deleted(mapping: Mapping, event: ev.RegistryValueDeleted) -> None:
    """The actor deleted a value."""
    actor = mapping.actor(event)
    if actor:
        mapping.act("DELETED_KEY", actor, _value(mapping, event, event.name), event)


HANDLERS: Handlers = {
    ev.RegistryKeyCreated: key_created,
    ev.RegistryKeyDeleted: key_deleted,
    ev.RegistryValueSet: value_set,
    ev.RegistryValueRead: value_read,
    ev.RegistryValueDeleted: value_deleted,
}
