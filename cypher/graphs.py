"""Any answer as a graph: what its rows name or hold, and the relationships between it.

Rows of stored queries name nodes by uid (`uids`, `injector_uid`, …); rows of the user's own Cypher may also hold nodes,
relationships and paths, however deep in lists and maps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from cypher import runner
from cypher.answer import Answer
from graph_model import statements
from graph_model.errors import UsageError
from graph_model.schema import NODES, RELATIONSHIPS
from graph_model.store import Store
from graph_model.view import Edge, GraphAnswer, Node, to_networkx

MOST_EDGES = 50_000
_SEVERAL = "uids"
_NO_NODE = "`RETURN p`, `RETURN path` or `RETURN p.uid AS uid` name nodes; so do the stored queries with `uid` columns"


@dataclass
class _Held:
    """Uids of what stands in the cells of an answer."""

    nodes: dict[str, None] = field(default_factory=dict)
    relationships: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def networkx_of(store: Store, answer: Answer, title: str = "") -> nx.MultiDiGraph[str]:
    """The graph behind an answer for networkx: nodes by uid, relationships keyed by uid, `kind` tells what each is."""
    graph = graph_behind(store, answer, title)
    if answer.rows and not graph.nodes:
        raise UsageError("the rows name no node of the graph", hint=_NO_NODE)
    return to_networkx(graph)


def graph_behind(store: Store, answer: Answer, title: str = "", most_nodes: int | None = None) -> GraphAnswer:
    """Everything that the rows name or hold, on demand no more than so many nodes.

    Where rows are or hold relationships, these are the relationships of the graph; else all between its nodes are.
    """
    held = _held(answer)
    edges = _relationships(store, held)
    ends = [uid for edge in edges for uid in (edge.source, edge.target)]
    uids = list(dict.fromkeys([*held.nodes, *ends]))
    found = nodes(store, uids[:most_nodes])
    if not edges:
        only = relationships_named(answer)
        between = edges_between(store, [node.uid for node in found])
        edges = [edge for edge in between if only is None or edge.uid in only]
    return GraphAnswer(
        nodes=tuple(found),
        edges=tuple(edges),
        total_nodes=len(found) + len(uids[most_nodes:] if most_nodes else []),
        total_edges=len(edges),
        truncated=answer.truncated or len(edges) >= MOST_EDGES or len(uids[:most_nodes]) < len(uids),
        title=title,
        cypher=answer.cypher,
        parameters=answer.parameters,
    )


def naming(columns: Collection[str]) -> list[str]:
    """The columns that name nodes: `uids`, those that end in `_uid`, and `uid` where rows are nodes."""
    found = [name for name in columns if name == _SEVERAL or (name.endswith(("_uid", ".uid")) and name != "run_uid")]
    return found if _rows_are_relationships(columns) or "uid" not in columns else [*found, "uid"]


def relationships_named(answer: Answer) -> set[str] | None:
    """Uids of the relationships that the rows are; None where they are none."""
    return {row["uid"] for row in answer.rows} if _rows_are_relationships(answer.columns) else None


def _rows_are_relationships(columns: Collection[str]) -> bool:
    return {"source_uid", "target_uid", "uid"} <= set(columns) or "subject_uid" in columns


def named(answer: Answer) -> list[str]:
    """Uids of nodes in the rows, in their order."""
    columns = naming(answer.columns)
    found: dict[str, None] = {}
    for row in answer.rows:
        for column in columns:
            values = row[column] if isinstance(row[column], list) else [row[column]]
            found.update(dict.fromkeys(uid for uid in values if uid and isinstance(uid, str)))
    return list(found)


def nodes(store: Store, uids: list[str]) -> list[Node]:
    """The nodes with these uids, as far as there are such, in this order."""
    rows = runner.run(store, "nodes", {"uids": uids, "limit": len(uids) or 1}).rows
    by_uid = {row["uid"]: Node(row["uid"], row["label"], plain(row["properties"])) for row in rows}
    return [by_uid[uid] for uid in uids if uid in by_uid]


def edges_between(store: Store, uids: list[str]) -> list[Edge]:
    """All relationships that begin and end at these nodes."""
    rows = runner.run(store, "relationships", {"uids": uids, "limit": MOST_EDGES}).rows
    return [_edge(row["type"], row) for row in rows]


def plain(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties in one order, without the uid."""
    return {name: value for name, value in sorted(properties.items()) if name != "uid"}


def _edge(type_: str, row: dict[str, Any]) -> Edge:
    return Edge(row["uid"], type_, row["source"], row["target"], plain(row["properties"]))


def _held(answer: Answer) -> _Held:
    found = _Held()
    found.nodes.update(dict.fromkeys(named(answer)))
    for part in _maps(row[column] for row in answer.rows for column in answer.columns):
        uid = part.get("uid")
        if not isinstance(uid, str):
            continue
        if _is_node(part):
            found.nodes[uid] = None
        elif part.get("type") in RELATIONSHIPS:
            found.relationships[part["type"]].add(uid)
    return found


def _is_node(part: dict[str, Any]) -> bool:
    """As the store writes nodes; a scan has labels too, and they are none of ours."""
    labels = part.get("labels")
    return isinstance(labels, list) and any(isinstance(label, str) and label in NODES for label in labels)


def _maps(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """All maps in the values, in lists and in other maps too."""
    for value in values:
        if isinstance(value, dict):
            yield value
            yield from _maps(value.values())
        elif isinstance(value, list):
            yield from _maps(value)


def _relationships(store: Store, held: _Held) -> list[Edge]:
    found = []
    for type_, uids in sorted(held.relationships.items()):
        rows = store.read(statements.with_ends(type_), {"uids": sorted(uids)}).rows()
        found += [_edge(type_, row) for row in rows]
    return found
