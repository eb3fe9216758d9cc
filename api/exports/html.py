"""One HTML file that shows an answer, opens anywhere, and fetches nothing.

pyvis builds the network and brings vis-network; its own page is not used, since it loads Bootstrap from a CDN even
when told to put everything in-line, and puts tooltips into the page as markup. The page is ``assets/page.html``.

Text from logs reaches the page in two ways only: escaped by the template, or as JSON whose ``<``, ``>`` and ``&`` are
written as escapes, and which the script sets as text. A content security policy that names the digests of our own
two scripts and one style makes the browser refuse anything else.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyvis.network
from jinja2 import Environment, FileSystemLoader
from pyvis.network import Network

from api.exports import layout, words
from api.exports.scene import Pair
from api.exports.writing import write_whole
from api.output import numbered
from graph_model.schema import NOT_RECORDED, RELATIONSHIPS, SUBSETS
from graph_model.view import Edge, GraphAnswer, Node

ASSETS = Path(__file__).parent / "assets"
VIS_NETWORK = Path(pyvis.network.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"

LINE_HEIGHT = 17.0
MANY_EDGES = 140
"""Above it relationships show their labels only where the reader points."""

_SIZES = {"Process": 17, "Movement": 19, "Endpoint": 14, "Domain": 14, "Url": 14}


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


def write_html(answer: GraphAnswer, path: Path) -> None:
    """Write the page."""
    write_whole(html(answer), path)


def render(answer: GraphAnswer) -> bytes:
    """The page as a file."""
    return html(answer).encode("utf-8")


def html(answer: GraphAnswer) -> str:
    """The page for an answer; the same answer always gives the same bytes."""
    bundles = _bundles(answer.closed_edges())
    placed = layout.place(answer, _label_sizes(answer, bundles))
    network = _network(answer, bundles, placed)
    library, script, style = _library(), _asset("page.js"), _asset("page.css")
    network.templateEnv = Environment(loader=FileSystemLoader(ASSETS), autoescape=True)
    network.templateEnv.globals = {
        "policy": policy(),
        "library": library,
        "script": script,
        "style": style,
        "page": _page(answer, bundles, placed),
        "title": words.visible(answer.title),
        "summary": _summary(answer, bundles),
        "period": _period(answer.closed_edges()),
        "cut": _cut(answer, bundles),
        "cypher": words.visible(answer.cypher, keep="\n\t") if answer.cypher else None,
        "parameters": words.parameters_text(answer.parameters),
    }
    network.path = "page.html"
    return str(network.generate_html())


# --- relationships --------------------------------------------------------------------------------------------------


def _bundles(edges: Iterable[Edge]) -> list[Bundle]:
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


def _label_sizes(answer: GraphAnswer, bundles: Iterable[Bundle]) -> layout.Sizes:
    widths: dict[Pair, float] = defaultdict(float)
    heights: dict[Pair, float] = defaultdict(float)
    for bundle in bundles:
        widths[bundle.pair] = max(widths[bundle.pair], words.text_width(bundle.label, 12))
        heights[bundle.pair] += bundle.height
    nodes = {node.uid: words.text_width(words.label(node)) for node in answer.nodes}
    return layout.Sizes(nodes, {pair: (widths[pair], heights[pair]) for pair in widths})


def _bends(bundles: Iterable[Bundle], positions: Mapping[str, layout.Point]) -> dict[str, dict[str, Any]]:
    """Parallel lines as arcs, just far enough apart for their labels; findings on top, then in order of time."""
    pairs: dict[Pair, list[Bundle]] = defaultdict(list)
    for bundle in bundles:
        pairs[bundle.pair].append(bundle)
    bends: dict[str, dict[str, Any]] = {}
    for ends, members in pairs.items():
        if ends[0] == ends[1]:
            continue
        members.sort(key=lambda bundle: not words.is_finding(bundle.type))
        offset = -sum(bundle.height for bundle in members) / 2
        for bundle in members:
            middle = offset + bundle.height / 2
            bends[bundle.id] = _bend(positions[bundle.source], positions[bundle.target], middle)
            offset += bundle.height
    return bends


def _bend(start: layout.Point, end: layout.Point, offset: float) -> dict[str, Any]:
    """The arc whose middle lies ``offset`` below the straight line (above, if negative)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    wanted = abs(offset) / length / max(abs(dx) / length, 0.4)
    if wanted < 0.004:
        return {"enabled": False}
    is_upward = (offset < 0) == (dx >= 0)
    return {"enabled": True, "type": "curvedCW" if is_upward else "curvedCCW", "roundness": _roundness(wanted)}


