"""The registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo.handles import KeyHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

_CREATED_NEW_KEY = 1
_ROOTS = {
    0x8000_0000: "HKEY_CLASSES_ROOT",
    0x8000_0001: "HKEY_CURRENT_USER",
    0x8000_0002: "HKEY_LOCAL_MACHINE",
    0x8000_0003: "HKEY_USERS",
    0x8000_0005: "HKEY_CURRENT_CONFIG",
}


def _key(state: ProcessState, call: Call) -> str | None:
    """The key that a call is about, in full."""
    full = call.text("regkey", "fullname", "objectattributes")
    if full and "\\" in full:
        return full
    base = _path_of(state, call.number("basehandle", "registry", "keyhandle", "handle"))
    below = call.text("subkey", "regkeyr")
    if base is None:
        return full
    return f"{base}\\{below}" if below else base


def _path_of(state: ProcessState, handle: int | None) -> str | None:
    """The key that is open under the handle, or one of the roots, whose handles never change."""
    if handle is None:
        return None
    root = _ROOTS.get(handle & 0xFFFF_FFFF)  # 64-bit programs print them with their sign extended
    known = state.handles.get(handle, KeyHandle)
    return root or (known.path if known else None)


def _value(state: ProcessState, call: Call) -> tuple[str, str] | None:
    """Key and name of the value that a call is about; reports append the name to the key's path."""
    name = call.text("valuename", "regkeyr") or ""
    path = call.text("regkey", "fullname")
    if path:
        for ending in (f"\\{name}", "\\(Default)"):
            if ending != "\\" and path.casefold().endswith(ending.casefold()):
                return path[: -len(ending)], name if ending == f"\\{name}" else ""
        return path.rstrip("\\"), name
    key = _path_of(state, call.number("keyhandle", "handle"))
    return (key, name) if key else None


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a key, and its creation where the disposition says that it is new."""
    key = _key(state, call)
    if key is None:
        return
    state.handles.bind(call.number("keyhandle", "handle"), KeyHandle(key))
    if "Create" in call.api and call.number("disposition") == _CREATED_NEW_KEY:
        yield state.event(ev.RegistryKeyCreated, call, host=state.host, key=key)


def _about_value(kind: Any, state: ProcessState, call: Call, **fields: Any) -> Iterator[ev.Event]:
    found = _value(state, call)
    if found:
        yield state.event(kind, call, host=state.host, key=found[0], name=found[1], **fields)


def value_set(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A value is set."""
    data = call.arguments.get("value", call.arguments.get("buffer"))
    text = str(data) if isinstance(data, (str, int, float)) else None
    yield from _about_value(ev.RegistryValueSet, state, call, data=text)


def value_read(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A value is read."""
    yield from _about_value(ev.RegistryValueRead, state, call)


def value_deleted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A value is gone."""
    yield from _about_value(ev.RegistryValueDeleted, state, call)


def key_deleted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A key is gone."""
    key = _key(state, call)
    if key:
        yield state.event(ev.RegistryKeyDeleted, call, host=state.host, key=key)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"), opened),
    **dict.fromkeys(("RegCreateKeyExA", "RegCreateKeyExW", "NtCreateKey"), opened),
    **dict.fromkeys(("RegSetValueExA", "RegSetValueExW", "NtSetValueKey"), value_set),
    **dict.fromkeys(("RegQueryValueExA", "RegQueryValueExW", "NtQueryValueKey"), value_read),
    **dict.fromkeys(("RegDeleteValueA", "RegDeleteValueW", "NtDeleteValueKey"), value_deleted),
    **dict.fromkeys(
        ("RegDeleteKeyA", "RegDeleteKeyW", "RegDeleteKeyExA", "RegDeleteKeyExW", "NtDeleteKey"), key_deleted
    ),
}
