"""Batches checked against the schema, and put together as a database would."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graph_model import schema
from graph_model.reduction import Batch

_TYPES = {"string": str, "integer": int, "boolean": bool, "float": float}


class Graph:
    """Nodes and relationships by uid, merged over batches by the schema's own rules."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self.nodes: dict[str, dict[str, Any]] = {}
        self.labels: dict[str, str] = {}
        self.relationships: dict[str, dict[str, Any]] = {}
        for batch in batches:
            self._take(batch)

    def _take(self, batch: Batch) -> None:
        for label, rows in batch.nodes.items():
            for row in rows:
                assert self.labels.setdefault(row["uid"], label) == label, "one uid under two labels"
                known = self.nodes.setdefault(row["uid"], {})
                for name, value in row["props"].items():
                    known[name] = schema.merge_values(schema.NODES[label].properties[name], known.get(name), value)
        for type_, rows in batch.relationships.items():
            for row in rows:
                assert row["uid"] not in self.relationships, "one uid for two relationships"
                self.relationships[row["uid"]] = {"type": type_, "a": row["a"], "b": row["b"], **row["props"]}

    def of(self, label: str) -> list[dict[str, Any]]:
        """The properties of all nodes of a kind."""
        return [{"uid": uid, **self.nodes[uid]} for uid, found in self.labels.items() if found == label]

    def between(self, type_: str) -> list[dict[str, Any]]:
        """All relationships of a type."""
        return [row for row in self.relationships.values() if row["type"] == type_]

    def triples(self, *types: str, by: str = "name") -> set[tuple[Any, str, Any]]:
        """Relationships as (caption, type, caption)."""
        return {
            (self.nodes[row["a"]].get(by), row["type"], self.nodes[row["b"]].get(by))
            for row in self.relationships.values()
            if not types or row["type"] in types
        }


def violations(graph: Graph) -> list[str]:
    """What in the graph the schema does not allow."""
    found = []
    for uid, label in graph.labels.items():
        found += [f"{label}.{problem}" for problem in _wrong(schema.NODES[label].properties, graph.nodes[uid])]
    for row in graph.relationships.values():
        kind = schema.RELATIONSHIPS[row["type"]]
        ends = (graph.labels.get(row["a"], "(none)"), graph.labels.get(row["b"], "(none)"))
        if ends not in kind.ends or kind.derived:
            found.append(f"{ends[0]}-{kind.type}->{ends[1]}")
        props = {name: value for name, value in row.items() if name not in ("type", "a", "b")}
        found += [f"{kind.type}.{problem}" for problem in _wrong(kind.properties, props)]
    return sorted(set(found))


def _wrong(declared: dict[str, schema.Property], props: dict[str, Any]) -> list[str]:
    return [
        f"{name}={value!r:.60}"
        for name, value in props.items()
        if name not in declared or not _fits(declared[name].type, value)
    ]


def _fits(type_: str, value: Any) -> bool:
    if type_.startswith("list["):
        return isinstance(value, list) and all(_fits(type_[5:-1], item) for item in value)
    if type_ == "integer":
        return type(value) is int and -(2**63) <= value < 2**63
    if type_ == "string":
        return isinstance(value, str) and value.encode("utf-8") is not None
    return type(value) is _TYPES[type_]
