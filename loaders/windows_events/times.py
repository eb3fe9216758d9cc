"""When a row happened. Sysmon's `UtcTime` is right; what exporters write beside it is in whatever zone they ran.

Public exports hold local time, some of it marked `Z`, beside a true `UtcTime`. So the rows of a host that have both
teach how far its other stamps are off, in quarters of an hour as zones are, and rows without `UtcTime` are put right
by that. A host with no such rows takes what all others of the file agree on; where nothing is learned, stamps are UTC.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from functools import lru_cache
from typing import Any

from loaders.drift import Drift

QUARTER = 900_000_000
_TEXT = re.compile(
    r"\s*(\d{4}-\d\d-\d\d[T ]\d\d:\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d\d:?\d\d)?\s*\Z", re.ASCII
)
_OF_POWERSHELL = re.compile(r"/Date\((\d{1,15})(?:[+-]\d{4})?\)/\Z", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()
_YEARS = range(1980, 2200)
_LATEST_SECONDS = 7_258_118_400  # the year 2200
_LARGEST_OFFSET = 18 * 60

Clock = tuple[str, str]  # host and field


def microseconds(value: Any) -> int | None:
    """A stamp as microseconds UTC, without a zone as if it were UTC; ``None`` where it is no time."""
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_number(value)
    return None


def names_its_zone(value: Any) -> bool:
    """Whether a stamp says what it counts from: numbers count from the epoch."""
    match = _TEXT.match(value) if isinstance(value, str) else None
    return match is None or match[4] is not None


def _of_text(text: str) -> int | None:
    match = _TEXT.match(text)
    if match is None:
        epoch = _OF_POWERSHELL.match(text)
        return int(epoch[1]) * 1_000 if epoch else None
    minute, seconds, fraction, zone = match.groups()
    start = _minute(minute, zone)
    if start is None or int(seconds) > 59:
        return None
    return start + int(seconds) * 1_000_000 + int(((fraction or "") + "000000")[:6])


def _of_number(value: float) -> int | None:
    """Seconds, or milliseconds where that many seconds would lie beyond the year 2200."""
    if not 0 < value < _LATEST_SECONDS * 1_000:
        return None
    return int(value * 1_000_000) if value < _LATEST_SECONDS else int(value * 1_000)


@lru_cache(maxsize=8_192)
def _minute(stamp: str, zone: str | None) -> int | None:
    """``2020-10-22 01:40`` in a zone, as microseconds UTC."""
    year, hour, minute = int(stamp[:4]), int(stamp[11:13]), int(stamp[14:16])
    offset = int(zone[1:3]) * 60 + int(zone[-2:]) if zone and zone[0] in "+-" else 0
    if year not in _YEARS or hour > 23 or minute > 59 or offset > _LARGEST_OFFSET:
        return None
    try:
        days = date(year, int(stamp[5:7]), int(stamp[8:10])).toordinal() - _EPOCH
    except ValueError:
        return None
    minutes = days * 1_440 + hour * 60 + minute
    return (minutes + offset if zone and zone.startswith("-") else minutes - offset) * 60_000_000


class Clocks:
    """How far the stamps of each host are behind UTC, as its rows with both times teach."""

    def __init__(self) -> None:
        self._seen: dict[Clock, Counter[int]] = defaultdict(Counter)

    def learn(self, clock: Clock, utc: int, stamp: int) -> None:
        """One row has both."""
        self._seen[clock][round((utc - stamp) / QUARTER)] += 1

    def offset(self, clock: Clock) -> int | None:
        """Microseconds to add to a stamp of this clock; ``None`` where no row teaches it."""
        seen = self._seen.get(clock)
        if seen:
            return _commonest(seen) * QUARTER
        others = {_commonest(counts) for (_, field), counts in self._seen.items() if field == clock[1]}
        return others.pop() * QUARTER if len(others) == 1 else None

    def report(self, drift: Drift) -> None:
        """Tell which stamps were put right, and where rows of one clock do not agree."""
        for (host, field), counts in sorted(self._seen.items()):
            quarters = _commonest(counts)
            if quarters:
                drift.repair(f"{field} is {quarters / 4:+g} hours from UTC", host or "rows without a host")
            others = counts.total() - counts[quarters]
            if others:
                drift.not_understood("time", f"{field} of {host}: rows that differ from UTC otherwise", number=others)


def _commonest(counts: Counter[int]) -> int:
    """The least of equals, so that it does not depend on order."""
    return min(counts, key=lambda quarters: (-counts[quarters], abs(quarters), quarters))
