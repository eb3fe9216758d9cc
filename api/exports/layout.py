"""Where everything stands in a picture, computed before the page is opened.

A force layout tells nothing: it puts a process anywhere, and differently each time. Here left to right is the way
that things went: each process stands right of what made it, what it touched hangs beside it in order of time, and
each host is a horizontal band. Nodes of no single host (movements, shared addresses) stand in a strip between bands.

Small graphs become trees drawn sideways, stacked by their contours so that no label covers another. A tree of
hundreds would be a thin strip many screens tall; it becomes blocks in columns, filled in order of time.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from api.exports.scene import Lane, Pair, Scene, arranged
from graph_model.view import GraphAnswer

Point = tuple[float, float]
Extent = dict[float, tuple[float, float]]
"""The space that a subtree takes: by column (halves are the edges between columns) its top and bottom."""

ABOVE, BELOW = 34.0, 54.0
ROW = ABOVE + BELOW
TREE_GAP = 12.0
NARROWEST = 190.0
BAND_HEAD, BLOCK_HEAD, BAND_FOOT, BAND_PAD, BAND_GAP = 40.0, 76.0, 8.0, 22.0, 34.0
CELL_WIDTH, CELL_HEIGHT, CAPTION_GAP = 178.0, 92.0, 16.0
WIDEST_SHAPE, EMPTIEST = 3.2, 7.0
SMALL, LARGE = 40, 1_000


@dataclass(frozen=True)
class Band:
    """The rectangle of one host."""

    host: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Sizes:
    """What the texts need: the width of each node's label, and width and height of all labels between two nodes."""

    nodes: Mapping[str, float]
    pairs: Mapping[Pair, tuple[float, float]]

    def pair(self, one: str, other: str) -> tuple[float, float]:
        """Width and height of the labels between two nodes, whichever way they point."""
        return self.pairs.get(pair(one, other), (0.0, 18.0))


@dataclass(frozen=True)
class Layout:
    """The centre of every node, and the bands behind them from top to bottom."""

    positions: dict[str, Point]
    bands: tuple[Band, ...]


def pair(one: str, other: str) -> Pair:
    """Two nodes regardless of direction."""
    return (one, other) if one <= other else (other, one)


def place(answer: GraphAnswer, sizes: Sizes) -> Layout:
    """Positions for all nodes of an answer; the same answer always gives the same picture."""
    scene = arranged(answer)
    if len(scene.nodes) > LARGE:
        return _block_layout(scene, sizes)
    layout = _tree_layout(scene, sizes)
    return _block_layout(scene, sizes) if len(scene.nodes) > SMALL and _is_unwieldy(layout) else layout


def _is_unwieldy(layout: Layout) -> bool:
    """Whether no screen could show it: far taller or wider than a screen is, or mostly empty."""
    xs, ys = zip(*layout.positions.values(), strict=True)
    width, height = max(xs) - min(xs) + CELL_WIDTH, max(ys) - min(ys) + CELL_HEIGHT
    is_strip = not 1 / WIDEST_SHAPE < width / height / 1.7 < WIDEST_SHAPE
    return is_strip or width * height > EMPTIEST * len(xs) * CELL_WIDTH * CELL_HEIGHT


# --- trees ----------------------------------------------------------------------------------------------------------


def _tree_layout(scene: Scene, sizes: Sizes) -> Layout:
    depths = _depths(scene)
    offsets, extents = _subtrees(scene, sizes, depths)
    rows: dict[str, float] = {}
    for lane in sorted(set(scene.lanes.values())):
        rows.update(_stacked(_roots(scene, lane), extents))
    for uid in sorted(scene.order, key=depths.__getitem__):
        if uid in scene.parents:
            rows[uid] = rows[scene.parents[uid]] + offsets[uid]
    xs = _column_positions(scene, sizes)
    return _banded(scene, sizes, {uid: (xs[scene.columns[uid]], rows[uid]) for uid in scene.order}, BAND_HEAD)


def _roots(scene: Scene, lane: Lane) -> list[str]:
    """The trees of a lane from top to bottom: first what was reached from another lane, then processes by time."""
    reached = {
        uid
        for edge in scene.edges
        for uid in (edge.source, edge.target)
        if scene.lanes[edge.source] != scene.lanes[edge.target]
    }
    roots = [uid for uid in scene.order if scene.lanes[uid] == lane and uid not in scene.parents]
    return sorted(roots, key=lambda uid: (uid not in reached, not scene.is_actor(uid), scene.key(uid)))


def _subtrees(scene: Scene, sizes: Sizes, depths: Mapping[str, int]) -> tuple[dict[str, float], dict[str, Extent]]:
    """From the leaves up: where each node stands relative to its parent, and the space of each subtree."""
    children: dict[str, list[str]] = defaultdict(list)
    for uid, parent in scene.parents.items():
        children[parent].append(uid)
    offsets: dict[str, float] = {}
    extents: dict[str, Extent] = {}
    for uid in sorted(scene.order, key=lambda uid: -depths[uid]):
        extent: Extent = {float(scene.columns[uid]): (-ABOVE, BELOW)}
        for side in (False, True):
            there = [child for child in children[uid] if (scene.columns[child] > scene.columns[uid]) == side]
            offsets.update(_fan(scene, sizes, uid, _straight_first(scene, sizes, uid, there), extents, extent))
        extents[uid] = extent
    return offsets, extents


