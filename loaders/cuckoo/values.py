"""Foreign values as ours: numbers in every spelling, times of every layout, names without their capitals."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

_DECIMAL = re.compile(r"-?\d+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-f]+\Z", re.IGNORECASE)
_EPOCH = re.compile(r"\d{1,11}(?:\.\d+)?\Z")
_COMPACT = re.compile(r"(\d{8})(\d{6})(?=\Z|[.,])")  # 20130125132144.590, as 0.4 prints some times
_ESCAPE = re.compile(r"\\x[0-9a-fA-F]{2}|.", re.DOTALL)
_EPOCH_BEGINS = datetime(1970, 1, 1, tzinfo=UTC)
_MILLION = 1_000_000
_LONGEST_NUMBER = 64
_LAST_PID = 0xFFFF_FFFC


def number(value: Any) -> int | None:
    """An integer from 12, "12", "0x0c", 12.0; ``None`` for anything else."""
    if type(value) is int:
        return value
    if isinstance(value, str):
        return _number_of(value) if len(value) <= _LONGEST_NUMBER else None
    if isinstance(value, float):
        return int(value) if abs(value) < 2**63 else None
    return None


@lru_cache(maxsize=100_000)
def _number_of(value: str) -> int | None:
    text = value.strip()
    if _DECIMAL.match(text):
        return int(text) if len(text) < 40 else None
    return int(text, 16) if _HEXADECIMAL.match(text) else None


def text(value: Any) -> str | None:
    """A non-empty string, or ``None``."""
    return value if isinstance(value, str) and value else None


def pid(value: Any) -> int | None:
    """A process id that Windows could have given; garbage (0, 657129999288) is ``None``."""
    found = number(value)
    return found if found is not None and 0 < found <= _LAST_PID else None


def micros(value: Any) -> int | None:
    """A time of any layout as microseconds UTC: epoch seconds, or ``2021-03-23 11:38:41,281`` (no zone is UTC)."""
    if isinstance(value, str):
        return _from_text(value)
    if type(value) in (float, int) and 0 < value < 1e11:  # True is no time
        return cast(int, round(value * _MILLION))
    return None


@lru_cache(maxsize=1_000)  # calls come many in a millisecond, from several processes
def _from_text(value: str) -> int | None:
    if len(value) == 23 and value[19] == "," and value[20:].isdecimal():  # as 0.4 to 1.x and CAPE print it
        second = _moment(value[:19])
        return None if second is None else second + int(value[20:]) * 1_000
    value = _COMPACT.sub(r"\1T\2", value.strip())
    head, _, fraction = value.strip().replace(",", ".").partition(".")
    if fraction and not fraction.isdecimal():
        return _moment(f"{head}.{fraction}")  # a zone follows
    whole = _moment(head)
    if whole is not None:
        return whole + int((fraction + "000000")[:6])
    return micros(float(value)) if _EPOCH.match(value.strip()) else None


@lru_cache(maxsize=10_000)
def _moment(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH_BEGINS
    except OverflowError:
        return None
    return (since.days * 86_400 + since.seconds) * _MILLION + since.microseconds


@lru_cache(maxsize=10_000)
def squashed(name: str) -> str:
    """An argument name of any layout: ``ProcessHandle``, ``process_handle`` and known misspellings are one."""
    plain = name.replace("_", "").lower()
    return _ALIASES.get(plain, plain)


_ALIASES = {
    "processid": "processidentifier",
    "processidentifer": "processidentifier",
    "pid": "processidentifier",
    "threadid": "threadidentifier",
    "threadidentifer": "threadidentifier",
    "startroutine": "functionaddress",
    "startaddress": "functionaddress",
    "startparameter": "parameter",
    "apcroutine": "functionaddress",
    "apcargument1": "parameter",
    "apccontext": "parameter",
    "filename": "filepath",
    "existingfilename": "oldfilepath",
    "applicationname": "filepath",
    "imagepathname": "filepath",
    "imagepath": "filepath",
    "suspended": "createsuspended",
    "ip": "ipaddress",
    "nodename": "hostname",
    "servername": "hostname",
    "serverport": "port",
    "mutexname": "mutantname",
    "createdisposition": "disposition",
    "size": "regionsize",
    "numberofbytestowrite": "bufferlength",
    "numberofbytesprotected": "regionsize",
}


def byte_length(buffer: str) -> int:
    r"""How many bytes a printed buffer stands for: ``\x00`` is one, and a backslash itself is not escaped."""
    return len(buffer) if "\\" not in buffer else sum(1 for _ in _ESCAPE.finditer(buffer))
