"""A whole graph as sets, to compare what two loads made of the same logs."""

from __future__ import annotations

from graph_model.store import Store

_NODES = "MATCH (n:Entity) RETURN labels(n) AS labels, properties(n) AS props"
_RELATIONSHIPS = """
MATCH (a:Entity)-[r]->(b:Entity)
RETURN type(r) AS type, a.uid AS a, b.uid AS b, properties(r) AS props
"""

Snapshot = tuple[frozenset[tuple[object, ...]], frozenset[tuple[object, ...]]]


def snapshot(store: Store) -> Snapshot:
    """All nodes and all relationships with all properties."""
    nodes = store.read(_NODES).rows()
    relationships = store.read(_RELATIONSHIPS).rows()
    return (
        frozenset((tuple(sorted(row["labels"])), _frozen(row["props"])) for row in nodes),
        frozenset((row["type"], row["a"], row["b"], _frozen(row["props"])) for row in relationships),
    )


def _frozen(props: dict[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((name, tuple(v) if isinstance(v, list) else v) for name, v in props.items()))
