"""Whether the beginning of a file shows Windows events: by the parts that every dialect has, never by a name."""

from __future__ import annotations

import json

from loaders.outline import keys_by_depth
from loaders.source import HEAD_BYTES
from loaders.windows_events.scan import line_at, read
from loaders.windows_events.shapes import Row, row_of

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINES_TRIED = 50
_NUMBERS = {b"EventID", b"event_id"}
_ORIGINS = {
    b"Provider",
    b"Provider_attributes",
    b"Channel",
    b"SourceName",
    b"ProviderName",
    b"source_name",
    b"log_name",
    b"Hostname",
    b"Computer",
}


def is_events(head: bytes) -> bool:
    """Whether one of the first lines, or the first element of a list, is a Windows event."""
    lines = head.split(b"\n")
    whole = lines[:-1] if len(head) >= HEAD_BYTES and len(lines) > 1 else lines
    if len(lines) == 1 and len(head) >= HEAD_BYTES and _begins_an_event(head):
        return True
    return any(map(_is_event, whole[:_LINES_TRIED])) or _begins_a_list(head)


def _begins_an_event(head: bytes) -> bool:
    """A first event that is longer than what is looked at: by the keys at its beginning."""
    known = set().union(*keys_by_depth(head, 3))
    return bool(known & _NUMBERS and known & _ORIGINS) or b"winlog" in known


def _is_event(line: bytes) -> bool:
    found = line_at(line, 0, len(line))
    return found.startswith(b"{") and isinstance(read(found), Row)


def _begins_a_list(head: bytes) -> bool:
    """A list on one line, or with an event over many lines: its first element is enough."""
    text = head.removeprefix(_BYTE_ORDER_MARK).decode("utf-8", "replace").lstrip()
    if not text.startswith("["):
        return False
    try:
        first, _ = json.JSONDecoder(strict=False).raw_decode(text[1:].lstrip())
    except (ValueError, RecursionError):
        return False
    return row_of(first) is not None
