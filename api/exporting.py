"""From a stored query to a file: runs it, gathers its graph, writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.exports.formats import render
from api.exports.writing import replaceable, write_whole
from api.graphs import graph_of
from cypher import catalogue, runner
from cypher.graphs import naming
from graph_model.errors import UsageError
from graph_model.store import Store
from graph_model.view import GraphAnswer


def export_query(
    store: Store,
    name: str,
    parameters: Mapping[str, Any],
    target: Path,
    timeout: float | None = None,
    fmt: str = "html",
) -> GraphAnswer:
    """Write the graph behind a stored query in one of the formats, and give it back."""
    replaceable(target)
    drawn = answer_graph(store, name, parameters, timeout)
    write_whole(render(fmt, drawn).body, target)
    return drawn


def answer_graph(store: Store, name: str, parameters: Mapping[str, Any], timeout: float | None = None) -> GraphAnswer:
    """The graph behind a stored query; an answer without nodes is an error, not an empty picture."""
    stored = catalogue.query(name)
    if stored.header.searches or not naming(stored.header.columns):
        hint = f"`provgraph query {name} --format csv` (or json) gives its rows"
        raise UsageError(f"query `{name}` counts or lists, and has no picture", hint=hint)
    answer = runner.run(store, name, parameters, timeout)
    drawn = graph_of(store, name, answer, stored.header.summary)
    if not drawn.nodes:
        hint = next(iter(answer.notes), "load logs first, or give other parameters: `provgraph queries` shows them")
        raise UsageError(f"query `{name}` found nothing that could be drawn", hint=hint)
    return drawn
