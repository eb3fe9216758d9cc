"""Runs the examples in the headers of stored queries and rules against a database.

The database must be one that may be emptied: each example begins with an empty graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cypher import runner
from cypher.answer import Row
from cypher.catalogue import Picture, Query, Rule, pictures, queries, rules
from cypher.header import Example
from cypher.parameters import bind
from graph_model.store import Store

_EMPTY = "MATCH (n) DETACH DELETE n"
_RUN = "run"


def everything() -> Iterator[tuple[Query | Rule, Example]]:
    """Every stored query, picture and rule with each of its examples."""
    catalogue: list[Query | Rule] = [*queries().values(), *pictures().values(), *rules().values()]
    for stored in catalogue:
        for example in stored.header.examples:
            yield stored, example


def failure(store: Store, stored: Query | Rule, example: Example) -> str | None:
    """``None`` when the rows are those of the example, else what differs."""
    store.change(_EMPTY)
    store.change(example.graph)
    found = _found(store, stored, example.params)
    if len(found) != len(example.rows):
        return f"{len(example.rows)} rows expected, {len(found)} found: {found}"
    for number, (expected, row) in enumerate(zip(example.rows, found, strict=True), 1):
        wrong = {name: row.get(name) for name, value in expected.items() if row.get(name) != value}
        if wrong:
            return f"row {number}: expected {expected}, found {wrong}"
    return None


def _found(store: Store, stored: Query | Rule, params: dict[str, Any]) -> list[Row]:
    if isinstance(stored, Picture):
        return store.read(stored.text, bind(stored, params)).rows()
    if isinstance(stored, Query):
        return runner.run(store, stored.name, params).rows
    return store.read(stored.text, {"runs": [_RUN], **params}).rows()