def _depths(scene: Scene) -> dict[str, int]:
    """How far each node hangs below its root."""
    depths: dict[str, int] = {}
    for start in scene.order:
        path = [start]
        while path[-1] in scene.parents and path[-1] not in depths:
            path.append(scene.parents[path[-1]])
        base = depths.get(path[-1], 0)
        depths.update({uid: base + i for i, uid in enumerate(reversed(path))})
    return depths


def _straight_first(scene: Scene, sizes: Sizes, uid: str, children: list[str]) -> list[str]:
    """The child with the most to read on the way to it goes straight ahead, the others fan out in order of time."""
    if not children:
        return []
    ahead = min(children, key=lambda child: (not scene.is_actor(child), -sizes.pair(uid, child)[1], scene.key(child)))
    return [ahead, *sorted((child for child in children if child != ahead), key=scene.key)]


def _fan(
    scene: Scene, sizes: Sizes, uid: str, children: list[str], extents: Mapping[str, Extent], extent: Extent
) -> dict[str, float]:
    """Stack children downwards; labels sit halfway, so two of them need twice their height between their ends."""
    offsets: dict[str, float] = {}
    labels: Extent = {}
    previous: tuple[float, float] | None = None
    for child in children:
        height = sizes.pair(uid, child)[1]
        offset = 0.0 if previous is None else max(previous[0] + previous[1] + height, _fit(extent, extents[child]))
        offsets[child] = offset
        _join(extent, extents[child], offset)
        middle = (scene.columns[uid] + scene.columns[child]) / 2
        _join(labels, {middle: (-height / 2 - 4, height / 2 + 4)}, offset / 2)
        previous = (offset, height)
    _join(extent, labels, 0.0)
    return offsets


def _fit(taken: Extent, fresh: Extent) -> float:
    """How far down the fresh one must go to clear what is there."""
    return max((taken[column][1] - fresh[column][0] for column in fresh if column in taken), default=0.0)


def _join(taken: Extent, fresh: Extent, offset: float) -> None:
    for column, (top, bottom) in fresh.items():
        old = taken.get(column, (math.inf, -math.inf))
        taken[column] = (min(old[0], top + offset), max(old[1], bottom + offset))


def _stacked(roots: list[str], extents: Mapping[str, Extent]) -> dict[str, float]:
    """Trees of one lane, each as high as the ones before allow."""
    rows: dict[str, float] = {}
    taken: Extent = {}
    for uid in roots:
        offset = _fit(taken, extents[uid]) + (TREE_GAP if taken else 0.0)
        rows[uid] = offset
        _join(taken, extents[uid], offset)
    return rows


def _column_positions(scene: Scene, sizes: Sizes) -> dict[int, float]:
    """Columns wide enough for the labels of nodes and of the relationships between neighbouring columns."""
    gaps: dict[int, float] = defaultdict(lambda: NARROWEST)
    for edge in scene.edges:
        ends = sorted((scene.columns.get(uid, math.inf), uid) for uid in (edge.source, edge.target))
        if ends[1][0] - ends[0][0] == 1:
            left = int(ends[0][0])
            gaps[left] = max(gaps[left], _gap(sizes, edge.source, edge.target))
    if not scene.columns:
        return {}
    first, last = min(scene.columns.values()), max(scene.columns.values())
    xs = {first: 0.0}
    for column in range(first, last):
        xs[column + 1] = xs[column] + gaps[column]
    return xs


def _gap(sizes: Sizes, one: str, other: str) -> float:
    width, height = sizes.pair(one, other)
    names = (sizes.nodes[one] + sizes.nodes[other]) / 2
    return max(names + 24, width + 84, width + names + 24 if height > 2 * ABOVE else 0.0)


# --- blocks ---------------------------------------------------------------------------------------------------------


def _block_layout(scene: Scene, sizes: Sizes) -> Layout:
    """Each process with what it touched as one block; blocks fill columns top-down, columns go left to right."""
    owned: dict[str, list[str]] = defaultdict(list)
    for uid in scene.order:
        owned[_owner(scene, uid)].append(uid)
    blocks = {owner: _block(sizes, owner, members) for owner, members in owned.items()}
    lanes: dict[Lane, list[str]] = defaultdict(list)
    for owner in sorted(owned, key=scene.key):
        lanes[scene.lanes[owner]].append(owner)
    areas = {owner: _block_size(sizes, block) for owner, block in blocks.items()}
    target = math.sqrt(sum(width * height for width, height in areas.values()) * 1.6)
    points: dict[str, Point] = {}
    for owners in lanes.values():
        for owner, (x, y) in _filled(owners, areas, target).items():
            points.update({uid: (x + dx, y + dy) for uid, (dx, dy) in blocks[owner].items()})
    return _banded(scene, sizes, points, BLOCK_HEAD)


def _owner(scene: Scene, uid: str) -> str:
    while not scene.is_actor(uid) and uid in scene.parents:
        uid = scene.parents[uid]
    return uid