def _roundness(wanted: float) -> float:
    """vis-network's measure for an arc whose middle is that part of its length away, by halving the interval."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        away = (1 + middle) * math.sin(math.pi * middle / 2) / 4
        low, high = (middle, high) if away < wanted else (low, middle)
    return round(low, 4)


# --- the network ----------------------------------------------------------------------------------------------------


def _network(answer: GraphAnswer, bundles: Iterable[Bundle], placed: layout.Layout) -> Network:
    network = Network(directed=True, cdn_resources="in_line", height="100%", width="100%")
    for node in answer.nodes:
        x, y = placed.positions[node.uid]
        kind = words.kind_of(node.label)
        network.add_node(
            node.uid,
            label=words.label(node),
            shape=kind.shape,
            color=kind.color,
            size=_SIZES.get(node.label, 12),
            x=round(x, 1),
            y=round(y, 1),
            kind=node.label,
        )
    bends = _bends(bundles, placed.positions)
    for bundle in bundles:
        network.add_edge(
            bundle.source,
            bundle.target,
            id=bundle.id,
            label=bundle.label,
            kind=bundle.type,
            tone=_tone(bundle.type),
            smooth=bends.get(bundle.id, {"enabled": False}),
            hidden=bundle.type == "RAN_ON",
        )
    network.set_options(_asset("options.json"))
    return network


def _tone(type_: str) -> str:
    """How loud a line is: findings, flow of information or control, and the rest."""
    if words.is_finding(type_):
        return "finding"
    return "flow" if type_ in SUBSETS["FLOW"] else "other"


# --- what stands around the picture ---------------------------------------------------------------------------------


def _page(answer: GraphAnswer, bundles: list[Bundle], placed: layout.Layout) -> dict[str, Any]:
    """Everything that the script needs besides the network itself, all of it text and numbers."""
    names = {node.uid: node for node in answer.nodes}
    return {
        "bands": [{**vars(band), "label": _host_name(names, band.host)} for band in placed.bands],
        "kinds": _kinds(answer.nodes),
        "types": _types(bundles),
        "nodes": {node.uid: _node_details(node) for node in answer.nodes},
        "edges": {bundle.id: _bundle_details(bundle) for bundle in bundles},
        "quiet": len(bundles) > MANY_EDGES,
        "unknown": NOT_RECORDED,
    }


def _host_name(nodes: Mapping[str, Node], uid: str) -> str:
    return words.shortened(words.caption(nodes[uid]) if uid in nodes else f"host {uid[:8]}", 48)


def _kinds(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    counts: dict[str, int] = defaultdict(int)
    for node in nodes:
        counts[node.label] += 1
    return [
        {"name": label, "shape": kind.shape, "color": kind.color, "doc": kind.doc, "count": counts[label]}
        for label, kind in sorted((label, words.kind_of(label)) for label in counts)
    ]


def _types(bundles: Iterable[Bundle]) -> list[dict[str, Any]]:
    counts: dict[str, int] = defaultdict(int)
    for bundle in bundles:
        counts[bundle.type] += len(bundle.edges)
    loudness = ("finding", "flow", "other")
    ordered = sorted(counts, key=lambda type_: (loudness.index(_tone(type_)), type_))
    return [
        {
            "name": type_,
            "words": words.type_words(type_),
            "tone": _tone(type_),
            "doc": RELATIONSHIPS[type_].doc if type_ in RELATIONSHIPS else "",
            "count": counts[type_],
            "shown": type_ != "RAN_ON",
        }
        for type_ in ordered
    ]


def _node_details(node: Node) -> dict[str, Any]:
    return {
        "kind": words.visible(node.label),
        "name": words.visible(words.caption(node)),
        "records": [_record(node.uid, node.properties, node.label)],
    }


def _bundle_details(bundle: Bundle) -> dict[str, Any]:
    return {
        "kind": words.visible(bundle.type),
        "name": bundle.label.split("\n", maxsplit=1)[0],
        "span": _span(bundle.edges),
        "records": [_record(edge.uid, edge.properties, edge.type) for edge in bundle.edges],
    }


def _record(uid: str, properties: Mapping[str, Any], kind: str) -> dict[str, Any]:
    rows, missing = words.rows({**properties, "uid": uid}, kind)
    return {"rows": rows, "missing": missing, "evidence": words.evidence(properties)}


def _span(edges: Iterable[Edge]) -> str:
    """From the first to the last time, as one line."""
    times = _edge_times(edges)
    if not times:
        return f"time {NOT_RECORDED}"
    first, last = words.iso_time(min(times)), words.iso_time(max(times))
    return first if first == last else f"{first} to {last}"


def _period(edges: Iterable[Edge]) -> str:
    """The span of all relationships, to the second, for the line below the title."""
    times = _edge_times(edges)
    if not times:
        return ""
    first, last = (words.iso_time(time).split(".")[0].replace("T", " ") for time in (min(times), max(times)))
    return f"From {first} to {last[11:] if first[:10] == last[:10] else last} UTC."


def _edge_times(edges: Iterable[Edge]) -> list[int]:
    found = (edge.properties.get(name) for edge in edges for name in ("first_us", "last_us"))
    return [time for time in found if isinstance(time, int)]


def _summary(answer: GraphAnswer, bundles: list[Bundle]) -> str:
    edges = answer.closed_edges()
    findings = sum(words.is_finding(kind) for kind in [edge.type for edge in edges] + [n.label for n in answer.nodes])
    found = f", {numbered(findings, 'finding')} in red" if findings else ""
    bands = " Each band is a host." if any(node.properties.get("host_uid") for node in answer.nodes) else ""
    numbers = " Numbers give the order in time." if bundles else ""
    size = f"{numbered(len(answer.nodes), 'node')}, {numbered(len(edges), 'relationship')}{found}."
    return f"{size} Read it from left to right.{bands}{numbers}"


def _cut(answer: GraphAnswer, bundles: Iterable[Bundle]) -> str:
    """What is missing, if anything is."""
    edges = sum(len(bundle.edges) for bundle in bundles)
    if not answer.truncated and (len(answer.nodes), edges) == (answer.total_nodes, answer.total_edges):
        return ""
    return (
        f"showing {len(answer.nodes):,} of {answer.total_nodes:,} nodes"
        f" and {edges:,} of {answer.total_edges:,} relationships"
    )


@cache
def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


@cache
def _library() -> str:
    return VIS_NETWORK.read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Nothing but our own scripts and our own style may run, and nothing may be fetched."""
    scripts = " ".join(_digest(script) for script in (_library(), _asset("page.js")))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {_digest(_asset('page.css'))};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
