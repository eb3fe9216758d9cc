"""``file`` lines: what a process did to a file, a pipe or a raw disk.

``path`` stays as printed but for ¥; network paths are led to their host later. The facts of a line (hashes, signature,
version information) ride on its event.
"""

from __future__ import annotations

import re

from graph_model.events import (
    ContentObserved,
    DiskWritten,
    Event,
    FileAttributesChanged,
    FileCopied,
    FileCreated,
    FileDeleted,
    FileDownloaded,
    FileRead,
    FileRef,
    FileRenamed,
    FileWritten,
    HttpRequested,
    PipeUsed,
    ProcessRef,
)
from graph_model.identity import has_content
from graph_model.paths import locate, pipe_name, split_unc
from loaders.mark2.record import Record
from loaders.mark2.terminal import Terminal

Out = list[Event]
# drives and volumes opened as a whole, where boot records lie
_RAW_DISK = re.compile(
    r"\\(?:\\[.?]|\?\?)\\(?:physicaldrive\d+|harddisk(?:\d+.*|volume\d+)|[a-z]:)\Z"
    r"|\\device\\harddisk(?:\d+\\(?:dr\d+|partition\d+)|volume\d+)\Z",
    re.IGNORECASE,
)


def _file(record: Record, terminal: Terminal, key: str = "path") -> FileRef:
    return FileRef(terminal.ref, record.need_path(key))


def create(record: Record, terminal: Terminal, out: Out) -> None:
    """A file came into being."""
    file = _file(record, terminal)
    actor = terminal.actor(record, out)
    if not _device(record, terminal, actor, file, out):
        out.append(record.act(FileCreated, actor, file=file, facts=record.facts()))


def opened(record: Record, terminal: Terminal, out: Out) -> None:
    """A file was opened: worth a word only when the line says which bytes it held."""
    file = _file(record, terminal)
    actor = terminal.actor(record, out)
    if not _device(record, terminal, actor, file, out):
        _content(record, actor, file, out)


def close(record: Record, terminal: Terminal, out: Out) -> None:
    """``write`` and ``read`` say what happened between open and close; facts are those of the file at its close."""
    file = _file(record, terminal)
    actor = terminal.actor(record, out)
    written, read = record.number("write"), record.number("read")
    if _device(record, terminal, actor, file, out, written):
        return
    if not (written or read):
        _content(record, actor, file, out)
        return
    facts = record.facts()
    if read:
        out.append(record.act(FileRead, actor, file=file, bytes=read, facts=None if written else facts))
    if written:
        out.append(record.act(FileWritten, actor, file=file, bytes=written, facts=facts))


def _content(record: Record, actor: ProcessRef | None, file: FileRef, out: Out) -> None:
    facts = record.facts()
    if has_content(facts):
        out.append(record.act(ContentObserved, actor, file=file, facts=facts))


def _device(
    record: Record, terminal: Terminal, actor: ProcessRef | None, file: FileRef, out: Out, written: int | None = None
) -> bool:
    """Pipes and raw disks come as files too; whether this was one."""
    path = file.path
    if not path.startswith("\\"):
        return False
    unc = split_unc(path)
    if unc is None and _RAW_DISK.match(path):
        if written:
            out.append(record.act(DiskWritten, actor, host=terminal.ref, device=path))
        return True
    if unc and unc[1].casefold() not in ("pipe", "ipc$"):
        return False
    name = pipe_name(path)
    if name:
        out.append(record.act(PipeUsed, actor, host=locate(file).host, name=name))
    return name is not None


def delete(record: Record, terminal: Terminal, out: Out) -> None:
    """A file was deleted."""
    file = _file(record, terminal)
    out.append(record.act(FileDeleted, terminal.actor(record, out), file=file, facts=record.facts()))


def copy(record: Record, terminal: Terminal, out: Out) -> None:
    """A file was copied."""
    file, target = _file(record, terminal), _file(record, terminal, "dstPath")
    out.append(record.act(FileCopied, terminal.actor(record, out), file=file, target=target, facts=record.facts()))


def rename(record: Record, terminal: Terminal, out: Out) -> None:
    """A file or a folder was renamed or moved."""
    file, target = _file(record, terminal), _file(record, terminal, "dstPath")
    out.append(record.act(FileRenamed, terminal.actor(record, out), file=file, target=target, facts=record.facts()))


def change_attributes(record: Record, terminal: Terminal, out: Out) -> None:
    """Attributes or times were changed; no key tells to what."""
    file = _file(record, terminal)
    out.append(record.act(FileAttributesChanged, terminal.actor(record, out), file=file, facts=record.facts()))


def download(record: Record, terminal: Terminal, out: Out) -> None:
    """A file came from elsewhere, from a URL where one is given."""
    file, url = _file(record, terminal), record.fields.get("url")
    actor = terminal.actor(record, out)
    got = {"file": file, "bytes": record.number("write"), "facts": record.facts()}
    out.append(record.act(FileDownloaded, actor, url=url, **got) if url else record.act(FileWritten, actor, **got))
    _requested(record, terminal, actor, out)


def upload(record: Record, terminal: Terminal, out: Out) -> None:
    """A file went elsewhere, to a URL where one is given."""
    file = _file(record, terminal)
    actor = terminal.actor(record, out)
    out.append(record.act(FileRead, actor, file=file, bytes=record.number("read"), facts=record.facts()))
    _requested(record, terminal, actor, out)


def _requested(record: Record, terminal: Terminal, actor: ProcessRef | None, out: Out) -> None:
    url = record.fields.get("url")
    if url:
        out.append(record.act(HttpRequested, actor, host=terminal.ref, url=url))
