"""Which calls are wanted with their arguments, and by whom; a report has many calls of few APIs with few arguments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from loaders.cuckoo import values
from loaders.protocol import WatchedCall

_LONGEST = 512
_MOST_REMEMBERED = 20_000
Given = tuple[Any, ...]


@dataclass(frozen=True)
class Seen:
    """The arguments of a call that is wanted, as ``name=value``, and who wants it."""

    arguments: tuple[str, ...]
    watched_by: tuple[str, ...]


@dataclass(frozen=True)
class _Wish:
    """One who watches an API; ``pattern`` must be found in one of the arguments."""

    name: str
    arguments: tuple[str, ...]
    pattern: re.Pattern[str] | None

    def holds(self, given: dict[str, str]) -> bool:
        found = self.pattern.search if self.pattern else None
        return found is None or any(name in given and found(given[name]) for name in self.arguments)


class WatchedApi:
    """All who watch one API; what was found out about some arguments is remembered."""

    def __init__(self, wishes: Iterable[_Wish]) -> None:
        self._wishes = tuple(wishes)
        self._names = tuple(dict.fromkeys(name for wish in self._wishes for name in wish.arguments))
        self._remembered: dict[Given, Seen | None] = {}

    def seen(self, arguments: dict[str, Any]) -> Seen | None:
        """What is wanted of a call with these arguments; ``None`` where nobody wants it."""
        given = tuple([_plain(arguments.get(name)) for name in self._names])
        try:
            return self._remembered[given]
        except KeyError:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[given] = self._looked_at(given)
            return found

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


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float)) else None


def _text(value: Any) -> str:
    """A number in decimal, however the layout spells it; a text up to a length."""
    number = values.number(value)
    return str(value)[:_LONGEST] if number is None else str(number)
