"""The registry: keys by path or below an open key, and their values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from graph_model.registry import clean_key
from loaders.cuckoo.calls.services import installed_by_registry
from loaders.cuckoo.calls.targets import unknown
from loaders.cuckoo.handles import KeyHandle
from loaders.cuckoo.state import Call, Handler, ProcessState

_CREATED_NEW_KEY = 1
_KEY_NAME_INFORMATION = 3
_ROOTS = {
    0x8000_0000: "HKEY_CLASSES_ROOT",
    0x8000_0001: "HKEY_CURRENT_USER",
    0x8000_0002: "HKEY_LOCAL_MACHINE",
    0x8000_0003: "HKEY_USERS",
    0x8000_0004: "HKEY_PERFORMANCE_DATA",
    0x8000_0005: "HKEY_CURRENT_CONFIG",
}
_PRINTED_KEYS = ("regkey", "fullname", "objectattributes")
_BASES = ("basehandle", "registry", "objectattributeshandle")
_KEYS = ("keyhandle", "handle")
_BELOW = ("subkey", "regkeyr", "objectattributesname", "objectattributes")
_NAMES = ("valuename", "regkeyr", "keyname")
_AROUND = " \t\r\n\x00"


def rooted(path: str | None) -> bool:
    """Whether the path begins with a hive; others mean a key below another one."""
    return clean_key(path or "").upper().startswith("HKEY_")


def path_of(state: ProcessState, handle: int | None) -> str | None:
    """The key that is open under the handle, or one of the roots, whose handles never change."""
    if handle is None:
        return None
    root = _ROOTS.get(handle & 0xFFFF_FFFF)  # 64-bit programs print them with their sign extended
    known = state.handles.get(handle, KeyHandle)
    return root or (known.path if known else None)


def key_below(state: ProcessState, call: Call, *handles: str) -> str | None:
    """The key in full: as printed, else below the key that one of these handles stands for."""
    printed = call.text(*_PRINTED_KEYS)
    if printed and rooted(printed):
        return printed
    base, below = path_of(state, call.number(*handles)), call.text(*_BELOW)
    if below and rooted(below):
        return below
    return f"{base}\\{below}" if base and below else base


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a key, and its creation where the disposition says that it is new."""
    key = key_below(state, call, *_BASES)
    state.handles.bind(call.number(*_KEYS), KeyHandle(key) if key else None)
    if key is None:
        unknown(state, call)
    elif "Create" in call.api and call.number("disposition") == _CREATED_NEW_KEY:
        yield state.event(ev.RegistryKeyCreated, call, host=state.host, key=key)


def key_deleted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A key is gone."""
    key = key_below(state, call, *_KEYS)
    if key:
        yield state.event(ev.RegistryKeyDeleted, call, host=state.host, key=key)
    else:
        unknown(state, call)


def named(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The name of an open key, where that was asked for: it explains a handle whose opening was not seen."""
    handle, path = call.number(*_KEYS), call.text("keyinformation")
    asked = call.number("keyinformationclass") == _KEY_NAME_INFORMATION
    if asked and rooted(path) and handle is not None and state.handles.meaning(handle) is None:
        state.handles.bind(handle, KeyHandle(path or ""))
    yield from ()


def _value(state: ProcessState, call: Call) -> tuple[str, str] | None:
    """Key and name of the value that a call is about; reports append the name to the key's path."""
    name, printed = call.text(*_NAMES) or "", call.text("regkey", "fullname")
    base = path_of(state, call.number(*_KEYS))
    if printed is None:
        return (base, name) if base else None
    for ending in (f"\\{name}", "\\(Default)"):
        if ending != "\\" and printed.casefold().endswith(ending.casefold()):
            return printed[: -len(ending)], name if ending == f"\\{name}" else ""
    if name or "fullname" in call.arguments or "regkeyr" in call.arguments:
        return printed.rstrip("\\"), name
    return _split(printed, base)


def _split(printed: str, base: str | None) -> tuple[str, str]:
    """The native calls of 2.0.x print the name as the end of the path only, and names may hold backslashes."""
    path = printed.strip(_AROUND).rstrip(f"\\{_AROUND}")
    whole, above = clean_key(printed), f"{clean_key(base)}\\" if base else ""
    if above and whole.casefold().startswith(above.casefold()):
        name = whole[len(above) :]
        return path[: -len(name) - 1], name
    key, _, name = path.rpartition("\\")
    return key, name


def _about_value(kind: Any, state: ProcessState, call: Call, **fields: Any) -> Iterator[ev.Event]:
    found = _value(state, call)
    if found:
        yield state.event(kind, call, host=state.host, key=found[0], name=found[1], **fields)
    else:
        unknown(state, call)


def value_set(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A value is set; a service's image is a service installed."""
    data = call.arguments.get("value", call.arguments.get("buffer"))
    text = str(data) if isinstance(data, (str, int, float)) else None
    yield from _about_value(ev.RegistryValueSet, state, call, data=text)
    found = _value(state, call)
    if found:
        yield from installed_by_registry(state, call, *found, text)


def value_read(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A value is read."""
    yield from _about_value(ev.RegistryValueRead, state, call)


def values_read(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Several values are read; only some monitors say which."""
    if call.text("valuename"):
        yield from value_read(state, call)


def value_enumerated(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A value is read by its number; names without data, and data without a name, say nothing of that."""
    name = call.text(*_NAMES)
    if name is None or call.arguments.get("data", call.arguments.get("value")) in (None, ""):
        return
    key = path_of(state, call.number(*_KEYS)) or _enumerated_key(call, name)
    if key:
        yield state.event(ev.RegistryValueRead, call, host=state.host, key=key, name=name)
    else:
        unknown(state, call)


def _enumerated_key(call: Call, name: str) -> str | None:
    """The key as printed; 2.x prints it for the native call only, elsewhere it is what the buffer held before."""
    full = call.text("fullname")
    if full:
        return full[: -len(name) - 1] if full.casefold().endswith(f"\\{name}".casefold()) else None
    return call.text("regkey") if call.api.startswith("Nt") else None


def value_deleted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A value is gone."""
    yield from _about_value(ev.RegistryValueDeleted, state, call)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("RegOpenKeyExA", "RegOpenKeyExW", "NtOpenKey", "NtOpenKeyEx"), opened),
    **dict.fromkeys(("RegCreateKeyExA", "RegCreateKeyExW", "NtCreateKey"), opened),
    **dict.fromkeys(("RegDeleteKeyA", "RegDeleteKeyW", "RegDeleteKeyExA", "RegDeleteKeyExW"), key_deleted),
    "NtDeleteKey": key_deleted,
    "NtQueryKey": named,
    **dict.fromkeys(("RegSetValueExA", "RegSetValueExW", "NtSetValueKey"), value_set),
    **dict.fromkeys(("RegQueryValueExA", "RegQueryValueExW", "NtQueryValueKey"), value_read),
    "NtQueryMultipleValueKey": values_read,
    **dict.fromkeys(("RegEnumValueA", "RegEnumValueW", "NtEnumerateValueKey"), value_enumerated),
    **dict.fromkeys(("RegDeleteValueA", "RegDeleteValueW", "NtDeleteValueKey"), value_deleted),
}
