"""The keys of JSON whose end is not at hand: enough to tell formats apart by the beginning of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*+)"(\s*:)?|[{}\[\]]', re.DOTALL)


def keys(head: bytes) -> Iterator[tuple[int, bytes]]:
    """Every key as it is written, with how many objects and lists it lies in."""
    depth = 0
    for token in _TOKEN.finditer(head):
        text, colon = token[1], token[2]
        if text is None:
            depth += 1 if token[0] in b"{[" else -1
        elif colon:
            yield depth, text


def keys_by_depth(head: bytes, deepest: int) -> list[set[bytes]]:
    """The keys that lie 0, 1, … ``deepest`` deep."""
    found: list[set[bytes]] = [set() for _ in range(deepest + 1)]
    for depth, key in keys(head):
        if 0 <= depth <= deepest:
            found[depth].add(key)
    return found
