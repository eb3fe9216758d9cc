"""Statements made from the schema: kinds are our own words, everything from logs is a parameter."""

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
# Two derivations at once would each remove what only the other has seen. The first statement makes a node that can be
# there once, the last one takes it away in the same transaction: the second writer waits, or is tried again.
TAKE_TURN = "CREATE (:DerivationLock {uid: 'derivation'})"
GIVE_TURN = "MATCH (l:DerivationLock {uid: 'derivation'}) DELETE l"
# Which reports `provgraph watch` has loaded: no part of the graph, kept beside it.
WATCHED = "MATCH (w:WatchedLog) RETURN w.path AS path, w.size AS size, w.changed_ns AS changed_ns"
NOTE_WATCHED = """
MERGE (w:WatchedLog {uid: $uid})
SET w.path = $path, w.size = $size, w.changed_ns = $changed_ns
"""
DELETE_NODES = "UNWIND $uids AS uid MATCH (n:Entity {uid: uid}) DETACH DELETE n"
CLEAR_NODES = "UNWIND $uids AS uid MATCH (n:Entity {uid: uid}) SET n = {uid: uid}"


def constraints() -> Iterator[str]:
    """One uid, one thing: on every node, every label and every relationship type; and the indexes of the schema."""
    for label in (schema.ENTITY, "DerivationLock", "WatchedLog", *schema.NODES):
        yield f"CREATE CONSTRAINT {label.lower()}_uid IF NOT EXISTS FOR (n:{label}) REQUIRE n.uid IS UNIQUE"
    for type_ in schema.RELATIONSHIPS:
        yield f"CREATE CONSTRAINT {type_.lower()}_uid IF NOT EXISTS FOR ()-[r:{type_}]-() REQUIRE r.uid IS UNIQUE"
    for kind in schema.NODES.values():
        for name in kind.indexed:
            index = f"{kind.label.lower()}_{name}"
            yield f"CREATE INDEX {index} IF NOT EXISTS FOR (n:{kind.label}) ON (n.{name})"


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
    """Set exactly these properties on relationships that exist; the uid is among them."""
    kind = schema.RELATIONSHIPS[type_]
    return f"MATCH ()-[r:{kind.type}]->() WHERE r.uid IN $uids SET r = $props[r.uid]"


@cache
def delete_relationships(type_: str) -> str:
    """Remove relationships by uid."""
    kind = schema.RELATIONSHIPS[type_]
    return f"MATCH ()-[r:{kind.type}]->() WHERE r.uid IN $uids DELETE r"


@cache
def types_present(types: frozenset[str]) -> str:
    """Which of some relationship types the database holds at all."""
    known = sorted(schema.RELATIONSHIPS[name].type for name in types)
    return " UNION ALL ".join(f"MATCH ()-[r:{name}]->() WITH r LIMIT 1 RETURN '{name}' AS type" for name in known)


@cache
def all_of(type_: str) -> str:
    """All relationships of a derived kind."""
    return f"MATCH ()-[r:{schema.RELATIONSHIPS[type_].type}]->() RETURN r.uid AS uid, r.rule AS rule"


@cache
def derived_of_runs(type_: str) -> str:
    """Relationships of a derived kind that begin at a process of some runs."""
    kind = schema.RELATIONSHIPS[type_]
    return (
        "UNWIND $runs AS run MATCH (:Entity {uid: run})<-[:RECORDED_IN]-(:Process)"
        f"-[r:{kind.type}]->() RETURN DISTINCT r.uid AS uid, r.rule AS rule"
    )


@cache
def with_ends(type_: str) -> str:
    """Some relationships with the nodes that they join."""
    kind = schema.RELATIONSHIPS[type_]
    return (
        f"MATCH (a)-[r:{kind.type}]->(b) WHERE r.uid IN $uids "
        "RETURN r.uid AS uid, a.uid AS source, b.uid AS target, properties(r) AS properties ORDER BY uid"
    )


@cache
def outgoing(type_: str) -> str:
    """The relationships of a kind that begin at a node, with where they end."""
    kind = schema.RELATIONSHIPS[type_]
    return f"MATCH (:Entity {{uid: $uid}})-[r:{kind.type}]->(m:Entity) RETURN m, r ORDER BY r.first_us, r.seq, r.uid"


@cache
def incoming(type_: str) -> str:
    """The relationships of a kind that end at a node, with where they begin."""
    kind = schema.RELATIONSHIPS[type_]
    return f"MATCH (:Entity {{uid: $uid}})<-[r:{kind.type}]-(m:Entity) RETURN m, r ORDER BY r.first_us, r.seq, r.uid"


@cache
def all_nodes(label: str) -> str:
    """All nodes of a derived kind."""
    return f"MATCH (n:{schema.NODES[label].label}) RETURN n.uid AS uid, n.rule AS rule"
