"""An answer as a graph: the nodes that its rows name, what surrounds them, and the relationships between them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cypher import runner
from cypher.answer import Answer
from graph_model.store import Store
from graph_model.view import Edge, GraphAnswer, Node

MAX_NODES = 1_000
MAX_EDGES = 3_000
# They say where something is known from or how often, not what happened.
_LEFT_OUT = frozenset({"RECORDED_IN", "CALLED", "NAMED_HOST", "HAS_ADDRESS", "MATCHED", "RAN_AS"})
_WITH_CONTEXT = frozenset({"lateral-movement"})
# A tree shows who started whom; what a parent does in starting a child would cover it.
_DRAWN = {"process-tree": frozenset({"SPAWNED", "STARTED_REMOTELY", "INJECTED_INTO", "RAN_ON"})}


def graph_of(store: Store, name: str, answer: Answer, title: str, max_nodes: int = MAX_NODES) -> GraphAnswer:
    """The graph behind the rows of a stored query; ``truncated`` when more is there than is shown."""
    named = _named(answer)
    uids = list(dict.fromkeys([*named, *_context(store, name, named)]))
    nodes = _with_hosts(store, _nodes(store, uids[:max_nodes]))
    found = _edges(store, [node.uid for node in nodes], _relationships(name, answer))
    edges = [edge for edge in found if edge.type in _DRAWN.get(name, {edge.type})]
    return GraphAnswer(
        nodes=tuple(nodes),
        edges=tuple(edges[:MAX_EDGES]),
        total_nodes=max(len(uids), len(nodes)),
        total_edges=len(edges),
        truncated=answer.truncated or len(uids) > max_nodes or len(edges) > MAX_EDGES,
        title=title,
        cypher=answer.cypher,
        parameters=answer.parameters,
        marked=frozenset(answer.asked),
    )


def names_nodes(columns: Collection[str]) -> bool:
    """Whether an answer with these columns can have a graph behind it."""
    return bool(_naming(columns))


def _naming(columns: Collection[str]) -> list[str]:
    """The columns that name nodes: `uids`, those that end in `_uid`, and `uid` where rows are nodes."""
    found = [name for name in columns if name == "uids" or (name.endswith("_uid") and name != "run_uid")]
    return found if _rows_are_relationships(columns) or "uid" not in columns else [*found, "uid"]


def _named(answer: Answer) -> list[str]:
    """Uids of nodes in the rows, in their order."""
    columns = _naming(answer.columns)
    found: dict[str, None] = {}
    for row in answer.rows:
        for column in columns:
            values = row[column] if column == "uids" else [row[column]]
            found.update(dict.fromkeys(uid for uid in values if uid))
    return list(found)


def _rows_are_relationships(columns: Collection[str]) -> bool:
    return {"source_uid", "target_uid", "uid"} <= set(columns) or "subject_uid" in columns


def _context(store: Store, name: str, uids: list[str]) -> list[str]:
    if name not in _WITH_CONTEXT or not uids:
        return []
    return [row["uid"] for row in runner.run(store, "context", {"uids": uids}).rows]


def _relationships(name: str, answer: Answer) -> set[str] | None:
    """Where the rows are relationships, only these are drawn."""
    drawn = _rows_are_relationships(answer.columns) and name not in _WITH_CONTEXT
    return {row["uid"] for row in answer.rows} if drawn else None


def _nodes(store: Store, uids: list[str]) -> list[Node]:
    rows = runner.run(store, "nodes", {"uids": uids, "limit": len(uids) or 1}).rows
    by_uid = {row["uid"]: Node(row["uid"], row["label"], _plain(row["properties"])) for row in rows}
    return [by_uid[uid] for uid in uids if uid in by_uid]


def _with_hosts(store: Store, nodes: list[Node]) -> list[Node]:
    """The hosts on which the nodes are, so that a picture can name them."""
    known = {node.uid for node in nodes}
    hosts = {str(node.properties["host_uid"]) for node in nodes if "host_uid" in node.properties} - known
    return nodes + _nodes(store, sorted(hosts))


def _edges(store: Store, uids: list[str], only: set[str] | None) -> list[Edge]:
    rows = runner.run(store, "relationships", {"uids": uids, "limit": 50_000}).rows
    return [
        Edge(row["uid"], row["type"], row["source"], row["target"], _plain(row["properties"]))
        for row in rows
        if row["type"] not in _LEFT_OUT and (only is None or row["uid"] in only)
    ]


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sorted(properties.items()) if name != "uid"}
