"""An answer made ready for placing: each node's host, time and column, and the node that it hangs on.

This is the part of the layout that understands provenance; :mod:`api.exports.layout` turns it into coordinates.
Processes and movements act and form the spine. A column is one right of all that came before. What only flows into
others (a document that was opened, a library that was loaded) is an input and hangs on the first that it flows into.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph_model.view import Edge, GraphAnswer, Node

Pair = tuple[str, str]
Lane = tuple[str, int]
"""A host and 0 for its band, 1 for the strip below it."""

ACTORS = frozenset({"Process", "Movement"})
NO_HOST: Lane = ("", 0)


@dataclass
class Scene:
    """Who has which lane, time, column and parent; hosts have no column, they head their bands."""

    nodes: dict[str, Node]
    edges: tuple[Edge, ...]
    lanes: dict[str, Lane] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)

    def key(self, uid: str) -> tuple[float, str, str]:
        """Order of time; what has none comes last, and equals in an order that does not change."""
        return (self.times[uid], self.nodes[uid].label, uid)

    def is_actor(self, uid: str) -> bool:
        """Whether it does something itself: these form the spine, everything else hangs on them."""
        return self.nodes[uid].label in ACTORS


def arranged(answer: GraphAnswer) -> Scene:
    """The scene of an answer; the same answer always gives the same scene."""
    scene = Scene({node.uid: node for node in answer.nodes}, answer.closed_edges())
    scene.lanes = _lanes(scene)
    scene.times = _times(scene)
    _arrange(scene)
    return scene


# --- lanes and times ------------------------------------------------------------------------------------------------


def _lanes(scene: Scene) -> dict[str, Lane]:
    """Each node's host, its own or that of everything it is connected with; a strip for what lies between hosts."""
    lanes = {uid: lane for uid, node in scene.nodes.items() if (lane := _own_lane(node))}
    neighbours: dict[str, set[str]] = defaultdict(set)
    for edge in scene.edges:
        neighbours[edge.source].add(edge.target)
        neighbours[edge.target].add(edge.source)
    fresh = set(lanes)
    while fresh:
        reached = sorted({other for uid in fresh for other in neighbours[uid]} - set(lanes))
        found = {uid: _lane_among([lanes[other] for other in neighbours[uid] if other in lanes]) for uid in reached}
        lanes.update(found)
        fresh = set(found)
    return {uid: lanes.get(uid, NO_HOST) for uid in scene.nodes}


def _own_lane(node: Node) -> Lane | None:
    if node.label == "Host":
        return (node.uid, 0)
    if node.label == "Movement":
        return (_text(node, "source_host_uid") or _text(node, "target_host_uid"), 1)
    host = _text(node, "host_uid")
    return (host, 0) if host else None


def _lane_among(lanes: list[Lane]) -> Lane:
    hosts = sorted({host for host, _ in lanes})
    return (hosts[0], 0 if len(hosts) == 1 else 1)


def _text(node: Node, name: str) -> str:
    value = node.properties.get(name)
    return value if isinstance(value, str) else ""


def _times(scene: Scene) -> dict[str, float]:
    """When each node came into play: its own time, else that of its first relationship."""
    first: dict[str, float] = defaultdict(lambda: math.inf)
    for edge in scene.edges:
        for uid in (edge.source, edge.target):
            first[uid] = min(first[uid], _when(edge.properties, "first_us", "last_us"))
    own = {uid: _when(node.properties, "started_us", "first_us") for uid, node in scene.nodes.items()}
    return {uid: first[uid] if math.isinf(time) else time for uid, time in own.items()}


def _when(properties: Mapping[str, object], *names: str) -> float:
    values = (properties.get(name) for name in names)
    return next((float(value) for value in values if isinstance(value, int)), math.inf)


# --- columns and forest ---------------------------------------------------------------------------------------------


def _arrange(scene: Scene) -> None:
    """Find columns, order and parents; what only flows into others is hung on the first that it flows into."""
    arcs = _arcs(scene)
    entered = {target for _, target in arcs}
    inputs = {source for source, _ in arcs if source not in entered and not scene.is_actor(source)}
    placed = {uid for uid, node in scene.nodes.items() if node.label != "Host"} - inputs
    before: dict[str, list[str]] = {uid: [] for uid in placed}
    for source, target in _onward(scene, arcs, inputs):
        before[target].append(source)
    _set_columns(scene, before)
    _set_parents(scene, before)
    _hang_inputs(scene, arcs, inputs)


