"""Whether JSON is so dense that the objects it becomes would need many times its size in memory.

An empty list is two bytes of text and seventy in memory. No sandbox writes like that, so what would need more than ten
times its size, and then some, is made to hurt.
"""

from __future__ import annotations

import re

import msgspec

REASON = "so many tiny values that they would need more than ten times their size in memory"
HINT = "no sandbox writes such a report: look at the file itself"
_TEXT_IN_JSON = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_ALWAYS_WELL = 300_000_000
_TIMES = 10
# bytes of memory at most for an object, a list, a text, any other value with its place, and a value not yet decoded
_OBJECT, _LIST, _TEXT, _VALUE, _RAW = 200, 72, 60, 40, 72


def too_dense(raw: msgspec.Raw) -> bool:
    """Whether decoding it would; brackets and quotes inside texts are left out only where they matter."""
    if _few(raw):
        return False
    text = bytes(raw)
    if not _beyond(_needed(text, text.count(b'"') // 2), len(text)):
        return False
    plain, texts = _TEXT_IN_JSON.subn(b"0", text)
    return _beyond(_needed(plain, texts), len(text))


def _needed(text: bytes, texts: int) -> int:
    """Names of members are kept once for all, so that they count nothing."""
    values = max(0, texts - text.count(b":")) * _TEXT + text.count(b",") * _VALUE
    return text.count(b"{") * _OBJECT + text.count(b"[") * _LIST + values


def too_many(raw: msgspec.Raw) -> bool:
    """Whether taking it apart as a list of undecoded entries would."""
    return not _few(raw) and _beyond(bytes(raw).count(b",") * _RAW, len(memoryview(raw)))


def _few(raw: msgspec.Raw) -> bool:
    """No JSON needs more than a hundred times its size."""
    return len(memoryview(raw)) * 100 < _ALWAYS_WELL


def _beyond(needed: int, size: int) -> bool:
    return needed > _ALWAYS_WELL + _TIMES * size
