"""Files, pipes and raw disks."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from graph_model.paths import pipe_name
from loaders.cuckoo import values
from loaders.cuckoo.handles import FileHandle
from loaders.cuckoo.state import Call, Handler, ProcessState, on_disk, raw_disk

_FILE_SUPERSEDED, _FILE_CREATED, _FILE_OVERWRITTEN = 0, 2, 3
_DISPOSITION_SUPERSEDE, _DISPOSITION_CREATE, _DISPOSITION_OVERWRITE_IF = 0, 2, 5
_DIRECTORY = 0x1
_RETURN_HANDLES = frozenset({"CreateFileA", "CreateFileW"})
_DELETE_ON_CLOSE = 0x1000
_RENAME_INFORMATION, _DISPOSITION_INFORMATION = (10, 65), (13, 64)


def opened(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A handle to a file or pipe; a creation where the result, or the disposition, says so."""
    path = call.text("filepath", "filepathr")
    returned = values.number(call.returned) if call.api in _RETURN_HANDLES else None
    state.handles.bind(call.number("filehandle", "handle") or returned, FileHandle(path) if path else None)
    if path is None:
        return
    name = pipe_name(path)
    if name:
        yield state.event(ev.PipeUsed, call, host=state.host, name=name)
    elif on_disk(path) and _created(call):
        yield state.event(ev.FileCreated, call, file=state.file(path))
    if on_disk(path) and (call.number("createoptions", "openoptions") or 0) & _DELETE_ON_CLOSE:
        yield state.event(ev.FileDeleted, call, file=state.file(path))


def _created(call: Call) -> bool:
    if (call.number("createoptions") or 0) & _DIRECTORY:
        return False
    status = call.number("statusinfo")
    if status is not None:
        return status in (_FILE_SUPERSEDED, _FILE_CREATED, _FILE_OVERWRITTEN)
    disposition = call.number("disposition")
    existed = (call.text("existedbefore") or "").lower()
    if existed:
        makes = (_DISPOSITION_SUPERSEDE, _DISPOSITION_CREATE, _DISPOSITION_OVERWRITE_IF, 3)
        return existed == "no" and disposition in makes
    return disposition in (_DISPOSITION_CREATE, _DISPOSITION_SUPERSEDE)


def written(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Bytes into a file or a raw disk."""
    path = state.path_of(call)
    if path and raw_disk(path):
        yield state.event(ev.DiskWritten, call, host=state.host, device=path)
    elif path and on_disk(path):
        yield state.event(ev.FileWritten, call, file=state.file(path), bytes=call.number("length"))


def read(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Bytes out of a file."""
    path = state.path_of(call)
    if path and on_disk(path):
        yield state.event(ev.FileRead, call, file=state.file(path), bytes=call.number("length"))


def deleted(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A file is gone."""
    path = state.path_of(call)
    if path and on_disk(path):
        yield state.event(ev.FileDeleted, call, file=state.file(path))


def _both(state: ProcessState, call: Call) -> tuple[ev.FileRef, ev.FileRef] | None:
    old = call.text("oldfilepath", "oldfilepathr")
    new = call.text("newfilepath", "newfilename", "newfilepathr")
    return (state.file(old), state.file(new)) if old and new else None


def moved(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A file under another name; without a new name it is deleted at the next start."""
    both = _both(state, call)
    if both:
        yield state.event(ev.FileRenamed, call, file=both[0], target=both[1])


def copied(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A second file with the same bytes."""
    both = _both(state, call)
    if both:
        yield state.event(ev.FileCopied, call, file=both[0], target=both[1])


def information_set(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """NtSetInformationFile: deletion and renaming by handle."""
    kind = call.number("fileinformationclass", "informationclass")
    path = state.path_of(call)
    if not path or not on_disk(path):
        return
    information = call.text("fileinformation") or ""
    if kind in _DISPOSITION_INFORMATION and not information.startswith(("\\x00", "\x00")):
        yield state.event(ev.FileDeleted, call, file=state.file(path))
    target = call.text("newfilename", "newfilepath")
    if kind in _RENAME_INFORMATION and target:
        yield state.event(ev.FileRenamed, call, file=state.file(path), target=state.file(target))


def downloaded(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """URLDownloadToFile: from a URL into a file."""
    url, path = call.text("url"), call.text("filepath", "filepathr")
    if url:
        yield state.event(ev.HttpRequested, call, host=state.host, url=url)
    if path and on_disk(path):
        yield state.event(ev.FileWritten, call, file=state.file(path))


HANDLERS: dict[str, Handler] = {
    "NtCreateFile": opened,
    "NtOpenFile": opened,
    "CreateFileA": opened,
    "CreateFileW": opened,
    "NtWriteFile": written,
    "WriteFile": written,
    "NtReadFile": read,
    "ReadFile": read,
    "NtDeleteFile": deleted,
    "DeleteFileA": deleted,
    "DeleteFileW": deleted,
    "MoveFileWithProgressW": moved,
    "MoveFileWithProgressTransactedW": moved,
    "MoveFileExA": moved,
    "MoveFileExW": moved,
    "CopyFileA": copied,
    "CopyFileW": copied,
    "CopyFileExW": copied,
    "NtSetInformationFile": information_set,
    "URLDownloadToFileW": downloaded,
    "URLDownloadToFileA": downloaded,
}
