"""Rows of an answer as cells of a table: text, links to nodes, and long lists folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from api.exports.words import values
from cypher.answer import Answer
from cypher.header import QueryHeader
from graph_model.schema import NOT_RECORDED

_SHOWN = 3
_SHORT = 28


@dataclass(frozen=True)
class Cell:
    """What one cell shows: the first lines, what is folded, and where its link leads; `long` lines may be broken."""

    lines: tuple[str, ...]
    folded: tuple[str, ...] = ()
    link: str = ""
    kind: str = ""


def heads(header: QueryHeader, answer: Answer) -> list[str]:
    """The columns that a page shows: those that a terminal shows, else all that are not uids."""
    named = header.table or [name for name in answer.columns if not name.endswith(("uid", "uids"))]
    return [name for name in named if name in answer.columns]


def cells(columns: Sequence[str], row: Mapping[str, Any]) -> list[Cell]:
    """One row."""
    return [_cell(name, row[name], _node(name, row, first=index == 0)) for index, name in enumerate(columns)]


def _cell(name: str, value: Any, uid: str) -> Cell:
    link = f"/nodes/{quote(uid, safe='')}" if uid else ""
    if value in (None, NOT_RECORDED, []):
        return Cell((NOT_RECORDED if value != [] else "–",), kind="missing")
    lines = tuple(values(name, value))
    kind = "long" if any(len(line) > _SHORT for line in lines) else ""
    return Cell(lines[:_SHOWN], lines[_SHOWN:], link, kind)


def _node(column: str, row: Mapping[str, Any], *, first: bool) -> str:
    """The node that a cell names: `host` by `host_uid`, `target_name` by `target_uid`, the first one by `uid`."""
    stem = column.rpartition("_")[0]
    for name in (f"{column}_uid", f"{stem}_uid"):
        if stem or name != "_uid":
            uid = row.get(name)
            if uid and isinstance(uid, str):
                return uid
    is_node = "uid" in row and "source_uid" not in row
    return str(row["uid"]) if first and is_node else ""
