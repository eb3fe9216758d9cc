"""The lineage of a file or process: where it came from and where it went, in waves and within lives.

A path is used by different files at different times: a life of a path ends when it is deleted or renamed away. What is
reached at some time counts from then on to the end of that life; what led to something counts from the start of its
life up to then. Only of what the user named all lives count. What is recorded without a time is kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cypher import arrival
from cypher.answer import Answer, Row
from cypher.arrival import EVER
from cypher.catalogue import Query
from cypher.lineage_rows import Told, rows_of, tell
from graph_model.store import Store

PLACES_REACHED = 50_000
ALIKE_SHOWN = 50
_BEHIND = {
    "EXECUTED_AS": "made",
    "LOADED_INTO": "made",
    "SPAWNED": "cause",
    "INJECTED_INTO": "cause",
    "STARTED_REMOTELY": "cause",
    "ALTERNATE_OF": "cause",
}
# what a place becomes that is reached from a place of some kind; what is not listed is told and not followed
_ONWARD = {
    "made": {"WROTE": "maker", "COPIED_TO": "made", "RENAMED_TO": "made", "ALTERNATE_OF": "made"},
    "maker": {**_BEHIND, "READ_BY": "made"},
    "cause": _BEHIND,
    "named": {
        "COPIED_TO": "went",
        "RENAMED_TO": "went",
        "ALTERNATE_OF": "named",
        "EXECUTED_AS": "ran",
        "LOADED_INTO": "ran",
    },
    "went": {
        "COPIED_TO": "went",
        "RENAMED_TO": "went",
        "ALTERNATE_OF": "went",
        "EXECUTED_AS": "ran",
        "LOADED_INTO": "ran",
    },
    "became": {"COPIED_TO": "became", "RENAMED_TO": "became", "ALTERNATE_OF": "became"},
    "ran": {"ALTERNATE_OF": "ran"},
    "did": {"WROTE": "became", "ALTERNATE_OF": "did"},
}
_NAMING = frozenset({"ALTERNATE_OF", "LOADED_INTO", "READ_BY"})
_STARTS = {"File": ("made", "named"), "Process": ("cause", "did"), "Content": (None, "named")}
Key = tuple[str, str, int | None, str]


@dataclass(frozen=True)
class _Place:
    """A node in one of its lives, what it is for the lineage, and from when to when it counts.

    ``through``: of a file that is known by name only, the file or process by which it was reached.
    """

    uid: str
    way: str
    life: int | None = None
    since: int = -EVER
    until: int = EVER
    through: str = ""

    @property
    def key(self) -> Key:
        return self.uid, self.way, self.life, self.through


@dataclass
class _Walk:
    """What is known while the waves of one direction go out."""

    forward: bool
    limit: int
    reached: dict[Key, _Place] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    alike: dict[str, Told] = field(default_factory=dict)
    alike_cut: bool = False
    truncated: bool = False

    def better(self, new: _Place) -> bool:
        """Earlier is better forward, later backward."""
        old = self.reached.get(new.key)
        return old is None or (new.since < old.since if self.forward else new.until > old.until)


def trace(store: Store, stored: Query, parameters: dict[str, Any], timeout: float | None) -> Answer:
    """Rows in the order of time, backward and forward; UsageError where nothing bears the name."""
    limit = parameters["limit"]
    starts = arrival.known_as(store, parameters["file"], arrival.STARTS + 1)
    truncated = len(starts) > arrival.STARTS
    walks = [_Walk(forward, limit) for forward in (False, True)]
    for walk in walks:
        frontier = list(_begin(walk, starts[: arrival.STARTS]))
        hops = 0
        while frontier and not walk.truncated:
            hops += 1
            frontier = _wave(store, stored, walk, frontier, hops, timeout)
        truncated |= walk.truncated
    found, more = _told(walks)
    columns = list(stored.header.columns)
    truncated |= more or len(found) > limit
    asked = tuple(row["uid"] for row in starts[: arrival.STARTS])
    return Answer(columns, rows_of(found, limit), stored.text, parameters, truncated, asked=asked)


def _begin(walk: _Walk, starts: list[Row]) -> Iterator[_Place]:
    """A hash means bytes and the files that hold them; a process in whose memory they lay is told, not followed."""
    by_hash = any(row["label"] == "Content" for row in starts)
    for row in starts:
        way = _STARTS.get(row["label"], (None, None))[walk.forward]
        if way is not None and not (by_hash and row["label"] == "Process"):
            place = _Place(row["uid"], way)
            walk.reached[place.key] = place
            yield place


def _wave(
    store: Store, stored: Query, walk: _Walk, frontier: list[_Place], hops: int, timeout: float | None
) -> list[_Place]:
    """One step outward; gives back the places that are new or whose time got better."""
    changed: dict[Key, _Place] = {}
    cap = walk.limit + 1
    for part in arrival.parts(sorted(frontier, key=_ordered)):
        asked = [{"place": number, **asdict(place)} for number, place in enumerate(part)]
        given = {"frontier": asked, "cap": cap, "alike": ALIKE_SHOWN + 1}
        rows = store.read(stored.text, given, timeout).rows()
        walk.truncated |= any(number >= cap for number in Counter(row["place"] for row in rows).values())
        walk.alike_cut |= any(
            number > ALIKE_SHOWN for place, number in Counter(map(_alike, rows)).items() if place is not None
        )
        for row in _without_other_archives(rows, part):
            _take(walk, part[row["place"]], row, hops, changed)
    walk.truncated |= len(walk.reached) > PLACES_REACHED or len(walk.told) > walk.limit
    return list(changed.values())


def _ordered(place: _Place) -> tuple[str, str, str, int, int]:
    return place.uid, place.way, place.through, place.since, place.until


def _without_other_archives(rows: list[Row], places: Sequence[_Place]) -> Iterator[Row]:
    """Of the archives that a process read before it wrote a file, the last one is where the file came from."""
    read: dict[tuple[int, str], int] = {}
    last: dict[int, int] = {}
    for row in rows:
        if row["type"] == "READ_BY" and row["first_us"] is not None:
            passed, _ = arrival.backward(places[row["place"]].until, row)
            read[row["place"], row["uid"]] = us = -EVER if passed is None else passed
            last[row["place"]] = max(us, last.get(row["place"], us))
    for row in rows:
        if read.get((row["place"], row["uid"])) in (None, last.get(row["place"])):
            yield row


def _alike(row: Row) -> int | None:
    """The place to which the row tells of another file with the same bytes."""
    return row["place"] if row["type"] == "HAS_CONTENT" and row["far_label"] == "File" else None


def _take(walk: _Walk, place: _Place, row: Row, hops: int, changed: dict[Key, _Place]) -> None:
    if _alike(row) is not None:
        walk.alike.setdefault(row["far"], tell(place.way, -EVER, EVER, row, hops))  # whenever it held them
        return
    windows = list(_windows(walk.forward, place, row))
    if not windows:
        return
    told = tell(place.way, place.since, place.until, row, hops)
    old = walk.told.get(row["uid"])
    walk.told[row["uid"]] = told if old is None else old.joined(told)
    way = _ONWARD[place.way].get(row["type"])
    if way is None:
        return
    through = row["near"] if row["far_is_bare"] and row["type"] in _NAMING else ""
    for life, since, until in windows:
        new = _Place(row["far"], way, life, since, until, through)
        if walk.better(new):
            walk.reached[new.key] = changed[new.key] = new


def _windows(forward: bool, place: _Place, row: Row) -> Iterator[tuple[int | None, int, int]]:
    """The lives in which the relationship reaches its far end, and what of each counts; none where it does not."""
    ends = sorted({time for times in row["ends"] for time in times if time is not None})
    timed = row["first_us"] is not None
    at = place.since if forward else place.until
    while True:
        passed, arrived = arrival.forward(at, row) if forward else arrival.backward(at, row)
        if passed is None or arrived is None or (timed and not place.since <= passed <= place.until):
            return
        life, start, end = _life(ends, arrived)
        if row["type"] == "ALTERNATE_OF":  # one thing under two names has one life
            start, end = max(start, place.since), min(end, place.until)
        yield (life, arrived, end) if forward else (life, start, arrived)
        if not timed or life is None or (end >= EVER if forward else start <= -EVER):
            return
        at = end + 1 if forward else start


def _life(ends: list[int], time: int) -> tuple[int | None, int, int]:
    """Which life of a path it was at this time, its start and its end; at its very end it is still the old one."""
    if abs(time) >= EVER:
        return None, -EVER, EVER
    number = bisect_left(ends, time)
    return number, ends[number - 1] if number else -EVER, ends[number] if number < len(ends) else EVER


def _told(walks: list[_Walk]) -> tuple[list[Told], bool]:
    """Each relationship once: as it is told nearest to what was named, forward where both are as near."""
    best: dict[str, Told] = {}
    for walk in walks:
        for uid, told in walk.told.items():
            old = best.get(uid)
            best[uid] = told if old is None else old.joined(told)
    family = {uid for walk in walks for uid, *_ in walk.reached}
    alike = [told for far, told in walks[-1].alike.items() if far not in family]
    alike.sort(key=lambda told: (told.object, told.uid))
    more = len(alike) > ALIKE_SHOWN or (bool(alike) and walks[-1].alike_cut)
    return [*best.values(), *alike[:ALIKE_SHOWN]], more
