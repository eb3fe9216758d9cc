"""Runs stored queries: binds parameters, and puts answers together where one statement is not enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cypher import chains, waves
from cypher.answer import Answer
from cypher.catalogue import query
from cypher.parameters import bind
from graph_model.store import Store


def run(store: Store, name: str, given: Mapping[str, Any] | None = None, timeout: float | None = None) -> Answer:
    """The answer of the stored query ``name``; errors say which name or parameter does not fit."""
    stored = query(name)
    parameters = bind(stored, given or {})
    if stored.header.answer == "waves":
        return waves.track(store, stored, parameters, timeout)
    if stored.header.answer == "chains":
        return chains.paths(store, stored, parameters, timeout)
    return _rows(store, stored.text, parameters, timeout)


def _rows(store: Store, text: str, parameters: dict[str, Any], timeout: float | None) -> Answer:
    """Ask for one row more than the limit, to know whether there is more."""
    limit = parameters.get("limit")
    asked = {**parameters, "limit": limit + 1} if limit is not None else parameters
    result = store.read(text, asked, timeout)
    rows = result.rows()
    more = limit is not None and len(rows) > limit
    return Answer(result.columns, rows[:limit] if more else rows, text, parameters, truncated=more)


def ad_hoc(store: Store, text: str, given: Mapping[str, Any] | None = None, timeout: float | None = None) -> Answer:
    """The answer to text of the user's own; the store only reads."""
    result = store.read(text, given, timeout)
    return Answer(result.columns, result.rows(), text, dict(given or {}))
