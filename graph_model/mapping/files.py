"""Files: created, written, read, copied, renamed, deleted, and which bytes they held."""

from __future__ import annotations

from typing import Any

from graph_model import events as ev
from graph_model.identity import uid
from graph_model.mapping.context import Handlers, Mapping


def _file(mapping: Mapping, event: ev.FileEvent) -> str:
    file = mapping.file(event.file, event)
    mapping.holds(file, event.facts, event)
    return file


def _did(mapping: Mapping, type_: str, event: ev.FileEvent, **props: Any) -> None:
    """The actor, where it is known, did this to the file."""
    file = _file(mapping, event)
    actor = mapping.actor(event)
    if actor:
        mapping.act(type_, actor, file, event, **props)


def created(mapping: Mapping, event: ev.FileCreated) -> None:
    """The actor brought the file into being."""
    _did(mapping, "WROTE", event, created=True)


def written(mapping: Mapping, event: ev.FileWritten) -> None:
    """The actor wrote the file."""
    _did(mapping, "WROTE", event, bytes=_all_bytes(event))


def downloaded(mapping: Mapping, event: ev.FileDownloaded) -> None:
    """The actor wrote the file with what came from a URL."""
    written, file = _all_bytes(event), _file(mapping, event)
    actor = mapping.actor(event)
    if actor:
        mapping.act("WROTE", actor, file, event, bytes=written)
    url = mapping.node("Url", uid("Url", event.url), url=event.url)
    mapping.act("DOWNLOADED_TO", url, file, event, bytes=written, process_uid=actor)


def _all_bytes(event: ev.FileWritten | ev.FileDownloaded) -> int | None:
    """Equal calls wrote equally many bytes each."""
    return None if event.bytes is None else event.bytes * max(1, event.count)


def read(mapping: Mapping, event: ev.FileRead) -> None:
    """The actor read the file."""
    file = _file(mapping, event)
    actor = mapping.actor(event)
    if actor:
        mapping.act("READ_BY", file, actor, event)


def deleted(mapping: Mapping, event: ev.FileDeleted) -> None:
    """The actor deleted the file."""
    _did(mapping, "DELETED", event)


def attributes_changed(mapping: Mapping, event: ev.FileAttributesChanged) -> None:
    """The actor changed attributes or times; the bytes stayed as they were."""
    _did(mapping, "CHANGED_ATTRIBUTES_OF", event, attributes=[event.attributes] if event.attributes else None)


def _passed_on(type_: str, mapping: Mapping, event: ev.FileRenamed | ev.FileCopied) -> None:
    """The bytes go from file to file; the actor made the new one."""
    source = _file(mapping, event)
    target = mapping.file(event.target, event)
    mapping.holds(target, event.facts, event)
    actor = mapping.actor(event)
    mapping.act(type_, source, target, event, process_uid=actor)
    if actor:
        mapping.act("WROTE", actor, target, event, created=True)


def renamed(mapping: Mapping, event: ev.FileRenamed) -> None:
    """The file got another name or place."""
    _passed_on("RENAMED_TO", mapping, event)


def copied(mapping: Mapping, event: ev.FileCopied) -> None:
    """The file was copied."""
    _passed_on("COPIED_TO", mapping, event)


def opened_through_a_share(mapping: Mapping, event: ev.SharedFileOpened) -> None:
    """Another host may have written the file; which of its processes did is not said."""
    file, client = _file(mapping, event), mapping.host(event.client, event)
    accounts = [event.account] if event.account else None
    mapping.act("OPENED_TO_WRITE", client, file, event, shares=[event.share], accounts=accounts)


def content(mapping: Mapping, event: ev.ContentObserved) -> None:
    """The file held these bytes."""
    _file(mapping, event)


HANDLERS: Handlers = {
    ev.FileCreated: created,
    ev.FileWritten: written,
    ev.FileDownloaded: downloaded,
    ev.FileRead: read,
    ev.FileDeleted: deleted,
    ev.FileRenamed: renamed,
    ev.FileCopied: copied,
    ev.FileAttributesChanged: attributes_changed,
    ev.SharedFileOpened: opened_through_a_share,
    ev.ContentObserved: content,
}
