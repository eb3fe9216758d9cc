"""Writing statements, made from the schema: kinds are our own words, everything from logs is a parameter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from graph_model import schema

LOCK_NODES = """
UNWIND $uids AS uid
MATCH (n:Entity {uid: uid})
SET n.uid = uid
RETURN n.uid AS uid, properties(n) AS props
"""
SET_NODES = """
UNWIND $rows AS row
MATCH (n:Entity {uid: row.uid})
SET n += row.props
"""


def constraints() -> Iterator[str]:
    """One uid, one thing: on every node, every label and every relationship type."""
    for label in (schema.ENTITY, *schema.NODES):
        yield f"CREATE CONSTRAINT {label.lower()}_uid IF NOT EXISTS FOR (n:{label}) REQUIRE n.uid IS UNIQUE"
    for type_ in schema.RELATIONSHIPS:
        yield f"CREATE CONSTRAINT {type_.lower()}_uid IF NOT EXISTS FOR ()-[r:{type_}]-() REQUIRE r.uid IS UNIQUE"


@cache
def create_nodes(label: str) -> str:
    """Create nodes of a kind of the schema."""
    kind = schema.NODES[label]
    return f"UNWIND $rows AS row CREATE (n:{kind.label}:{schema.ENTITY} {{uid: row.uid}}) SET n += row.props"


@cache
def existing(type_: str) -> str:
    """Which of some relationships exist."""
    kind = schema.RELATIONSHIPS[type_]
    return f"MATCH ()-[r:{kind.type}]->() WHERE r.uid IN $uids RETURN r.uid AS uid"


@cache
def create_relationships(type_: str) -> str:
    """Create relationships of a kind of the schema."""
    kind = schema.RELATIONSHIPS[type_]
    return (
        "UNWIND $rows AS row MATCH (a:Entity {uid: row.a}) MATCH (b:Entity {uid: row.b}) "
        f"CREATE (a)-[r:{kind.type} {{uid: row.uid}}]->(b) SET r += row.props"
    )


@cache
def update_relationships(type_: str) -> str:
    """Set the properties of relationships that exist."""
    kind = schema.RELATIONSHIPS[type_]
    return f"MATCH ()-[r:{kind.type}]->() WHERE r.uid IN $uids SET r += $props[r.uid]"


@cache
def delete_relationships(type_: str) -> str:
    """Remove relationships by uid."""
    kind = schema.RELATIONSHIPS[type_]
    return f"MATCH ()-[r:{kind.type}]->() WHERE r.uid IN $uids DELETE r"
