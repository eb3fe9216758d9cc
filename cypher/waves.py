"""Tracking in time: earliest arrival by waves, never by enumerating paths.

Each wave is one query over the nodes just reached. Forward, a node is reached at the first recorded time that is not
before its predecessor's arrival; backward, a node may have contributed up to the last recorded time that is not after
its successor's. A relationship across hosts arrives by the clock of the host that it leads to.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cypher.answer import Answer, Row
from cypher.catalogue import Query, query
from graph_model import schema
from graph_model.errors import UsageError
from graph_model.store import Store
from graph_model.times import iso

FRONTIER = 2_000
NODES_REACHED = 50_000
_EVER = 2**62


@dataclass
class _Track:
    """What is known while the waves go out."""

    forward: bool
    until: int | None
    limit: int
    reached: dict[str, int] = field(default_factory=dict)
    steps: dict[str, Row] = field(default_factory=dict)
    truncated: bool = False

    def better(self, new: int, old: int | None) -> bool:
        """Earlier is better forward, later backward."""
        return old is None or (new < old if self.forward else new > old)

    def beyond(self, time: int) -> bool:
        """Whether a time lies beyond the bound."""
        return self.until is not None and (time > self.until if self.forward else time < self.until)


def track(store: Store, stored: Query, parameters: dict[str, Any], timeout: float | None) -> Answer:
    """Rows in the order of time."""
    forward = stored.header.direction == "forward"
    track_ = _Track(forward, _micros(parameters["until"]), parameters["limit"])
    start = _start(store, parameters["from"])
    track_.reached = dict.fromkeys(start, -_EVER if forward else _EVER)
    frontier = list(start)
    while frontier and not track_.truncated:
        frontier = _wave(store, stored, track_, frontier, timeout)
    rows = _rows(track_)
    truncated = track_.truncated or len(rows) > track_.limit
    return Answer(list(stored.header.columns), rows[: track_.limit], stored.text, parameters, truncated)


def _start(store: Store, text: str) -> list[str]:
    finder = query("find")
    found = store.read(finder.text, {"text": text, "limit": 1_000}).rows()
    if not found:
        hint = "give a uid, a path, a file name, a hash, or pid@host; `provgraph query process-tree` lists processes"
        raise UsageError(f"nothing in the graph is known as {text!r}", hint=hint)
    return [row["uid"] for row in found]


def _wave(store: Store, stored: Query, track_: _Track, frontier: list[str], timeout: float | None) -> list[str]:
    """One step outward; gives back the nodes whose arrival got better."""
    changed: dict[str, None] = {}
    for part in _parts(sorted(frontier)):
        rows = [{"uid": uid, "t": track_.reached[uid]} for uid in part]
        cap = track_.limit + 1
        seen: dict[str, int] = {}
        for row in store.read(stored.text, {"frontier": rows, "cap": cap}, timeout).rows():
            seen[row["near"]] = seen.get(row["near"], 0) + 1
            _take(track_, row, changed)
        track_.truncated |= any(count >= cap for count in seen.values())
    track_.truncated |= len(track_.reached) > NODES_REACHED
    return list(changed)


def _take(track_: _Track, row: Row, changed: dict[str, None]) -> None:
    passed, arrived = _times(track_, row)
    if passed is None or arrived is None or track_.beyond(passed):
        return
    sooner = track_.better(arrived, track_.reached.get(row["far"]))
    if row["type"] == "ALTERNATE_OF" and not sooner:
        return  # the way back to where it came from
    best = track_.steps.get(row["uid"])
    if best is None or track_.better(passed, best["passed"]):
        track_.steps[row["uid"]] = {**row, "passed": passed}
    if sooner:
        track_.reached[row["far"]] = arrived
        if not schema.NODES[row["far_label"]].ends_a_track:
            changed[row["far"]] = None


def _times(track_: _Track, row: Row) -> tuple[int | None, int | None]:
    """When the relationship was passed (by the near node's clock, forward), and when its far end was reached."""
    at = _while_the_same(track_.reached[row["near"]], row["spans_us"], forward=track_.forward)
    if at is None:
        return None, None
    return _forward(at, row) if track_.forward else _backward(at, row)


def _while_the_same(at: int, spans: list[int] | None, *, forward: bool) -> int | None:
    """When two names mean one thing, the next time from here on: addresses move from host to host."""
    if spans is None or abs(at) >= _EVER:
        return at
    pairs = list(zip(spans[::2], spans[1::2], strict=True))
    if forward:
        return next((max(at, begin) for begin, end in pairs if at <= end), None)
    return next((min(at, end) for begin, end in reversed(pairs) if begin <= at), None)


def _shifted(at: int, row: Row, sign: int) -> tuple[int, int]:
    """No time of its own: at once, by the clock of the other host where one thing has names on two."""
    there = at if abs(at) >= _EVER else at + sign * (row["clock_shift_us"] or 0)
    return there, there


def _forward(at: int, row: Row) -> tuple[int | None, int | None]:
    if row["first_us"] is None:
        return _shifted(at, row, 1) if row["last_us"] is None or at <= row["last_us"] else (None, None)
    times = row["times_us"]
    if times:
        index = bisect_left(times, at)
        passed = times[index] if index < len(times) else None
    else:
        passed = max(at, row["first_us"]) if row["last_us"] >= at else None
    return passed, row["arrives_us"] if passed is not None and row["arrives_us"] is not None else passed


def _backward(at: int, row: Row) -> tuple[int | None, int | None]:
    if row["first_us"] is None:
        return _shifted(at if row["last_us"] is None else min(at, row["last_us"]), row, -1)
    if row["arrives_us"] is not None:
        return (row["arrives_us"], row["first_us"]) if row["arrives_us"] <= at else (None, None)
    times = row["times_us"]
    if times:
        index = bisect_right(times, at)
        passed = times[index - 1] if index else None
    else:
        passed = min(at, row["last_us"]) if row["first_us"] <= at else None
    return passed, passed


def _rows(track_: _Track) -> list[Row]:
    ordered = sorted(track_.steps.values(), key=lambda step: (step["passed"], step["type"], step["uid"]))
    return [_row(number, step, track_.forward) for number, step in enumerate(ordered, 1)]


def _row(number: int, step: Row, forward: bool) -> Row:
    source, target = ("near", "far") if forward else ("far", "near")
    only_bounded = step["first_us"] is None and step["last_us"] is not None
    return {
        "step": number,
        "time": iso(None if only_bounded or abs(step["passed"]) >= _EVER else step["passed"]),
        "type": step["type"],
        "source": step[f"{source}_name"],
        "target": step[f"{target}_name"],
        "host": step[f"{target}_host"],
        "evidence": step["evidence"],
        "host_uid": step[f"{target}_host_uid"],
        "source_uid": step[source],
        "target_uid": step[target],
        "uid": step["uid"],
    }


def _micros(text: str) -> int | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "write it as 2017-06-30T04:18:34Z"
        raise UsageError(f"parameter `until`: {text!r} is no ISO 8601 time", hint=hint) from error
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(zoned.timestamp() * 1_000_000)


def _parts(uids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(uids), FRONTIER):
        yield uids[start : start + FRONTIER]
