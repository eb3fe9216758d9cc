"""What the beginning of a file shows: the report of a task, or events of one kind. Never by a version or a name."""

from __future__ import annotations

import re

import msgspec

from loaders.cuckoo3.records import KINDS
from loaders.outline import keys_by_depth
from loaders.source import HEAD_BYTES

_TASK_ID = re.compile(rb'(?<!\\)"task_id"\s*:\s*"([0-9]{8}-[A-Z0-9]{6}_[0-9]{1,3})"')
_OF_OTHER_SANDBOXES = {b"info", b"behavior", b"behaviour"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINES_TRIED = 50


class _Probe(msgspec.Struct):
    """What every event line holds, whatever its values are worth."""

    ts: msgspec.Raw
    kind: str
    effect: msgspec.Raw
    pid: msgspec.Raw


_PROBE = msgspec.json.Decoder(_Probe)


def is_post(head: bytes) -> bool:
    """Whether this is the report of a task: an object with the task's id, and nothing of other sandboxes' reports."""
    if task_id(head) is None:
        return False
    _, keys = keys_by_depth(head, 1)
    return b"task_id" in keys and not keys & _OF_OTHER_SANDBOXES


def task_id(head: bytes) -> str | None:
    """The id that the report names, even where the rest of it is lost."""
    if not head.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"{"):
        return None
    found = _TASK_ID.search(head)
    return found[1].decode() if found else None


def is_events(head: bytes) -> bool:
    """Whether one of the first lines is an event of a known kind; damaged lines may stand before it."""
    lines = head.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    whole = lines[:-1] if len(head) >= HEAD_BYTES and len(lines) > 1 else lines
    return any(map(_is_event, whole[:_LINES_TRIED]))


def _is_event(line: bytes) -> bool:
    try:
        return _PROBE.decode(line).kind in KINDS
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
