"""Sysmon's rows of files, streams and pipes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph_model.events import (
    ContentObserved,
    Event,
    FileAttributesChanged,
    FileCreated,
    FileDeleted,
    FileDownloaded,
    FileRead,
    FileWritten,
    PipeUsed,
    ProcessRef,
)
from graph_model.identity import has_content
from loaders.windows_events.machine import Machine, Out
from loaders.windows_events.record import Record

_ANONYMOUS = "<anonymous pipe>"
_ZONE = re.compile(r":zone\.identifier(?::\$data)?\Z", re.IGNORECASE)
_HOST_URL = re.compile(r"(?:\A|\s)HostUrl=([a-z][a-z0-9+.-]*://\S+)", re.IGNORECASE)
_REFERRER_PATH = re.compile(r"(?:\A|\s)ReferrerUrl=([a-z]:\\[^\r\n]+?)\s*(?=\s\w+=|[\r\n]|\Z)", re.IGNORECASE)


def created(record: Record, machine: Machine, out: Out) -> None:
    """A file was created or overwritten."""
    file = machine.file(record.need("TargetFilename"))
    facts = record.facts()
    actor = machine.actor(record, out)
    out.append(record.act(FileCreated, actor, file=file, facts=facts if has_content(facts) else None))


def time_changed(record: Record, machine: Machine, out: Out) -> None:
    """A process set the creation time of a file."""
    file = machine.file(record.need("TargetFilename"))
    out.append(record.act(FileAttributesChanged, machine.actor(record, out), file=file))


def stream_created(record: Record, machine: Machine, out: Out) -> None:
    """A named stream came to be; the hash is that of the file's own bytes, not of the stream."""
    path = record.need("TargetFilename")
    actor = machine.actor(record, out)
    out.append(record.act(FileWritten, actor, file=machine.file(path)))
    facts, bare = record.facts(), _without_stream(path)
    if has_content(facts):
        out.append(record.act(ContentObserved, actor, file=machine.file(bare), facts=facts))
    if _ZONE.search(path):
        out.extend(_origin(record, machine, bare, actor))


def _origin(record: Record, machine: Machine, path: str, actor: ProcessRef | None) -> Iterator[Event]:
    """The mark of the web: the URL that the file is from; the referrer is the archive where Explorer unpacked it."""
    contents = record.text("Contents") or ""
    if url := _HOST_URL.search(contents):
        yield record.act(FileDownloaded, actor, file=machine.file(path), url=url[1])
    if archive := _REFERRER_PATH.search(contents):
        yield record.act(FileRead, actor, file=machine.file(archive[1]))
        yield record.act(FileWritten, actor, file=machine.file(path))


def _without_stream(path: str) -> str:
    folder, slash, name = path.rpartition("\\")
    return folder + slash + name.partition(":")[0]


def deleted(record: Record, machine: Machine, out: Out) -> None:
    """A file was deleted; the hash is that of what was lost."""
    file = machine.file(record.need("TargetFilename"))
    out.append(record.act(FileDeleted, machine.actor(record, out), file=file, facts=record.facts()))


def pipe(record: Record, machine: Machine, out: Out) -> None:
    """A named pipe was created or connected to."""
    name = record.need("PipeName")
    actor = machine.actor(record, out)
    if name.casefold() == _ANONYMOUS:
        record.drift.count("pipes without a name")
        return
    out.append(record.act(PipeUsed, actor, host=machine.ref, name=name.lstrip("\\")))
