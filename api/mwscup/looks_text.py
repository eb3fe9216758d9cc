"""Task 3-2 of the answer sheet: what the sample does, and by which calls it looks for sandboxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from api.output import numbered, wrapped
from cypher.answer import Row

_CALLS_SHOWN = 10  # for each process and class: `provgraph query fingerprinting` gives all
_INDENT = 3


def lines(behaviour: Sequence[str], hits: Sequence[Row], width: int) -> Iterator[str]:
    """The overview, then the calls by process and by what they look for."""
    yield ""
    yield "3-2  What the sample does, and how it looks for sandboxes"
    yield from wrapped(" ".join(behaviour), width, _INDENT, _INDENT)
    for (pid, process, looked_for), found in groupby(hits, key=_by):
        yield ""
        yield from _class(f"{pid} {process}: {looked_for}", list(found), width)


def _by(row: Row) -> tuple[int, str, str]:
    return row["pid"], row["process"], row["class"]


def _class(title: str, rows: list[Row], width: int) -> Iterator[str]:
    first = rows[0]
    slept = f", {first['slept_ms'] / 1000:,.0f} s asked for in all" if first["slept_ms"] else ""
    yield f"{'':{_INDENT}}{title} ({first['technique']}, {first['confidence']}{slept})"
    for row in rows[:_CALLS_SHOWN]:
        yield from wrapped(_hit(row), width, 2 * _INDENT, 3 * _INDENT)
    if len(rows) > _CALLS_SHOWN:
        more = numbered(len(rows) - _CALLS_SHOWN, "more call")
        yield f"{'':{2 * _INDENT}}… and {more} (`provgraph query fingerprinting`)"


def _hit(row: Row) -> str:
    """One call: where, which, how often, and whether the report's own signatures knew it."""
    times = f" ({row['count']:,} times)" if row["count"] > 1 else ""
    known = "new" if row["known"] == "new" else f"known to {row['known']}"
    told = " ".join([row["api"], *row["arguments"]])
    return f"{row['evidence'][0]}  {told}{times}: {known}"
