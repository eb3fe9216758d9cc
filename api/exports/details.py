"""What the panel of the page shows: properties, times and evidence of each node and line, all of it text.

It is most of a page and is needed only once somebody clicks or searches, so it stands apart from what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.exports import words
from api.exports.bundles import Bundle
from graph_model.schema import NOT_RECORDED
from graph_model.view import Edge, Node


def details(nodes: Iterable[Node], bundles: Iterable[Bundle]) -> Iterator[dict[str, Any]]:
    """What the schema says of properties, by kind; then each node and each line, in their order.

    The page keeps them as lines of text, and reads only those that somebody asks for.
    """
    known = [_node_details(node) for node in nodes]
    lines = [_bundle_details(bundle) for bundle in bundles]
    yield {kind: words.docs(kind) for kind in sorted({entry["kind"] for entry in (*known, *lines)})}
    yield from known
    yield from lines


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
    times = edge_times(edges)
    if not times:
        return f"time {NOT_RECORDED}"
    first, last = words.iso_time(min(times)), words.iso_time(max(times))
    return first if first == last else f"{first} to {last}"


def edge_times(edges: Iterable[Edge]) -> list[int]:
    """Every first and last time that is recorded."""
    found = (edge.properties.get(name) for edge in edges for name in ("first_us", "last_us"))
    return [time for time in found if isinstance(time, int)]
