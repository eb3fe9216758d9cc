"""Whether JSON is so dense that the objects it becomes would need many times its size in memory.

An empty list is two bytes of text and seventy in memory. No sandbox writes like that, so what would need more than ten
times its size, and then some, is made to hurt.
"""

from __future__ import annotations

import msgspec

REASON = "so many tiny values that they would need more than ten times their size in memory"
HINT = "no sandbox writes such a report: look at the file itself"
_ALWAYS_WELL = 300_000_000
_TIMES = 10
# bytes of memory at most for an object, a list, a text, any other value with its place, and a value not yet decoded
_OBJECT, _LIST, _TEXT, _VALUE, _RAW = 200, 72, 60, 40, 72


def too_dense(raw: msgspec.Raw) -> bool:
    """Whether decoding it would; texts that hold brackets and quotes only count as more than they are."""
    if _few(raw):
        return False
    text = bytes(raw)
    texts = max(0, text.count(b'"') // 2 - text.count(b":"))  # names are kept once
    return _beyond(
        text.count(b"{") * _OBJECT + text.count(b"[") * _LIST + texts * _TEXT + text.count(b",") * _VALUE, len(text)
    )


def too_many(raw: msgspec.Raw) -> bool:
    """Whether taking it apart as a list of undecoded entries would."""
    return not _few(raw) and _beyond(bytes(raw).count(b",") * _RAW, len(memoryview(raw)))


def _few(raw: msgspec.Raw) -> bool:
    """No JSON needs more than a hundred times its size."""
    return len(memoryview(raw)) * 100 < _ALWAYS_WELL


def _beyond(needed: int, size: int) -> bool:
    return needed > _ALWAYS_WELL + _TIMES * size
