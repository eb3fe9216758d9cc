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
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyvis.edge
import pyvis.network
import pyvis.node
from jinja2 import Environment, FileSystemLoader
from pyvis.network import Network

from api.exports import layout, words
from api.exports.bundles import Bundle, bends, bundled, label_sizes
from api.exports.details import details, edge_times
from api.exports.writing import write_whole
from api.output import numbered
from graph_model.schema import NOT_RECORDED, RELATIONSHIPS, SUBSETS
from graph_model.view import Edge, GraphAnswer, Node

ASSETS = Path(__file__).parent / "assets"
VIS_NETWORK = Path(pyvis.network.__file__).parent / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"

SCRIPTS = (
    *("data", "elements", "network", "geometry", "lines", "labels", "picture", "view", "panel", "pointer"),
    *("search", "legend", "start"),
)
"""In the order in which they run."""

MANY_EDGES = 140
"""Above it relationships show their labels only where the reader points."""

_SIZES = {"Process": 17, "Movement": 19, "Endpoint": 14, "Domain": 14, "Url": 14}


def write_html(answer: GraphAnswer, path: Path) -> None:
    """Write the page."""
    write_whole(html(answer), path)


def render(answer: GraphAnswer) -> bytes:
    """The page as a file."""
    return html(answer).encode("utf-8")


def html(answer: GraphAnswer) -> str:
    """The page for an answer; the same answer always gives the same bytes."""
    bundles = bundled(answer.closed_edges())
    placed = layout.place(answer, label_sizes(answer, bundles))
    network = _network(answer, bundles, placed)
    library, script, style = _library(), _script(), _asset("page.css")
    network.templateEnv = Environment(loader=FileSystemLoader(ASSETS), autoescape=True)
    network.templateEnv.globals = {
        "policy": policy(),
        "library": library,
        "script": script,
        "style": style,
        "page": _page(answer, bundles, placed),
        "details": details(answer.nodes, bundles),
        "title": words.visible(answer.title),
        "summary": _summary(answer, bundles),
        "period": _period(answer.closed_edges()),
        "cut": _cut(answer, bundles),
        "cypher": words.visible(answer.cypher, keep="\n\t") if answer.cypher else None,
        "parameters": words.parameters_text(answer.parameters),
    }
    network.path = "page.html"
    return str(network.generate_html())


# --- the network ----------------------------------------------------------------------------------------------------


def _network(answer: GraphAnswer, bundles: Iterable[Bundle], placed: layout.Layout) -> Network:
    """Its lists filled as ``add_node`` and ``add_edge`` fill them, which search all nodes for each end of each edge."""
    network = Network(directed=True, cdn_resources="in_line", height="100%", width="100%")
    network.nodes = [_drawn_node(node, placed.positions[node.uid]) for node in answer.nodes]
    curves = bends(bundles, placed.positions)
    network.edges = [_drawn_line(bundle, curves.get(bundle.id, 0.0)) for bundle in bundles]
    network.set_options(_asset("options.json"))
    return network


def _drawn_node(node: Node, place: layout.Point) -> dict[str, Any]:
    kind = words.kind_of(node.label)
    facts = {"color": kind.color, "size": _SIZES.get(node.label, 12), "kind": node.label}
    point = {"x": round(place[0], 1), "y": round(place[1], 1)}
    return dict(pyvis.node.Node(node.uid, kind.shape, words.label(node), **facts, **point).options)


def _drawn_line(bundle: Bundle, bend: float) -> dict[str, Any]:
    facts = {"id": bundle.id, "label": bundle.label, "kind": bundle.type, "tone": _tone(bundle.type)}
    curve = {"bend": bend} if bend else {}
    return dict(pyvis.edge.Edge(bundle.source, bundle.target, **facts, **curve).options)


def _tone(type_: str) -> str:
    """How loud a line is: findings, flow of information or control, and the rest."""
    if words.is_finding(type_):
        return "finding"
    return "flow" if type_ in SUBSETS["FLOW"] else "other"


# --- what stands around the picture ---------------------------------------------------------------------------------


def _page(answer: GraphAnswer, bundles: list[Bundle], placed: layout.Layout) -> dict[str, Any]:
    """What the script needs besides the network itself to draw, all of it text and numbers."""
    names = {node.uid: node for node in answer.nodes}
    return {
        "bands": [{**vars(band), "label": _host_name(names, band.host)} for band in placed.bands],
        "kinds": _kinds(answer.nodes),
        "types": _types(bundles),
        "marked": [node.uid for node in answer.nodes if node.uid in answer.marked],
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


def _period(edges: Iterable[Edge]) -> str:
    """The span of all relationships, to the second, for the line below the title."""
    times = edge_times(edges)
    if not times:
        return ""
    first, last = (words.iso_time(time).split(".")[0].replace("T", " ") for time in (min(times), max(times)))
    return f"From {first} to {last[11:] if first[:10] == last[:10] else last} UTC."


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
def _script() -> str:
    """The parts of the page's script as one; they share their names with each other and with nobody else."""
    parts = "\n".join((ASSETS / "page" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


@cache
def _library() -> str:
    return VIS_NETWORK.read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Nothing but our own scripts and our own style may run, and nothing may be fetched."""
    scripts = " ".join(_digest(script) for script in (_library(), _script()))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {_digest(_asset('page.css'))};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
