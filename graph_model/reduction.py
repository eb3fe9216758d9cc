"""Repeated events become one relationship that keeps every time.

Within one run, events of one type between the same two nodes are held together (and with the same arguments, where
the type is apart by them): ``count``, ``first_us``, ``last_us`` and the sorted ``times_us``, up to 1,000; then another
relationship begins. Tracking takes the first time not before
its arrival, so no time-respecting path is gained or lost (compare Xu et al., "High Fidelity Data Reduction for Big
Data Security Dependency Analyses", CCS 2016, whose reduction drops events; here nothing is lost).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graph_model import schema
from graph_model.events import Event
from graph_model.identity import relationship_uid

TIMES_KEPT = 1_000
POSITIONS_KEPT = 20
MAX_INTEGER = 2**63 - 1  # the largest that databases and Bolt can hold

Row = dict[str, Any]


@dataclass
class Batch:
    """Rows to write: nodes by label (``uid``, ``props``), relationships by type (``uid``, ``a``, ``b``, ``props``).

    ``completes``: with these rows its run is in as a whole, so they must be written after all others of it.
    """

    nodes: dict[str, list[Row]] = field(default_factory=dict)
    relationships: dict[str, list[Row]] = field(default_factory=dict)
    completes: bool = False

    def __len__(self) -> int:
        return sum(map(len, self.nodes.values())) + sum(map(len, self.relationships.values()))


def together(batches: Iterable[Batch]) -> Batch:
    """One batch out of those of several runs: nodes that more than one of them has become one row."""
    nodes: dict[str, dict[str, Row]] = {}
    joined = Batch()
    for batch in batches:
        for label, rows in batch.nodes.items():
            known = nodes.setdefault(label, {})
            for row in rows:
                _merge(schema.NODES[label].properties, known.setdefault(row["uid"], {}), row["props"])
        for type_, rows in batch.relationships.items():
            joined.relationships.setdefault(type_, []).extend(rows)
    for label, known in nodes.items():
        joined.nodes[label] = [{"uid": uid, "props": props} for uid, props in known.items()]
    return joined


class _Held:
    """One relationship while its run is being read."""

    __slots__ = ("count", "ends", "kind", "places", "props", "ranks", "times")

    def __init__(self, kind: schema.RelationshipKind, ends: tuple[str, str]) -> None:
        self.kind = kind
        self.ends = ends
        self.count = 0
        self.times = array("q")  # many of these are held at once: a list would need five times as much
        self.ranks = array("q")
        self.places: list[str] = []
        self.props: Row = {}

    def add(self, event: Event, props: Row) -> None:
        self.count += event.count if event.count > 0 else 1
        if event.time is not None:
            self.times.append(event.time)
        if not self.ranks or event.seq > self.ranks[-1]:
            if len(self.ranks) < POSITIONS_KEPT:
                self.ranks.append(event.seq)
                self.places.append(event.position)
        else:
            self._insert(event.seq, event.position)
        _merge(self.kind.properties, self.props, props)

    def _insert(self, seq: int, position: str) -> None:
        """Events of one log come in order, as a rule; this is for those that do not."""
        cited = [*zip(self.ranks, self.places, strict=True), (seq, position)]
        cited.sort()
        del cited[POSITIONS_KEPT:]
        self.ranks = array("q", [rank for rank, _ in cited])
        self.places = [place for _, place in cited]

    def row(self, run: str) -> Row:
        props = {
            **self.props,
            "run": run,
            "count": min(self.count, MAX_INTEGER),
            "seq": self.ranks[0],
            "position": self.places[0],
            "positions": self.places,
        }
        if self.times:
            times = sorted(self.times)
            props |= {"first_us": times[0], "last_us": times[-1], "times_us": times}
        start, end = self.ends
        uid = relationship_uid(self.kind.type, start, end, run, self.places[0])
        return {"uid": uid, "a": start, "b": end, "props": props}


def _merge(declared: dict[str, schema.Property], into: Row, props: Row) -> None:
    for name, value in props.items():
        old = into.get(name)
        if old is None:
            into[name] = value
        elif old != value or declared[name].merge == "sum":
            merged = schema.merge_values(declared[name], old, value)
            into[name] = min(merged, MAX_INTEGER) if isinstance(merged, int) else merged


class Reduction:
    """Holds the nodes and relationships of one run until they are handed on."""

    def __init__(self) -> None:
        self._nodes: dict[str, tuple[str, Row]] = {}
        self._held: dict[tuple[object, ...], _Held] = {}
        self._ready: list[_Held] = []

    def __len__(self) -> int:
        return len(self._nodes) + len(self._held) + len(self._ready)

    def node(self, label: str, uid: str, props: Row) -> str:
        """Note a node; facts about one node are merged."""
        known = self._nodes.get(uid)
        if known is None:
            known = self._nodes[uid] = (label, {})
        _merge(schema.NODES[label].properties, known[1], props)
        return uid

    def relate(self, type_: str, start: str, end: str, event: Event, props: Row) -> None:
        """Note one event as a relationship; repeats are merged where the kind allows it."""
        kind = schema.RELATIONSHIPS[type_]
        if not kind.merged:
            single = _Held(kind, (start, end))
            single.add(event, props)
            self._ready.append(single)
            return
        key: tuple[object, ...] = (type_, start, end)
        if kind.apart_by:
            key += tuple(props.get(kind.apart_by, ()))
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = _Held(kind, (start, end))
        held.add(event, props)
        if len(held.times) >= TIMES_KEPT:
            self._ready.append(self._held.pop(key))

    def take(self, run: str, *, completes: bool = False) -> Batch:
        """All that is held, as rows; afterwards nothing is held."""
        batch = Batch(completes=completes)
        for uid, (label, props) in self._nodes.items():
            batch.nodes.setdefault(label, []).append({"uid": uid, "props": props})
        for held in (*self._ready, *self._held.values()):
            batch.relationships.setdefault(held.kind.type, []).append(held.row(run))
        self._nodes, self._held, self._ready = {}, {}, []
        return batch
