"""Chunks of `.evtx` files made safe to read.

A chunk begins with tables of the names and templates in it, as chains: each has the place of the next. One damaged byte
can lead a chain back to where it was, and the reader would follow it without end. It finds names and templates without
these tables too, so a chain that does not end is taken out of its table.
"""

from __future__ import annotations

import struct

SIZE = 65_536
MAGIC = b"ElfChnk\x00"
_FIRST, _TABLES, _BELOW = 128, struct.Struct("<96I"), 512
_NEXT = struct.Struct("<I")


def ending(chunk: bytes) -> bytes:
    """The same chunk with tables whose chains end."""
    if not chunk.startswith(MAGIC):
        return chunk
    tables = _TABLES.unpack_from(chunk, _FIRST)
    kept = [place if _ends(chunk, place) else 0 for place in tables]
    if list(tables) == kept:
        return chunk
    return chunk[:_FIRST] + _TABLES.pack(*kept) + chunk[_FIRST + _TABLES.size :]


def _ends(chunk: bytes, place: int) -> bool:
    """Whether the chain stays among the records, comes nowhere twice, and ends."""
    seen = set()
    while place:
        if place in seen or not _BELOW <= place <= SIZE - _NEXT.size:
            return False
        seen.add(place)
        place = _NEXT.unpack_from(chunk, place)[0]
    return True
