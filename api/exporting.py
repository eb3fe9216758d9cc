"""From a stored query to a file: runs it, gathers its graph, writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.exports.html import write_html
from api.exports.writing import replaceable
from api.graphs import graph_of, names_nodes
from cypher import catalogue, runner
from graph_model.errors import UsageError
from graph_model.store import Store
from graph_model.view import GraphAnswer


def export_query(
    store: Store, name: str, parameters: Mapping[str, Any], target: Path, timeout: float | None = None
) -> GraphAnswer:
    """Write the graph behind a stored query as HTML; an answer without nodes is an error, not an empty picture."""
    replaceable(target)
    stored = catalogue.query(name)
    if stored.header.searches or not names_nodes(stored.header.columns):
        hint = f"`provgraph query {name} --format csv` (or json) gives its rows"
        raise UsageError(f"query `{name}` counts or lists, and has no picture", hint=hint)
    answer = runner.run(store, name, parameters, timeout)
    drawn = graph_of(store, name, answer, stored.header.summary)
    if not drawn.nodes:
        hint = next(iter(answer.notes), "load logs first, or give other parameters: `provgraph queries` shows them")
        raise UsageError(f"query `{name}` found nothing that could be drawn", hint=hint)
    write_html(drawn, target)
    return drawn
