"""An answer as a graph: the nodes that its rows name, what surrounds them, and the relationships between them."""

from __future__ import annotations

from cypher import runner
from cypher.answer import Answer
from cypher.graphs import edges_between, named, nodes, relationships_named
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
    asked = named(answer)
    uids = list(dict.fromkeys([*asked, *_context(store, name, asked)]))
    drawn = _with_hosts(store, nodes(store, uids[:max_nodes]))
    found = _edges(store, [node.uid for node in drawn], relationships_named(answer))
    edges = [edge for edge in found if edge.type in _DRAWN.get(name, {edge.type})]
    return GraphAnswer(
        nodes=tuple(drawn),
        edges=tuple(edges[:MAX_EDGES]),
        total_nodes=max(len(uids), len(drawn)),
        total_edges=len(edges),
        truncated=answer.truncated or len(uids) > max_nodes or len(edges) > MAX_EDGES,
        title=title,
        cypher=answer.cypher,
        parameters=answer.parameters,
        marked=frozenset(answer.asked),
    )


def _context(store: Store, name: str, uids: list[str]) -> list[str]:
    if name not in _WITH_CONTEXT or not uids:
        return []
    return [row["uid"] for row in runner.run(store, "context", {"uids": uids}).rows]


def _with_hosts(store: Store, found: list[Node]) -> list[Node]:
    """The hosts on which the nodes are, so that a picture can name them."""
    known = {node.uid for node in found}
    hosts = {str(node.properties["host_uid"]) for node in found if "host_uid" in node.properties} - known
    return found + nodes(store, sorted(hosts))


def _edges(store: Store, uids: list[str], only: set[str] | None) -> list[Edge]:
    found = edges_between(store, uids)
    return [edge for edge in found if (edge.type not in _LEFT_OUT if only is None else edge.uid in only)]
