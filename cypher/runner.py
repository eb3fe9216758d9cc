"""Runs stored queries: binds parameters, and puts answers together where one statement is not enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cypher import chains, hints, lineage, paths, reading, tokens, waves
from cypher.answer import Answer
from cypher.catalogue import Query, query
from cypher.parameters import bind
from graph_model.store import Store


def run(store: Store, name: str, given: Mapping[str, Any] | None = None, timeout: float | None = None) -> Answer:
    """The answer of the stored query ``name``; errors say which name or parameter does not fit."""
    stored = query(name)
    parameters = bind(stored, given or {})
    answer = _answered(store, stored, parameters, timeout)
    notes = () if answer.rows else hints.of_nothing(store, stored, parameters, timeout)
    return replace(answer, notes=(*hints.of_unfinished(store, timeout), *notes))


def _answered(store: Store, stored: Query, parameters: dict[str, Any], timeout: float | None) -> Answer:
    if stored.header.answer == "waves":
        return waves.track(store, stored, parameters, timeout)
    if stored.header.answer == "chains":
        return chains.paths(store, stored, parameters, timeout)
    if stored.header.answer == "lineage":
        return lineage.trace(store, stored, parameters, timeout)
    if stored.header.answer == "paths":
        return paths.between(store, stored, parameters, timeout)
    return _rows(store, stored, parameters, timeout)


def _rows(store: Store, stored: Query, parameters: dict[str, Any], timeout: float | None) -> Answer:
    """Ask for one row more than the limit, to know whether there is more."""
    limit = parameters.get("limit")
    asked = {**parameters, "limit": limit + 1} if limit is not None else parameters
    rows = store.read(stored.text, asked, timeout).rows()
    more = limit is not None and len(rows) > limit
    columns = list(stored.header.columns)  # an answer without rows does not name them on every engine
    return Answer(columns, rows[:limit] if more else rows, stored.text, parameters, truncated=more)


def ad_hoc(
    store: Store,
    text: str,
    given: Mapping[str, Any] | None = None,
    timeout: float | None = None,
    most: int | None = None,
) -> Answer:
    """The answer to text of the user's own, no further than ``most`` rows; the store only reads."""
    reading.check(store, text, given)
    result = store.read(text, given, timeout, None if most is None else most + 1)
    rows = result.rows()
    more = most is not None and len(rows) > most
    return Answer(result.columns or _columns(text), rows[:most], text, dict(given or {}), truncated=more)


def _columns(text: str) -> list[str]:
    """The columns that the text itself names."""
    branches = tokens.columns(tokens.tokens(text))
    return [name for name in branches[-1] if name != "*"] if branches else []
