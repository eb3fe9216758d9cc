"""Whether JSON is so dense that the objects it becomes would need many times its size in memory.

An empty list is two bytes of text and seventy in memory. No sandbox writes like that, so what would need more than ten
times its size, and then some, is made to hurt.
"""

from __future__ import annotations

import re

import msgspec

from loaders import pages

REASON = "so many tiny values that they would need more than ten times their size in memory"
HINT = "no sandbox writes such a report: look at the file itself"
_TEXT_IN_JSON = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_ALWAYS_WELL = 300_000_000
_TIMES = 10
# bytes of memory at most for an object, a list, a text, any other value with its place, and a value not yet decoded
_OBJECT, _LIST, _TEXT, _VALUE, _RAW = 200, 72, 60, 40, 72


def too_dense(raw: msgspec.Raw) -> bool:
    """Whether decoding it would; brackets and quotes inside texts are left out only where they matter."""
    with memoryview(raw) as text:
        size = len(text)
        if not _beyond(size * _OBJECT // 2, size) or not _beyond(sum(map(_needed, pages.parts(text))), size):
            return False
        plain, texts = _TEXT_IN_JSON.subn(b"0", text)
    return _beyond(_needed(plain, texts), size)


def too_many(raw: msgspec.Raw) -> bool:
    """Whether taking it apart as a list of undecoded entries would."""
    with memoryview(raw) as text:
        size = len(text)
        needed = sum(part.count(b",") for part in pages.parts(text)) * _RAW if _beyond(size * _RAW // 2, size) else 0
    return _beyond(needed, size)


def _needed(text: bytes, texts: int | None = None) -> int:
    """Names of members are kept once for all, so that they count nothing."""
    texts = text.count(b'"') // 2 if texts is None else texts
    values = max(0, texts - text.count(b":")) * _TEXT + text.count(b",") * _VALUE
    return text.count(b"{") * _OBJECT + text.count(b"[") * _LIST + values


def _beyond(needed: int, size: int) -> bool:
    return needed > _ALWAYS_WELL + _TIMES * size
