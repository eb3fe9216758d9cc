"""Paths in time from one thing to another: the fewest steps, or all simple paths up to a number of steps.

The links around the start are gathered in waves, as tracking does; the paths are put together here. A path may take a
step when some recorded time of it is not before the arrival of the step before; taking each step as early as it can be
taken loses no path. Things that are the same for every run (an address, a mutex) may end a path, none leads through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cypher import arrival
from cypher.answer import Answer, Row
from cypher.arrival import EVER
from cypher.catalogue import Query
from graph_model import schema
from graph_model.errors import UsageError
from graph_model.store import Store
from graph_model.times import iso

LINKS_A_NODE = 5_000
NODES_REACHED = 50_000
STEPS_TRIED = 200_000


@dataclass(frozen=True)
class _Step:
    """A relationship as it was taken: when it was passed, and when its far end was reached."""

    row: Row
    passed: int
    arrived: int


@dataclass
class _Around:
    """The links that were gathered, and layer by layer who is reached first by how many steps, and by which."""

    outward: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    layers: list[dict[str, _Step]] = field(default_factory=list)
    truncated: bool = False


def between(store: Store, stored: Query, parameters: dict[str, Any], timeout: float | None) -> Answer:
    """One row for each path, the shortest first, of equal ones the earliest first."""
    starts = {row["uid"] for row in arrival.known_as(store, parameters["from"])}
    ends = {row["uid"] for row in arrival.known_as(store, parameters["to"])} - starts
    if not ends:
        hint = "give two things of which one came before the other"
        raise UsageError("parameters `from` and `to` mean the same", hint=hint)
    limit, hops, shortest = parameters["limit"], parameters["max_hops"], parameters["shortest"]
    around = _gathered(store, stored, starts, ends if shortest else set(), hops, timeout)
    found = list(_one(around, ends)) if shortest else _Search(around, ends, hops, limit + 1).all_from(starts)
    truncated = around.truncated or len(found) > limit
    rows = [_row(number, path) for number, path in enumerate(found[:limit], 1)]
    return Answer(list(stored.header.columns), rows, stored.text, parameters, truncated)


def _gathered(
    store: Store, stored: Query, starts: set[str], until: set[str], hops: int, timeout: float | None
) -> _Around:
    """Waves outward until nothing arrives earlier, one of ``until`` is reached, or the steps are used up."""
    around = _Around()
    reached = dict.fromkeys(starts, -EVER)
    frontier = dict(reached)
    while frontier and len(around.layers) < hops and len(reached) <= NODES_REACHED:
        rows, more = arrival.wave(store, stored.text, frontier, LINKS_A_NODE + 1, timeout)
        around.truncated |= more
        layer: dict[str, _Step] = {}
        for row in rows:
            around.outward[row["near"]][row["uid"]] = row
            step = _taken(frontier[row["near"]], row)
            if step and step.arrived < reached.get(row["far"], EVER + 1) and _is_first(step, layer.get(row["far"])):
                layer[row["far"]] = step
        around.layers.append(layer)
        reached |= {uid: step.arrived for uid, step in layer.items()}
        frontier = {uid: step.arrived for uid, step in layer.items() if not _ends(step.row)}
        if until & layer.keys():
            break
    around.truncated |= len(reached) > NODES_REACHED
    return around


def _taken(at: int, row: Row) -> _Step | None:
    passed, arrived = arrival.forward(at, row)
    return None if passed is None or arrived is None else _Step(row, passed, arrived)


def _is_first(step: _Step, old: _Step | None) -> bool:
    return old is None or (step.arrived, step.row["uid"]) < (old.arrived, old.row["uid"])


def _ends(row: Row) -> bool:
    return schema.NODES[row["far_label"]].ends_a_track


def _one(around: _Around, ends: set[str]) -> Iterator[list[_Step]]:
    """The path of the fewest steps: back from the last layer, each time to who reached it in the layer before."""
    last = around.layers[-1] if around.layers else {}
    reached = [(step.arrived, uid) for uid, step in last.items() if uid in ends]
    if not reached:
        return
    path: list[_Step] = []
    uid = min(reached)[1]
    for layer in reversed(around.layers):
        path.insert(0, layer[uid])
        uid = layer[uid].row["near"]
    yield path


class _Search:
    """All simple paths of one number of steps after the other, as far as the links allow to reach an end."""

    def __init__(self, around: _Around, ends: set[str], hops: int, most: int) -> None:
        self._around = around
        self._ends = ends
        self._hops = hops
        self._most = most
        self._tried = 0
        self._left = _distances(around, ends)
        self._found: list[list[_Step]] = []

    def all_from(self, starts: set[str]) -> list[list[_Step]]:
        """The paths, shorter ones first."""
        known = sorted(uid for uid in starts if uid in self._left)
        for hops in range(1, self._hops + 1):
            before = len(self._found)
            for uid in known:
                self._walk(uid, -EVER, starts, [], hops)
            self._found[before:] = sorted(self._found[before:], key=_in_time)
            if len(self._found) >= self._most or self._tried >= STEPS_TRIED:
                break
        self._around.truncated |= self._tried >= STEPS_TRIED
        return self._found

    def _walk(self, uid: str, at: int, seen: set[str], path: list[_Step], left: int) -> None:
        for far, step in sorted(self._onward(uid, at).items(), key=lambda item: (item[1].arrived, item[0])):
            if self._tried >= STEPS_TRIED:
                return
            if far in seen or self._left.get(far, EVER) > left - 1:
                continue
            self._tried += 1
            if left == 1:
                self._found.append([*path, step])
            elif far not in self._ends and not _ends(step.row):
                self._walk(far, step.arrived, seen | {far}, [*path, step], left - 1)

    def _onward(self, uid: str, at: int) -> dict[str, _Step]:
        """The earliest step to each neighbour."""
        first: dict[str, _Step] = {}
        for row in self._around.outward.get(uid, {}).values():
            step = _taken(at, row)
            if step and _is_first(step, first.get(row["far"])):
                first[row["far"]] = step
        return first


def _distances(around: _Around, ends: set[str]) -> dict[str, int]:
    """How many steps are left to an end, times aside: nothing else is worth walking to."""
    inward: dict[str, set[str]] = defaultdict(set)
    for near, rows in around.outward.items():
        for row in rows.values():
            inward[row["far"]].add(near)
    found = dict.fromkeys(ends, 0)
    frontier = set(ends)
    while frontier:
        nearer = {near for far in frontier for near in inward.get(far, ())} - found.keys()
        distance = found[next(iter(frontier))] + 1
        found |= dict.fromkeys(nearer, distance)
        frontier = nearer
    return found


def _in_time(path: list[_Step]) -> tuple[int, int, list[str]]:
    return len(path), path[-1].arrived, [step.row["uid"] for step in path]


def _row(number: int, path: list[_Step]) -> Row:
    times = [_time(step) for step in path]
    return {
        "path": number,
        "hops": len(path),
        "names": [path[0].row["near_name"], *(step.row["far_name"] for step in path)],
        "types": [step.row["type"] for step in path],
        "times": times,
        "hosts": [path[0].row["near_host"], *(step.row["far_host"] for step in path)],
        "evidence": [place for step in path for place in step.row["evidence"]],
        "uids": [path[0].row["near"], *(step.row["far"] for step in path)],
        "relationships": [step.row["uid"] for step in path],
    }


def _time(step: _Step) -> str:
    """When it was passed; of a step that holds always, nothing is recorded."""
    untimed = step.row["first_us"] is None
    return iso(None if untimed or abs(step.passed) >= EVER else step.passed)
