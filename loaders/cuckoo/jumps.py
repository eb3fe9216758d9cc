"""Whether written bytes begin with a jump, and where it leads: so an entry point is bent to code beside the image."""

from __future__ import annotations

import re
import struct

_ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")
_LONGEST = 16  # bytes that are looked at
# x86 and x64: the jump as bytes, and how the address stands in it
_FORMS = (
    (re.compile(rb"\x68(.{4})\xc3", re.DOTALL), "<I"),  # push, ret
    (re.compile(rb"[\xb8-\xbf](.{4})\xff[\xe0-\xe7]", re.DOTALL), "<I"),  # mov, jmp register
    (re.compile(rb"\x48[\xb8-\xbf](.{8})\xff[\xe0-\xe7]", re.DOTALL), "<Q"),
    (re.compile(rb"\x49[\xb8-\xbf](.{8})\x41\xff[\xe0-\xe7]", re.DOTALL), "<Q"),
    (re.compile(rb"\xff\x25\x00\x00\x00\x00(.{8})", re.DOTALL), "<Q"),  # jmp [rip]
)
_RELATIVE = re.compile(rb"\xe9(.{4})", re.DOTALL)


def leads_to(buffer: str | None, address: int | None) -> int | None:
    """Where the jump at the beginning of a buffer leads that was written to this address; ``None`` if it is none."""
    data = _bytes(buffer or "")
    for form, number in _FORMS:
        found = form.match(data)
        if found:
            return int(struct.unpack(number, found[1])[0])
    relative = _RELATIVE.match(data)
    if relative is None or address is None:
        return None
    target = address + 5 + int(struct.unpack("<i", relative[1])[0])
    return target & (0xFFFF_FFFF if address < 2**32 else 0xFFFF_FFFF_FFFF_FFFF)


def _bytes(buffer: str) -> bytes:
    """The first bytes of a buffer as printed: with escapes, or each byte as the character of its number."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), buffer[: 4 * _LONGEST])[:_LONGEST]
    return plain.encode("latin-1", "replace")
