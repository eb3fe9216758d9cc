"""What every walk through time needs: where it begins, the parts of a wave, and when a relationship was passed.

A relationship across hosts arrives by the clock of the host that it leads to.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from cypher.answer import Row
from cypher.catalogue import query
from graph_model.errors import UsageError
from graph_model.store import Store

T = TypeVar("T")
FRONTIER = 2_000
STARTS = 1_000
EVER = 2**62
_SHOWN = 200


def known_as(store: Store, text: str, most: int = STARTS) -> list[Row]:
    """The nodes that a text means, with their kinds; a walk begins there."""
    found = store.read(query("find").text, {"text": text, "limit": most}).rows()
    if not found:
        hint = "give a uid, a path, a file name, a hash, or pid@host; `provgraph query process-tree` lists processes"
        raise UsageError(f"nothing in the graph is known as {_shown(text)}", hint=hint)
    return found


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def parts(places: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many places as one wave takes."""
    for start in range(0, len(places), FRONTIER):
        yield places[start : start + FRONTIER]


def wave(
    store: Store, text: str, reached: Mapping[str, int], cap: int, timeout: float | None
) -> tuple[list[Row], bool]:
    """What the nodes reach directly from the time on at which each was reached, and whether a node has more of it."""
    rows: list[Row] = []
    more = False
    for part in parts(sorted(reached)):
        frontier = [{"uid": uid, "t": reached[uid]} for uid in part]
        found = store.read(text, {"frontier": frontier, "cap": cap}, timeout).rows()
        more |= any(count >= cap for count in Counter(row["near"] for row in found).values())
        rows += found
    return rows, more


def _while_the_same(at: int, spans: list[int] | None, *, forward: bool) -> int | None:
    """When two names mean one thing, the next time from here on: addresses move from host to host."""
    if spans is None or abs(at) >= EVER:
        return at
    pairs = list(zip(spans[::2], spans[1::2], strict=True))
    if forward:
        return next((max(at, begin) for begin, end in pairs if at <= end), None)
    return next((min(at, end) for begin, end in reversed(pairs) if begin <= at), None)


def _shifted(at: int, row: Row, sign: int) -> tuple[int, int]:
    """No time of its own: at once, by the clock of the other host where one thing has names on two."""
    there = at if abs(at) >= EVER else at + sign * (row["clock_shift_us"] or 0)
    return there, there


def forward(at: int, row: Row) -> tuple[int | None, int | None]:
    """When it was first passed on, not before ``at``, and when the far end was reached."""
    if row["first_us"] is None:
        same = _while_the_same(at, row["spans_us"], forward=True)
        if same is None or (row["last_us"] is not None and same > row["last_us"]):
            return None, None
        return _shifted(same, row, 1)
    times = row["times_us"]
    if times:
        index = bisect_left(times, at)
        passed = times[index] if index < len(times) else None
    else:
        passed = max(at, row["first_us"]) if row["last_us"] >= at else None
    return passed, row["arrives_us"] if passed is not None and row["arrives_us"] is not None else passed


def backward(at: int, row: Row) -> tuple[int | None, int | None]:
    """When it was last passed on, not after ``at``, and when the far end passed it on."""
    if row["first_us"] is None:
        same = _while_the_same(at, row["spans_us"], forward=False)
        if same is None:
            return None, None
        return _shifted(same if row["last_us"] is None else min(same, row["last_us"]), row, -1)
    if row["arrives_us"] is not None:
        return (row["arrives_us"], row["first_us"]) if row["arrives_us"] <= at else (None, None)
    times = row["times_us"]
    if times:
        index = bisect_right(times, at)
        passed = times[index - 1] if index else None
    else:
        passed = min(at, row["last_us"]) if row["first_us"] <= at else None
    return passed, passed
