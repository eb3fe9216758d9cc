"""The graph as JSON: one pydantic model for each kind of the schema, made from it, so that OpenAPI tells them all."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, create_model

from api.routes.models import Paged
from graph_model import schema
from graph_model.kinds import Property
from graph_model.view import Edge, GraphAnswer, Node

_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "float": float,
    "list[string]": list[str],
    "list[integer]": list[int],
}
_AS_THEY_ARE = ConfigDict(extra="allow")  # a graph may hold properties that a later version wrote


class _Node(BaseModel):
    """A node."""

    uid: str = Field(examples=["9b2f0c1d8e7a4b53"], description="deterministic identity")


class _Relationship(BaseModel):
    """A relationship."""

    uid: str = Field(examples=["1c9d7e2ab4f05836"], description="deterministic identity")
    source: str = Field(examples=["9b2f0c1d8e7a4b53"], description="uid of the node that it starts at")
    target: str = Field(examples=["77aa01f2c3d4e5b6"], description="uid of the node that it ends at")


class OtherNode(_Node):
    """A node of a kind that this version does not know."""

    label: str
    properties: dict[str, Any]


class OtherRelationship(_Relationship):
    """A relationship of a kind that this version does not know."""

    type: str
    properties: dict[str, Any]


def _is_none(value: object) -> bool:
    return value is None


def _properties(name: str, doc: str, declared: dict[str, Property]) -> type[BaseModel]:
    """What is known of one thing; what the log does not say is left out."""
    fields: dict[str, Any] = {
        key: (_TYPES[prop.type], Field(default=None, description=prop.doc, exclude_if=_is_none))
        for key, prop in declared.items()
        if key != "uid"
    }
    return create_model(f"{name}Properties", __config__=_AS_THEY_ARE, __doc__=doc, **fields)


def _node_model(kind: schema.NodeKind) -> type[_Node]:
    properties = _properties(kind.label, kind.doc, kind.properties)
    fields: dict[str, Any] = {"label": (Literal[kind.label], ...), "properties": (properties, ...)}
    return create_model(f"{kind.label}Node", __base__=_Node, __doc__=kind.doc, **fields)


def _relationship_model(kind: schema.RelationshipKind) -> type[_Relationship]:
    name = "".join(word.capitalize() for word in kind.type.split("_"))
    properties = _properties(name, kind.doc, kind.properties)
    fields: dict[str, Any] = {"type": (Literal[kind.type], ...), "properties": (properties, ...)}
    return create_model(f"{name}Relationship", __base__=_Relationship, __doc__=kind.doc, **fields)


NODE_MODELS: dict[str, type[BaseModel]] = {label: _node_model(kind) for label, kind in schema.NODES.items()}
RELATIONSHIP_MODELS: dict[str, type[BaseModel]] = {
    type_: _relationship_model(kind) for type_, kind in schema.RELATIONSHIPS.items()
}


if TYPE_CHECKING:
    AnyNode: TypeAlias = BaseModel
    AnyRelationship: TypeAlias = BaseModel
else:
    AnyNode = reduce(or_, [*NODE_MODELS.values(), OtherNode])
    AnyRelationship = reduce(or_, [*RELATIONSHIP_MODELS.values(), OtherRelationship])


class Total(BaseModel):
    """How much there is, also when less is shown."""

    nodes: int = Field(examples=[4])
    edges: int = Field(examples=[5])


class GraphModel(Paged):
    """A graph, the rows that it draws, and the Cypher and parameters behind them."""

    nodes: list[AnyNode] = Field(description="by kind, as the schema declares them")
    edges: list[AnyRelationship] = Field(description="relationships between these nodes")
    total: Total


def node_model(node: Node) -> BaseModel:
    """A node as its kind declares it."""
    return NODE_MODELS.get(node.label, OtherNode)(uid=node.uid, label=node.label, properties=node.properties)


def relationship_model(edge: Edge) -> BaseModel:
    """A relationship as its kind declares it."""
    model = RELATIONSHIP_MODELS.get(edge.type, OtherRelationship)
    return model(uid=edge.uid, type=edge.type, source=edge.source, target=edge.target, properties=edge.properties)


def graph_model_of(page: Paged, graph: GraphAnswer) -> GraphModel:
    """The rows of a page with the graph behind them."""
    return GraphModel(
        **page.model_dump() | {"truncated": page.truncated or graph.truncated},
        nodes=[node_model(node) for node in graph.nodes],
        edges=[relationship_model(edge) for edge in graph.closed_edges()],
        total=Total(nodes=graph.total_nodes, edges=graph.total_edges),
    )
