"""The header of a line: ``06/30/2017 13:13:13.890 +0900`` as integer microseconds UTC.

Every line has one and many share their minute, so the calendar is worked out once per minute and zone. Integers
all the way: no float and no local zone can shift a time.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

HEADER_LENGTH = 29
HEADER = re.compile(
    rb"([0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}):([0-9]{2})\.([0-9]{3}) ([+-][0-9]{4})(?=[ \t\r\n]|\Z)"
)
_EPOCH = date(1970, 1, 1).toordinal()
_LARGEST_OFFSET = 18 * 60


def microseconds(header: re.Match[bytes]) -> int:
    """The time that a header gives; ValueError where the calendar has no such time."""
    minute, seconds, milliseconds, zone = header.group(1, 2, 3, 4)
    second = int(seconds)
    if second > 59:
        raise ValueError(f"second {second}")
    return _minute(minute, zone) + second * 1_000_000 + int(milliseconds) * 1_000


@lru_cache(maxsize=8_192)
def _minute(stamp: bytes, zone: bytes) -> int:
    """``06/30/2017 13:13`` in a zone, as microseconds UTC."""
    hour, minute = int(stamp[11:13]), int(stamp[14:16])
    offset = int(zone[1:3]) * 60 + int(zone[3:5])
    if hour > 23 or minute > 59 or offset > _LARGEST_OFFSET:
        raise ValueError(f"time {stamp!r} {zone!r}")
    days = date(int(stamp[6:10]), int(stamp[0:2]), int(stamp[3:5])).toordinal() - _EPOCH
    minutes = days * 1_440 + hour * 60 + minute
    return (minutes + offset if zone.startswith(b"-") else minutes - offset) * 60_000_000
