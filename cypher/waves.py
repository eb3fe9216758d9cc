"""Tracking in time: earliest arrival by waves, never by enumerating paths.

Each wave is one query over the nodes just reached. Forward, a node is reached at the first recorded time that is not
before its predecessor's arrival; backward, a node may have contributed up to the last recorded time that is not after
its successor's. A relationship across hosts arrives by the clock of the host that it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cypher import arrival
from cypher.answer import Answer, Row
from cypher.arrival import EVER
from cypher.catalogue import Query
from graph_model import schema
from graph_model.errors import UsageError
from graph_model.store import Store
from graph_model.times import iso

NODES_REACHED = 50_000


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
    start = [row["uid"] for row in arrival.known_as(store, parameters["from"])]
    track_.reached = dict.fromkeys(start, -EVER if forward else EVER)
    frontier = list(start)
    while frontier and not track_.truncated:
        frontier = _wave(store, stored, track_, frontier, timeout)
    rows = _rows(track_)
    truncated = track_.truncated or len(rows) > track_.limit
    columns = list(stored.header.columns)
    return Answer(columns, rows[: track_.limit], stored.text, parameters, truncated, asked=tuple(start))


def _wave(store: Store, stored: Query, track_: _Track, frontier: list[str], timeout: float | None) -> list[str]:
    """One step outward; gives back the nodes whose arrival got better."""
    changed: dict[str, None] = {}
    at = {uid: track_.reached[uid] for uid in frontier}
    rows, more = arrival.wave(store, stored.text, at, track_.limit + 1, timeout)
    for row in rows:
        _take(track_, row, changed)
    track_.truncated |= more
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
    at = track_.reached[row["near"]]
    return arrival.forward(at, row) if track_.forward else arrival.backward(at, row)


def _rows(track_: _Track) -> list[Row]:
    ordered = sorted(track_.steps.values(), key=lambda step: (step["passed"], step["type"], step["uid"]))
    return [_row(number, step, track_.forward) for number, step in enumerate(ordered, 1)]


def _row(number: int, step: Row, forward: bool) -> Row:
    source, target = ("near", "far") if forward else ("far", "near")
    only_bounded = step["first_us"] is None and step["last_us"] is not None
    return {
        "step": number,
        "time": iso(None if only_bounded or abs(step["passed"]) >= EVER else step["passed"]),
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