def _block(sizes: Sizes, owner: str, members: list[str]) -> dict[str, Point]:
    """The owner above the middle of its things; their columns are as wide as the captions need."""
    rest = [uid for uid in members if uid != owner]
    across = max(1, math.ceil(math.sqrt(len(rest) * 0.8)))
    widths = [max([CELL_WIDTH, *(_cell(sizes, uid) for uid in rest[i::across])]) for i in range(across)]
    width = max(sum(widths), _cell(sizes, owner))
    left = (width - sum(widths)) / 2
    centres = [left + sum(widths[:i]) + widths[i] / 2 for i in range(across)]
    points = {uid: (centres[i % across], (i // across + 1) * CELL_HEIGHT) for i, uid in enumerate(rest)}
    return {owner: (width / 2, 0.0), **points}


def _cell(sizes: Sizes, uid: str) -> float:
    return max(CELL_WIDTH, sizes.nodes[uid] + CAPTION_GAP)


def _block_size(sizes: Sizes, block: Mapping[str, Point]) -> Point:
    right = max(x + _cell(sizes, uid) / 2 for uid, (x, _) in block.items())
    return (right, max(y for _, y in block.values()) + CELL_HEIGHT * 1.25)


def _filled(owners: list[str], sizes: Mapping[str, Point], width: float) -> dict[str, Point]:
    """Columns as tall as it takes for all of them to be about as wide as wanted."""
    tallest = max(sizes[owner][1] for owner in owners)
    height = max(tallest, sum(sizes[owner][0] * sizes[owner][1] for owner in owners) / width)
    points: dict[str, Point] = {}
    x = y = widest = 0.0
    for owner in owners:
        if y and y + sizes[owner][1] > height * 1.05:
            x, y, widest = x + widest, 0.0, 0.0
        points[owner] = (x, y)
        y += sizes[owner][1]
        widest = max(widest, sizes[owner][0])
    return points


# --- bands ----------------------------------------------------------------------------------------------------------


def _banded(scene: Scene, sizes: Sizes, points: dict[str, Point], head: float) -> Layout:
    """Put the lanes below each other, hosts in order of time; a host's own node heads its band."""
    members: dict[Lane, list[str]] = defaultdict(list)
    for uid in scene.nodes:
        members[scene.lanes[uid]].append(uid)
    reach = _reach(scene, sizes, points)
    left, right = _sides(sizes, points)
    positions: dict[str, Point] = {}
    bands: list[Band] = []
    top = 0.0
    for lane in _lane_order(scene, members):
        highest, lowest = reach.get(lane, (0.0, 0.0))
        has_band = bool(lane[0]) and lane[1] == 0
        shift = top + (head if has_band else 0.0) - highest
        bottom = shift + lowest + (BAND_FOOT if has_band else 0.0)
        positions.update({uid: (points[uid][0], points[uid][1] + shift) for uid in members[lane] if uid in points})
        hosts = [uid for uid in members[lane] if uid not in points]
        positions.update({uid: (left + 24 + sizes.nodes[uid] / 2, top + head / 2 + 2) for uid in hosts})
        if has_band:
            bands.append(Band(lane[0], left, top, right, bottom))
        top = bottom + (BAND_PAD if lane[1] else BAND_GAP)
    return Layout(positions, tuple(bands))


def _reach(scene: Scene, sizes: Sizes, points: Mapping[str, Point]) -> dict[Lane, tuple[float, float]]:
    """How high and low each lane reaches: its nodes with their captions, and the labels of arcs within it."""
    reach: dict[Lane, tuple[float, float]] = defaultdict(lambda: (math.inf, -math.inf))

    def stretch(lane: Lane, top: float, bottom: float) -> None:
        reach[lane] = (min(reach[lane][0], top), max(reach[lane][1], bottom))

    for uid, (_, y) in points.items():
        stretch(scene.lanes[uid], y - ABOVE, y + BELOW)
    for (one, other), (_, height) in sizes.pairs.items():
        if one in points and other in points and scene.lanes[one] == scene.lanes[other]:
            middle = (points[one][1] + points[other][1]) / 2
            stretch(scene.lanes[one], middle - height / 2 - 8, middle + height / 2 + 8)
    return reach


def _sides(sizes: Sizes, points: Mapping[str, Point]) -> Point:
    """How far left and right the nodes reach with their captions."""
    halves = {uid: max(CELL_WIDTH, sizes.nodes[uid] + 3 * BAND_FOOT) / 2 for uid in points}
    left = min((x - halves[uid] for uid, (x, _) in points.items()), default=-CELL_WIDTH / 2)
    return left, max((x + halves[uid] for uid, (x, _) in points.items()), default=CELL_WIDTH / 2)


def _lane_order(scene: Scene, members: Mapping[Lane, list[str]]) -> list[Lane]:
    first: dict[str, float] = defaultdict(lambda: math.inf)
    for (host, _), uids in members.items():
        first[host] = min(first[host], *(scene.times[uid] for uid in uids))
    return sorted(members, key=lambda lane: (first[lane[0]], lane))
