"""Values of fields as ours: texts that are there, numbers in every spelling, GUIDs in one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_ABSENT = frozenset({"", "-", "<unknown process>", "(null)"})
_LARGEST = 2**64 - 1
_NUMBER = re.compile(r"(?:\d{1,20}|0x[0-9a-f]{1,16})\Z", re.IGNORECASE | re.ASCII)
_GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?\Z", re.IGNORECASE)
_NO_GUID = "{00000000-0000-0000-0000-000000000000}"


def text(value: Any) -> str | None:
    """What a field says, or ``None`` where it says nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return None
    said = value.strip()
    return None if said in _ABSENT else said


@lru_cache(maxsize=50_000)
def number(said: str) -> int | None:
    """A count, port, pid or address, decimal or hexadecimal."""
    if not _NUMBER.match(said):
        return None
    value = int(said, 16) if said[:2] in ("0x", "0X") else int(said)
    return value if value <= _LARGEST else None


@lru_cache(maxsize=10_000)
def logon_id(said: str) -> str | None:
    """A logon session as ``0x…`` in lower case; ``None`` for 0, which stands for none."""
    value = number(said)
    return f"0x{value:x}" if value else None


@lru_cache(maxsize=50_000)
def guid(said: str) -> str | None:
    """A GUID in braces and capitals; ``None`` for zeros and for anything else."""
    match = _GUID.match(said)
    found = f"{{{match[1].upper()}}}" if match else None
    return None if found == _NO_GUID else found
