"""An answer as a graph in memory: what exports draw and what networkx computes on.

Whoever asks the store puts nodes and relationships into a :class:`GraphAnswer`; every export reads that and nothing
else, so a picture, a GraphML file and a STIX bundle of one question always tell the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import networkx as nx

KIND = "kind"


@dataclass(frozen=True)
class Node:
    """A node with its schema label and its properties as the database holds them."""

    uid: str
    label: str
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Edge:
    """A relationship; ``source`` and ``target`` are uids of nodes."""

    uid: str
    type: str
    source: str
    target: str
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GraphAnswer:
    """What a question found: ``total_nodes`` and ``total_edges`` count what there is, also when ``truncated``.

    ``marked`` are the uids of what was asked about.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    total_nodes: int
    total_edges: int
    truncated: bool
    title: str
    cypher: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()

    def closed_edges(self) -> tuple[Edge, ...]:
        """The relationships both of whose ends are in the answer; a cut may leave others dangling."""
        known = {node.uid for node in self.nodes}
        return tuple(edge for edge in self.edges if edge.source in known and edge.target in known)


def to_networkx(answer: GraphAnswer) -> nx.MultiDiGraph[str]:
    """The answer for networkx: nodes by uid, relationships keyed by uid, label or type as the attribute ``kind``.

    Dangling relationships are left out, since networkx would invent nodes for them.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        title=answer.title, cypher=answer.cypher, parameters=answer.parameters, truncated=answer.truncated
    )
    for node in answer.nodes:
        graph.add_node(node.uid)
        graph.nodes[node.uid].update(node.properties, **{KIND: node.label})
    for edge in answer.closed_edges():
        graph.add_edge(edge.source, edge.target, key=edge.uid)
        graph.edges[edge.source, edge.target, edge.uid].update(edge.properties, **{KIND: edge.type})
    return graph
