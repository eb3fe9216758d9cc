"""Whole parts of the registry: loaded from a file, saved into one, renamed."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo.calls.registry import key_below, path_of, rooted
from loaders.cuckoo.calls.targets import file_of, unknown
from loaders.cuckoo.handles import KeyHandle
from loaders.cuckoo.state import Call, Handler, ProcessState, on_disk


def loaded(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A file becomes a key with everything below it."""
    file = call.text("sourcefile", "filepath")
    target = call.text("targetkey")
    key = target if rooted(target) else key_below(state, call, "targetkeyhandle")
    if file and on_disk(file):
        yield state.event(ev.FileRead, call, file=state.file(file))
    if key:
        yield state.event(ev.RegistryKeyCreated, call, host=state.host, key=key)
    else:
        unknown(state, call)


def saved(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A key and everything below it, written into a file."""
    file = file_of(state, call)
    if file:
        yield state.event(ev.FileWritten, call, file=state.file(file))


def renamed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A key under another name beside the old one."""
    handle, name = call.number("keyhandle"), call.text("newname")
    old = call.text("regkey") or path_of(state, handle)
    if old is None or name is None:
        unknown(state, call)
        return
    new = old.rpartition("\\")[0] + f"\\{name}"
    state.handles.bind(handle, KeyHandle(new))
    yield state.event(ev.RegistryKeyDeleted, call, host=state.host, key=old)
    yield state.event(ev.RegistryKeyCreated, call, host=state.host, key=new)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("NtLoadKey", "NtLoadKey2", "NtLoadKeyEx"), loaded),
    **dict.fromkeys(("NtSaveKey", "NtSaveKeyEx"), saved),
    "NtRenameKey": renamed,
}
