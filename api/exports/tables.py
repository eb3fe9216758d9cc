"""Two tables in a zip file: ``nodes.csv`` and ``edges.csv``, one column for each property that occurs.

Cells are written as ``--format csv`` writes them: lists joined with a semicolon, and text that a spreadsheet would run
as a formula behind an apostrophe.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from api.output import write_csv
from graph_model.view import GraphAnswer

_ALWAYS_THE_SAME = (1980, 1, 1, 0, 0, 0)  # a zip file would hold the time of its making


def render(answer: GraphAnswer) -> bytes:
    """The file."""
    nodes = [{**node.properties, "uid": node.uid, ":kind": node.label} for node in answer.nodes]
    edges = [
        {**edge.properties, "uid": edge.uid, ":kind": edge.type, ":source": edge.source, ":target": edge.target}
        for edge in answer.edges
    ]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        _add(archive, "nodes.csv", ["uid", ":kind"], nodes)
        _add(archive, "edges.csv", ["uid", ":kind", ":source", ":target"], edges)
    return file.getvalue()


def _add(archive: zipfile.ZipFile, name: str, first: list[str], rows: list[dict[str, Any]]) -> None:
    table = io.StringIO()
    write_csv(table, [*first, *_others(rows, first)], rows)
    info = zipfile.ZipInfo(name, _ALWAYS_THE_SAME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, table.getvalue().encode("utf-8", "backslashreplace"))


def _others(rows: Iterable[dict[str, Any]], first: list[str]) -> list[str]:
    return sorted({name for row in rows for name in row} - set(first))
