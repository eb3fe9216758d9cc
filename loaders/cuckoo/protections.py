"""Page protections as in winnt.h."""

from __future__ import annotations

_BASE = {
    0x01: "PAGE_NOACCESS",
    0x02: "PAGE_READONLY",
    0x04: "PAGE_READWRITE",
    0x08: "PAGE_WRITECOPY",
    0x10: "PAGE_EXECUTE",
    0x20: "PAGE_EXECUTE_READ",
    0x40: "PAGE_EXECUTE_READWRITE",
    0x80: "PAGE_EXECUTE_WRITECOPY",
}
_EXECUTE = 0xF0
SEC_IMAGE = 0x0100_0000
CREATE_SUSPENDED = 0x4
THREAD_SUSPENDED = 0x1


def name(protection: int | None) -> str | None:
    """The constant's name, modifiers (guard, no cache) left out; unknown values in hexadecimal."""
    if protection is None:
        return None
    return _BASE.get(protection & 0xFF, hex(protection))


def executable(protection: int | None) -> bool | None:
    """Whether the protection allows execution; ``None`` where it is not recorded."""
    return None if protection is None else bool(protection & _EXECUTE)
