"""Whether a call succeeded, where the monitor's own verdict is known to be wrong."""

from __future__ import annotations

from typing import Any

from loaders.cuckoo import values

# Cuckoo 2.0.x asks them for more than zero, but they return zero for success and -1 for failure.
_ZERO_IS_SUCCESS = frozenset({"WSASend", "WSASendTo", "WSARecv", "WSARecvFrom"})
# Older monitors read this NTSTATUS as a truth value, and so call every success a failure and the other way round.
_STATUS = frozenset({"NtWow64WriteVirtualMemory64"})
DOUBTFUL = _ZERO_IS_SUCCESS | _STATUS
_FIRST_ERROR = 0x8000_0000


def succeeded(api: str, returned: Any, verdict: bool) -> bool:
    """The verdict, put right where the returned value says otherwise."""
    if api not in _ZERO_IS_SUCCESS and api not in _STATUS:
        return verdict
    value = values.number(returned)
    if value is None:
        return verdict
    return verdict or value == 0 if api in _ZERO_IS_SUCCESS else value & 0xFFFF_FFFF < _FIRST_ERROR
