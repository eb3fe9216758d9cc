"""Answers as py2neo's ``Subgraph``, and back.

py2neo writes one relationship for two nodes and a type, so that of fifty writes into a process one would be left. The
subgraphs made here merge nodes and relationships by their uids: all arrive, and merging again changes nothing.

This module needs the extra `py2neo`; :mod:`graph_model.notebook` hands out what is in it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from py2neo import Node as BoltNode
from py2neo import Relationship, Subgraph
from py2neo.bulk import merge_nodes, merge_relationships

from graph_model.errors import UsageError
from graph_model.schema import ENTITY, NODES
from graph_model.view import Edge, GraphAnswer, Node

_BY_UID = (ENTITY, "uid")


class AnswerSubgraph(Subgraph):  # type: ignore[misc] # the library has no types
    """A subgraph that knows its nodes and relationships by uid."""

    def __or__(self, other: Subgraph) -> AnswerSubgraph:
        return _ours(super().__or__(other))

    def __and__(self, other: Subgraph) -> AnswerSubgraph:
        return _ours(super().__and__(other))

    def __sub__(self, other: Subgraph) -> AnswerSubgraph:
        return _ours(super().__sub__(other))

    def __xor__(self, other: Subgraph) -> AnswerSubgraph:
        return _ours(super().__xor__(other))

    def __db_merge__(self, tx: Any, primary_label: str | None = None, primary_key: str | None = None) -> None:
        """Write what is missing; label and key are always ours."""
        nodes: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
        for node in self.nodes:
            nodes[frozenset(node.labels)].append(dict(node))
        for labels, rows in nodes.items():
            merge_nodes(tx, rows, _BY_UID, labels=labels)
        relationships: dict[str, list[tuple[str, dict[str, Any], str]]] = defaultdict(list)
        for edge in self.relationships:
            row = (edge.start_node["uid"], dict(edge), edge.end_node["uid"])
            relationships[type(edge).__name__].append(row)
        for type_, found in relationships.items():
            merge_relationships(tx, found, (type_, "uid"), start_node_key=_BY_UID, end_node_key=_BY_UID)

    def __db_create__(self, tx: Any) -> None:
        """As merging: what bears a uid can be there once."""
        self.__db_merge__(tx)


def _ours(subgraph: Subgraph) -> AnswerSubgraph:
    return AnswerSubgraph(subgraph.nodes, subgraph.relationships)


def to_subgraph(answer: GraphAnswer) -> AnswerSubgraph:
    """The answer with its labels, properties and uids; dangling relationships are left out."""
    nodes = {node.uid: _bolt_node(node) for node in answer.nodes}
    edges = [_bolt_relationship(edge, nodes) for edge in answer.closed_edges()]
    return AnswerSubgraph(nodes.values(), edges)


def _bolt_node(node: Node) -> BoltNode:
    made = BoltNode(node.label, ENTITY)
    made.update({**node.properties, "uid": node.uid})
    made.__primarylabel__, made.__primarykey__ = _BY_UID
    return made


def _bolt_relationship(edge: Edge, nodes: dict[str, BoltNode]) -> Relationship:
    made = Relationship.type(edge.type)(nodes[edge.source], nodes[edge.target])
    made.update({**edge.properties, "uid": edge.uid})
    return made


def from_subgraph(subgraph: Subgraph, title: str = "") -> GraphAnswer:
    """The answer that a subgraph of provgraph's nodes holds, whichever query found it."""
    nodes = sorted((_node(node) for node in subgraph.nodes), key=lambda node: node.uid)
    edges = sorted((_edge(edge) for edge in subgraph.relationships), key=lambda edge: edge.uid)
    return GraphAnswer(tuple(nodes), tuple(edges), len(nodes), len(edges), truncated=False, title=title)


def _node(node: BoltNode) -> Node:
    label = next((label for label in sorted(node.labels) if label in NODES), None)
    if label is None:
        labels = ", ".join(sorted(node.labels)) or "no label"
        raise UsageError(f"a node of the subgraph is none of provgraph's ({labels})", hint="docs/reference/schema.md")
    return Node(_uid(node), label, _others(node))


def _edge(edge: Relationship) -> Edge:
    ends = (_uid(edge.start_node), _uid(edge.end_node))
    return Edge(_uid(edge), type(edge).__name__, *ends, _others(edge))


def _uid(thing: BoltNode | Relationship) -> str:
    if not thing["uid"]:
        raise UsageError("a node or relationship of the subgraph has no uid", hint="it is none of provgraph's")
    return str(thing["uid"])


def _others(thing: BoltNode | Relationship) -> dict[str, Any]:
    return {name: value for name, value in sorted(dict(thing).items()) if name != "uid"}
