"""The networkx view holds what the answer holds, and nothing that it does not."""

from __future__ import annotations

from typing import Any

import networkx as nx

from graph_model.schema import NODES, RELATIONSHIPS
from graph_model.view import KIND, Edge, GraphAnswer, Node, to_networkx


def _answer(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> GraphAnswer:
    return GraphAnswer(nodes, edges, len(nodes), len(edges), False, "a title", "MATCH (n) RETURN n", {"host": "PC1"})


def _process(uid: str, **properties: Any) -> Node:
    return Node(uid, "Process", properties)


def test_nodes_and_relationships_keep_kind_and_properties() -> None:
    edges = (Edge("e", "INJECTED_INTO", "a", "b", {"confidence": "confirmed"}),)
    graph = to_networkx(_answer((_process("a", pid=1), _process("b", pid=2)), edges))
    assert dict(graph.nodes(data=True)) == {"a": {"kind": "Process", "pid": 1}, "b": {"kind": "Process", "pid": 2}}
    assert list(graph.edges(keys=True, data=True)) == [
        ("a", "b", "e", {"kind": "INJECTED_INTO", "confidence": "confirmed"})
    ]


def test_parallel_relationships_stay_apart() -> None:
    edges = (
        Edge("1", "WROTE_MEMORY_OF", "a", "b"),
        Edge("2", "WROTE_MEMORY_OF", "a", "b"),
        Edge("3", "SPAWNED", "a", "b"),
    )
    assert to_networkx(_answer((_process("a"), _process("b")), edges)).number_of_edges() == 3


def test_the_graph_carries_its_question() -> None:
    assert to_networkx(_answer((), ())).graph == {
        "title": "a title",
        "cypher": "MATCH (n) RETURN n",
        "parameters": {"host": "PC1"},
        "truncated": False,
    }


def test_dangling_relationships_invent_no_node() -> None:
    answer = _answer((_process("a"),), (Edge("e", "SPAWNED", "a", "gone"),))
    graph = to_networkx(answer)
    assert set(graph) == {"a"}
    assert graph.number_of_edges() == 0
    assert answer.closed_edges() == ()


def test_no_property_name_can_disturb_the_view() -> None:
    hostile = {"node_for_adding": 1, "u_for_edge": 2, "key": 3, "kind": "spoofed", "self": 4}
    graph = to_networkx(_answer((Node("a", "File", hostile),), (Edge("e", "READ_BY", "a", "a", hostile),)))
    assert graph.nodes["a"] == {**hostile, "kind": "File"}
    assert graph.edges["a", "a", "e"] == {**hostile, "kind": "READ_BY"}


def test_the_schema_has_no_property_that_the_view_would_hide() -> None:
    declared = {name for kind in (*NODES.values(), *RELATIONSHIPS.values()) for name in kind.properties}
    assert KIND not in declared


def test_networkx_algorithms_run_on_it() -> None:
    edges = tuple(Edge(f"e{i}", "SPAWNED", str(i), str(i + 1)) for i in range(3))
    graph = to_networkx(_answer(tuple(_process(str(i)) for i in range(4)), edges))
    assert nx.shortest_path(graph, "0", "3") == ["0", "1", "2", "3"]
