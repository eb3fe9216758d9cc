"""Files and raw disks by path or handle: opened, written, read, deleted, their attributes changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph_model import events as ev
from graph_model.paths import pipe_name
from loaders.cuckoo import values
from loaders.cuckoo.calls.targets import file_of, pipe_host, unknown
from loaders.cuckoo.handles import FileHandle
from loaders.cuckoo.state import Call, Handler, ProcessState, on_disk, raw_disk

_FILE_SUPERSEDED, _FILE_CREATED, _FILE_OVERWRITTEN = 0, 2, 3
_DISPOSITION_SUPERSEDE, _DISPOSITION_CREATE, _DISPOSITION_OPEN_IF, _DISPOSITION_OVERWRITE_IF = 0, 2, 3, 5
_DIRECTORY = 0x1
_RETURN_HANDLES = frozenset({"CreateFileA", "CreateFileW"})
_DELETE_ON_CLOSE = 0x1000
# FILE_INFORMATION_CLASS of wdm.h, with the newer forms that take flags
_BASIC_INFORMATION = 4
_RENAME_INFORMATION, _LINK_INFORMATION, _DISPOSITION_INFORMATION = (10, 65), (11, 72), (13, 64)
# FILE_INFO_BY_HANDLE_CLASS of winbase.h numbers the same kinds otherwise
_BY_HANDLE_CLASSES = {0: 4, 3: 10, 4: 13, 21: 64, 22: 65}
_ATTRIBUTES = {
    0x1: "READONLY",
    0x2: "HIDDEN",
    0x4: "SYSTEM",
    0x20: "ARCHIVE",
    0x80: "NORMAL",
    0x100: "TEMPORARY",
    0x2000: "NOT_CONTENT_INDEXED",
    0x4000: "ENCRYPTED",
}


@dataclass(frozen=True)
class DirectoryHandle(FileHandle):
    """A directory, which is no file: what is set about it says nothing of a file."""


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a file or pipe; a creation where the result, or the disposition, says so."""
    path = call.text("filepath", "filepathr")
    returned = values.number(call.returned) if call.api in _RETURN_HANDLES else None
    options = call.number("createoptions", "openoptions") or 0
    kind = DirectoryHandle if options & _DIRECTORY else FileHandle
    transaction = call.number("transactionhandle") or state.transaction
    handle = call.number("filehandle", "handle") or returned
    state.handles.bind(handle, kind(path, transaction) if path else None)
    if path is None:
        return
    name = pipe_name(path)
    if name:
        yield state.event(ev.PipeUsed, call, host=pipe_host(state, path), name=name)
    elif on_disk(path) and kind is FileHandle and _created(call):
        yield state.event(ev.FileCreated, call, file=state.file(path))
    if on_disk(path) and kind is FileHandle and options & _DELETE_ON_CLOSE:
        yield state.event(ev.FileDeleted, call, file=state.file(path))


def _created(call: Call) -> bool:
    status = call.number("statusinfo")
    if status is not None:
        return status in (_FILE_SUPERSEDED, _FILE_CREATED, _FILE_OVERWRITTEN)
    disposition = call.number("disposition")
    existed = (call.text("existedbefore") or "").lower()
    if existed:
        makes = (_DISPOSITION_SUPERSEDE, _DISPOSITION_CREATE, _DISPOSITION_OPEN_IF, _DISPOSITION_OVERWRITE_IF)
        return existed == "no" and disposition in makes
    return disposition in (_DISPOSITION_CREATE, _DISPOSITION_SUPERSEDE)


def written(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Bytes into a file or a raw disk."""
    path = state.path_of(call)
    if path and raw_disk(path):
        yield state.event(ev.DiskWritten, call, host=state.host, device=path)
        return
    file = file_of(state, call)
    if file:
        yield state.event(ev.FileWritten, call, file=state.file(file), bytes=call.number("length"))


def read(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Bytes out of a file."""
    file = file_of(state, call)
    if file:
        yield state.event(ev.FileRead, call, file=state.file(file), bytes=call.number("length"))


def deleted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A file is gone."""
    file = file_of(state, call)
    if file:
        yield state.event(ev.FileDeleted, call, file=state.file(file))


def information_set(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Deletion, renaming, linking and new attributes by handle; everything else about a file is only counted."""
    kind = call.number("fileinformationclass", "informationclass")
    yield from _information(state, call, kind)


def information_set_by_handle(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """The same through kernel32, which numbers the classes otherwise."""
    kind = call.number("fileinformationclass", "informationclass")
    yield from _information(state, call, kind if kind is None else _BY_HANDLE_CLASSES.get(kind, -1))


def _information(state: ProcessState, call: Call, kind: int | None) -> Iterator[ev.Event]:
    # CAPE prints the old name as the handle's, and the new one as the file's; 2.x prints no new name
    new = call.text("newfilename", "newfilepath") or (call.text("filepath") if "handlename" in call.arguments else None)
    if state.handles.get(call.number("filehandle", "handle"), DirectoryHandle):
        return
    if kind is None:  # the oldest monitors print no class, and every class can be one byte long
        unknown(state, call)
    elif kind in (*_RENAME_INFORMATION, *_LINK_INFORMATION):
        yield from _renamed(state, call, new, linked=kind in _LINK_INFORMATION)
    elif kind in _DISPOSITION_INFORMATION and not _undone(call):
        yield from deleted(state, call)
    elif kind == _BASIC_INFORMATION:
        yield from attributes_changed(state, call)


def _undone(call: Call) -> bool:
    return (call.text("fileinformation") or "").startswith(("\\x00", "\x00"))


def _renamed(state: ProcessState, call: Call, new: str | None, *, linked: bool) -> Iterator[ev.Event]:
    old = call.text("handlename") or state.path_of(call)
    if old is None or new is None or not on_disk(old) or not on_disk(new):
        unknown(state, call)
        return
    kind = ev.FileCopied if linked else ev.FileRenamed
    yield state.event(kind, call, file=state.file(old), target=state.file(new))
    if not linked:
        state.handles.bind(call.number("filehandle", "handle"), FileHandle(new))


def attributes_changed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Attributes or times of a file."""
    file = file_of(state, call)
    if file:
        value = call.number("fileattributes")
        yield state.event(ev.FileAttributesChanged, call, file=state.file(file), attributes=_named(value))


def _named(attributes: int | None) -> str | None:
    if attributes is None:
        return None
    return "|".join(name for bit, name in _ATTRIBUTES.items() if attributes & bit) or hex(attributes)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("NtCreateFile", "NtOpenFile", "CreateFileA", "CreateFileW"), opened),
    **dict.fromkeys(("CreateFileTransactedA", "CreateFileTransactedW"), opened),
    **dict.fromkeys(("NtWriteFile", "WriteFile"), written),
    **dict.fromkeys(("NtReadFile", "ReadFile"), read),
    **dict.fromkeys(("NtDeleteFile", "DeleteFileA", "DeleteFileW"), deleted),
    "NtSetInformationFile": information_set,
    "SetFileInformationByHandle": information_set_by_handle,
    **dict.fromkeys(("SetFileAttributesA", "SetFileAttributesW", "SetFileTime"), attributes_changed),
}
