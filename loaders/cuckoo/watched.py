"""Which calls are wanted with their arguments, and how often each process made them.

A report has many calls of few APIs with few arguments: what was found out about some arguments is remembered, and of
equal calls of one process only the first are told one by one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, NamedTuple

from loaders.cuckoo import values
from loaders.cuckoo.arguments import by_name
from loaders.cuckoo.model import RawCall
from loaders.protocol import WatchedCall

MOST_ARGUMENTS = 1_000
_TOLD_ONE_BY_ONE = 20
_LONGEST = 512
_MOST_REMEMBERED = 20_000
Given = tuple[Any, ...]


class Seen(NamedTuple):
    """The arguments of a call that is wanted, as ``name=value``, and who wants it."""

    arguments: tuple[str, ...]
    watched_by: tuple[str, ...]


class _Wish(NamedTuple):
    """One who watches an API; ``pattern`` must be found in one of the arguments."""

    name: str
    arguments: tuple[str, ...]
    pattern: re.Pattern[str] | None

    def holds(self, given: dict[str, str]) -> bool:
        found = self.pattern.search if self.pattern else None
        return found is None or any(name in given and found(given[name]) for name in self.arguments)


class WatchedApi:
    """All who watch one API."""

    def __init__(self, wishes: Iterable[_Wish]) -> None:
        self._wishes = tuple(wishes)
        self._names = tuple(dict.fromkeys(name for wish in self._wishes for name in wish.arguments))
        self._remembered: dict[Given, Seen | None] = {}
        self._remembered_raw: dict[bytes, Seen | None] = {}

    def seen_in(self, call: RawCall) -> Seen | None:
        """What is wanted of a call whose arguments nobody else needs: many are equal to the letter."""
        raw = bytes(call.arguments)
        try:
            return self._remembered_raw[raw]
        except KeyError:
            _make_room(self._remembered_raw)
            found = self._remembered_raw[raw] = self.seen(by_name(call))
            return found

    def seen(self, arguments: dict[str, Any]) -> Seen | None:
        """What is wanted of a call with these arguments; ``None`` where nobody wants it."""
        given = tuple(map(arguments.get, self._names))
        try:
            return self._remembered[given]
        except KeyError:
            _make_room(self._remembered)
            found = self._remembered[given] = self._looked_at(given)
            return found
        except TypeError:  # an argument that is an object or a list
            return self._looked_at(given)

    def _looked_at(self, given: Given) -> Seen | None:
        texts = {name: _text(value) for name, value in zip(self._names, given, strict=True) if value not in (None, "")}
        holding = [wish for wish in self._wishes if wish.holds(texts)]
        if not holding:
            return None
        wanted = {name for wish in holding for name in wish.arguments if name in texts}
        said = tuple(sorted(f"{name}={texts[name]}" for name in wanted))
        return Seen(said, tuple(sorted(wish.name for wish in holding)))


def by_api(watched: Iterable[WatchedCall]) -> dict[str, WatchedApi]:
    """All that is watched, by the names of the APIs."""
    wishes: dict[str, list[_Wish]] = defaultdict(list)
    for one in watched:
        pattern = re.compile(one.matches, re.IGNORECASE) if one.matches else None
        for api in one.apis:
            wishes[api].append(_Wish(one.name, one.arguments, pattern))
    return {api: WatchedApi(those) for api, those in wishes.items()}


class Place(NamedTuple):
    """A call that is wanted, and where it stands."""

    api: str
    seen: Seen
    seq: int
    call_index: int
    time: int | None


class Known(Enum):
    """What is to be done with a call."""

    NEW = "tell it"
    OFTEN = "it is told with others at the end"
    ONE_TOO_MANY = "it is left out"


class Tallies:
    """How often one process made each of the calls that are wanted."""

    def __init__(self) -> None:
        self._times: Counter[tuple[str, Seen]] = Counter()
        self._distinct: Counter[str] = Counter()
        self._others: dict[tuple[str, Seen], tuple[Place, int, int]] = {}

    def note(self, place: Place, number: int, failed: int) -> Known:
        """Count the call."""
        key = (place.api, place.seen)
        times = self._times[key]
        if not times:
            if self._distinct[place.api] >= MOST_ARGUMENTS:
                return Known.ONE_TOO_MANY
            self._distinct[place.api] += 1
        if times < _TOLD_ONE_BY_ONE:
            self._times[key] = times + 1
            return Known.NEW
        _, before, failed_before = self._others.get(key, (place, 0, 0))
        self._others[key] = (place, before + number, failed_before + failed)
        return Known.OFTEN

    def others(self) -> Iterator[tuple[Place, int, int]]:
        """The last of the calls that were not told one by one, how many they are, and how many of them failed."""
        yield from self._others.values()


def _make_room(remembered: dict[Any, Any]) -> None:
    if len(remembered) >= _MOST_REMEMBERED:
        remembered.clear()


def _text(value: Any) -> str:
    """A number in decimal, however the layout spells it; a text up to a length."""
    number = values.number(value)
    return str(value)[:_LONGEST] if number is None else str(number)
