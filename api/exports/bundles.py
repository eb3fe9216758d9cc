"""Relationships as lines: bundled by type and ends, numbered by time, and bent so that parallels stay apart."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.exports import layout, words
from api.exports.scene import Pair
from graph_model.view import Edge, GraphAnswer

LINE_HEIGHT = 17.0


@dataclass(frozen=True)
class Bundle:
    """All relationships of one type from one node to another: one line in the picture, many rows in the panel."""

    id: str
    type: str
    source: str
    target: str
    edges: tuple[Edge, ...]
    label: str

    @property
    def pair(self) -> Pair:
        """Its ends, regardless of direction."""
        return layout.pair(self.source, self.target)

    @property
    def height(self) -> float:
        """The space that its label needs."""
        return LINE_HEIGHT * (self.label.count("\n") + 1) + 4


def bundled(edges: Iterable[Edge]) -> list[Bundle]:
    """Relationships bundled and numbered by time; findings carry letters, since they stand on the numbered ones."""
    groups: dict[tuple[str, str, str], list[Edge]] = defaultdict(list)
    for edge in sorted(edges, key=_edge_key):
        groups[edge.source, edge.target, edge.type].append(edge)
    marks = {True: iter(range(1, len(groups) + 1)), False: iter(range(1, len(groups) + 1))}
    bundles = []
    for index, ((source, target, type_), members) in enumerate(groups.items()):
        is_finding = words.is_finding(type_)
        has_time = not math.isinf(_edge_key(members[0])[0])
        mark = _mark(next(marks[is_finding]), is_finding) if has_time else ""
        bundles.append(Bundle(f"e{index}", type_, source, target, tuple(members), _bundle_label(type_, members, mark)))
    return bundles


def _edge_key(edge: Edge) -> tuple[float, float, str, str]:
    def number(name: str) -> float:
        value = edge.properties.get(name)
        return value if isinstance(value, int) else math.inf

    return (number("first_us"), number("seq"), edge.type, edge.uid)


def _mark(number: int, is_finding: bool) -> str:
    """1, 2, 3 for what was recorded; A, B … Z, AA for findings."""
    if not is_finding:
        return str(number)
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _bundle_label(type_: str, edges: list[Edge], mark: str) -> str:
    count = sum(_count(edge) for edge in edges)
    times = f" ×{count:,}" if count > 1 else ""
    text = f"{mark} · " * bool(mark) + words.type_words(type_) + times
    facts = [edges[0].properties.get(name) for name in ("technique", "confidence")] if words.is_finding(type_) else []
    said = [words.shortened(str(fact)) for fact in (*facts, *_arguments(edges)) if fact]
    return f"{text}\n{' · '.join(said)}" if said else text


def _arguments(edges: list[Edge]) -> list[str]:
    """What a call was about, where one was made with such arguments only."""
    given = edges[0].properties.get("arguments")
    return list(given)[:1] if isinstance(given, (list, tuple)) and len(edges) == 1 else []


def _count(edge: Edge) -> int:
    count = edge.properties.get("count")
    return count if isinstance(count, int) and not isinstance(count, bool) and count > 0 else 1


def label_sizes(answer: GraphAnswer, bundles: Iterable[Bundle]) -> layout.Sizes:
    """What the labels of nodes and lines need."""
    widths: dict[Pair, float] = defaultdict(float)
    heights: dict[Pair, float] = defaultdict(float)
    for bundle in bundles:
        widths[bundle.pair] = max(widths[bundle.pair], words.text_width(bundle.label, 12))
        heights[bundle.pair] += bundle.height
    nodes = {node.uid: words.text_width(words.label(node)) for node in answer.nodes}
    return layout.Sizes(nodes, {pair: (widths[pair], heights[pair]) for pair in widths})


def bends(bundles: Iterable[Bundle], positions: Mapping[str, layout.Point]) -> dict[str, float]:
    """Parallel lines as arcs, just far enough apart for their labels; findings on top, then in order of time."""
    pairs: dict[Pair, list[Bundle]] = defaultdict(list)
    for bundle in bundles:
        pairs[bundle.pair].append(bundle)
    found: dict[str, float] = {}
    for ends, members in pairs.items():
        if ends[0] == ends[1]:
            continue
        members.sort(key=lambda bundle: not words.is_finding(bundle.type))
        offset = -sum(bundle.height for bundle in members) / 2
        for bundle in members:
            middle = offset + bundle.height / 2
            found[bundle.id] = _bend(positions[bundle.source], positions[bundle.target], middle)
            offset += bundle.height
    return found


def _bend(start: layout.Point, end: layout.Point, offset: float) -> float:
    """How round the arc is whose middle lies ``offset`` below the straight line (above, if negative).

    Positive bends clockwise, negative the other way, and 0 is straight.
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    wanted = abs(offset) / length / max(abs(dx) / length, 0.4)
    if wanted < 0.004:
        return 0.0
    is_upward = (offset < 0) == (dx >= 0)
    return _roundness(wanted) if is_upward else -_roundness(wanted)


def _roundness(wanted: float) -> float:
    """The measure of ``control`` in the page for an arc whose middle is that part of its length away."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        away = (1 + middle) * math.sin(math.pi * middle / 2) / 4
        low, high = (middle, high) if away < wanted else (low, middle)
    return round(low, 4)