def _arcs(scene: Scene) -> dict[Pair, float]:
    """Who is connected with whom and since when; hosts stand apart, their bands say what is on them."""
    arcs: dict[Pair, float] = {}
    for edge in scene.edges:
        ends = (edge.source, edge.target)
        if edge.source != edge.target and not any(scene.nodes[uid].label == "Host" for uid in ends):
            arcs[ends] = min(arcs.get(ends, math.inf), _when(edge.properties, "first_us", "last_us"))
    return arcs


def _onward(scene: Scene, arcs: Mapping[Pair, float], inputs: set[str]) -> list[Pair]:
    """The arcs that order columns: of a mutual pair the first, and no reading of what was written only later."""
    born: dict[str, float] = defaultdict(lambda: math.inf)
    for (_, target), time in arcs.items():
        born[target] = min(born[target], time)

    def holds(source: str, target: str) -> bool:
        time, back = arcs[source, target], arcs.get((target, source))
        rank = (time, not scene.is_actor(source), source)
        if back is not None and rank > (back, not scene.is_actor(target), target):
            return False
        return scene.is_actor(source) or math.isinf(born[source]) or time >= born[source]

    return [ends for ends in sorted(arcs) if ends[0] not in inputs and holds(*ends)]


def _set_columns(scene: Scene, before: Mapping[str, list[str]]) -> None:
    """One column right of all that came before; a process that nothing led to stands where its time is."""
    after: dict[str, list[str]] = defaultdict(list)
    for target, sources in before.items():
        for source in sources:
            after[source].append(target)
    acted = _Skyline()
    for uid in _by_time(scene, before, after):
        led = [scene.columns[source] + 1 for source in before[uid] if source in scene.columns]
        is_actor, time = scene.is_actor(uid), scene.times[uid]
        alone = acted.before(time) if is_actor and not math.isinf(time) else 0
        scene.columns[uid] = max(led, default=alone)
        scene.order.append(uid)
        if is_actor:
            acted.add(time, scene.columns[uid])


class _Skyline:
    """The rightmost column of all that is earlier than some time; only what raises it is kept."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._columns: list[int] = []

    def before(self, time: float) -> int:
        """0 where nothing is earlier."""
        index = bisect_left(self._times, time)
        return self._columns[index - 1] if index else 0

    def add(self, time: float, column: int) -> None:
        first = bisect_right(self._times, time)
        if first and self._columns[first - 1] >= column:
            return
        first = bisect_left(self._times, time)
        last = bisect_right(self._columns, column, lo=first)
        self._times[first:last] = [time]
        self._columns[first:last] = [column]


def _by_time(scene: Scene, before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> Iterable[str]:
    """Causes before effects, and early before late; a circle is cut at its earliest node."""
    waiting = {uid: len(sources) for uid, sources in before.items()}
    ready = [(scene.key(uid), uid) for uid, count in waiting.items() if not count]
    rest = iter(sorted((scene.key(uid), uid) for uid in waiting))
    heapq.heapify(ready)
    done: set[str] = set()
    while len(done) < len(waiting):
        uid = heapq.heappop(ready)[1] if ready else next(uid for _, uid in rest if uid not in done)
        if uid in done:
            continue
        done.add(uid)
        yield uid
        for target in after[uid]:
            waiting[target] -= 1
            if waiting[target] == 0:
                heapq.heappush(ready, (scene.key(target), target))


def _set_parents(scene: Scene, before: Mapping[str, list[str]]) -> None:
    """Hang each node on one that led to it in the same lane: the nearest one, and on a process if it acts itself."""
    for uid in scene.order:
        acts = scene.is_actor(uid)
        there = [
            other
            for other in before[uid]
            if scene.lanes[other] == scene.lanes[uid] and scene.columns[other] < scene.columns[uid]
        ]
        if there:
            scene.parents[uid] = max(
                there, key=lambda other: (acts and scene.is_actor(other), scene.columns[other], scene.key(other))
            )


def _hang_inputs(scene: Scene, arcs: Mapping[Pair, float], inputs: set[str]) -> None:
    """Inputs stand left of a process that nothing else leads to, else among what the process touched."""
    targets: dict[str, list[tuple[bool, float, str]]] = defaultdict(list)
    for (source, target), time in arcs.items():
        if source in inputs:
            targets[source].append((scene.lanes[target] != scene.lanes[source], time, target))
    for uid in sorted(inputs, key=scene.key):
        elsewhere, _, target = min(targets[uid])
        is_left = elsewhere or target not in scene.parents
        scene.columns[uid] = scene.columns[target] + (-1 if is_left else 1)
        scene.order.append(uid)
        if not elsewhere:
            scene.parents[uid] = target
