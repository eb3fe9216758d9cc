"""One file that becomes another: copied, moved, replaced, linked, downloaded."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo.calls.internet import url_fetched
from loaders.cuckoo.calls.targets import unknown
from loaders.cuckoo.state import Call, Handler, ProcessState, on_disk

_OLD = ("oldfilepath", "oldfilepathr")
_NEW = ("newfilepath", "newfilename", "newfilepathr")
_DELAY_UNTIL_REBOOT = 0x4
_SESSION_MANAGER = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager"
_LINK_TO_A_DIRECTORY = 0x1


def _placed(call: Call, *names: str) -> str | None:
    """A path that says where the file lies; a name without a folder does not."""
    path = call.text(*names)
    return path if path and on_disk(path) else None


def copied(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A second file with the same bytes; where only one of the two is told, that one was read or written."""
    old, new = _placed(call, *_OLD), _placed(call, *_NEW)
    if old and new:
        yield state.event(ev.FileCopied, call, file=state.file(old), target=state.file(new))
    elif new:
        yield state.event(ev.FileWritten, call, file=state.file(new))
    elif old:
        yield state.event(ev.FileRead, call, file=state.file(old))
    else:
        unknown(state, call)


def moved(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A file under another name, at once or at the next start; without a new name it is deleted then."""
    later = (call.number("flags") or 0) & _DELAY_UNTIL_REBOOT
    if later or not call.text(*_NEW):
        yield from _moved_at_next_start(state, call)
        return
    old, new = _placed(call, *_OLD), _placed(call, *_NEW)
    if old and new:
        yield state.event(ev.FileRenamed, call, file=state.file(old), target=state.file(new))
    elif new:
        yield state.event(ev.FileWritten, call, file=state.file(new))
    elif old:
        yield state.event(ev.FileDeleted, call, file=state.file(old))
    else:
        unknown(state, call)


def _moved_at_next_start(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """All that Windows does now is to note it in the registry; the file stays as it is."""
    old, new = call.text(*_OLD), call.text(*_NEW)
    if old is None:
        unknown(state, call)
        return
    data = " ".join(f"\\??\\{path}" for path in (old, new) if path)
    fields = {"host": state.host, "key": _SESSION_MANAGER, "name": "PendingFileRenameOperations", "data": data}
    yield state.event(ev.RegistryValueSet, call, **fields)


def replaced(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A file in the place of another, which may be kept under a third name."""
    old, new = _placed(call, "replacedfilename"), _placed(call, "replacementfilename")
    backup = _placed(call, "backupfilename")
    if old is None or new is None:
        unknown(state, call)
        return
    if backup:
        yield state.event(ev.FileRenamed, call, file=state.file(old), target=state.file(backup))
    yield state.event(ev.FileRenamed, call, file=state.file(new), target=state.file(old))


def linked(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A second name for the same bytes."""
    new, old = _placed(call, "filepath"), _placed(call, "oldfilepath")
    if new and old:
        yield state.event(ev.FileCopied, call, file=state.file(old), target=state.file(new))
    else:
        unknown(state, call)


def symbolically_linked(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """A new entry that leads to another file; none of that file's bytes move."""
    link = _placed(call, "symlinkfilename")
    if link is None:
        unknown(state, call)
    elif not (call.number("flags") or 0) & _LINK_TO_A_DIRECTORY:
        yield state.event(ev.FileCreated, call, file=state.file(link))


def downloaded(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """From a URL into a file."""
    url, path = call.text("url"), _placed(call, "filepath", "filepathr")
    if url:
        yield from url_fetched(state, call, url)
    if path and url:
        yield state.event(ev.FileDownloaded, call, file=state.file(path), url=url)
    elif path:
        yield state.event(ev.FileWritten, call, file=state.file(path))


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("CopyFileA", "CopyFileW", "CopyFileExA", "CopyFileExW"), copied),
    **dict.fromkeys(("MoveFileA", "MoveFileW", "MoveFileExA", "MoveFileExW"), moved),
    **dict.fromkeys(("MoveFileWithProgressW", "MoveFileWithProgressTransactedW"), moved),
    **dict.fromkeys(("ReplaceFileA", "ReplaceFileW"), replaced),
    **dict.fromkeys(("CreateHardLinkA", "CreateHardLinkW"), linked),
    **dict.fromkeys(("CreateSymbolicLinkA", "CreateSymbolicLinkW"), symbolically_linked),
    **dict.fromkeys(("URLDownloadToFileA", "URLDownloadToFileW", "URLDownloadToCacheFileW"), downloaded),
    "DownloadFile": downloaded,
}
