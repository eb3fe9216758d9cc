"""Answers on stdout: a table for people, JSON or CSV for programs. Nothing else is written there."""

from __future__ import annotations

import csv
import json
import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph_model.errors import ProvgraphError

_PIPED_WIDTH = 200
_ERRORS_SHOWN = 20


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    json = "json"
    csv = "csv"


class ListFormat(StrEnum):
    """How a block list is written."""

    text = "text"
    hosts = "hosts"
    csv = "csv"
    json = "json"


def console() -> Console:
    """Stdout, as wide as ``COLUMNS`` or the terminal says; where neither does, wide enough for most tables."""
    columns = os.environ.get("COLUMNS", "")
    asked = int(columns) if columns.isdecimal() else 0
    width = asked or (None if sys.stdout.isatty() else _PIPED_WIDTH)
    return Console(width=width, highlight=False, soft_wrap=False)


def messages() -> Console:
    """Stderr, for progress and remarks."""
    return Console(stderr=True, highlight=False)


def remark(notes: Iterable[str]) -> None:
    """What a user should know beside an answer, on stderr."""
    for note in notes:
        messages().print(Text(f"note: {one_line(note)}", style="yellow"), soft_wrap=True)


def show(
    columns: Sequence[str],
    rows: Sequence[dict[str, Any]],
    fmt: Format,
    *,
    title: str | None = None,
    table: Sequence[str] = (),
) -> None:
    """Print rows; JSON is one array of objects keyed by column."""
    if fmt is Format.json:
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
    elif fmt is Format.csv:
        write_csv(sys.stdout, columns, rows)
    else:
        _table(list(table) or list(columns), rows, title)


def print_lines(lines: Iterable[str]) -> None:
    """Plain sentences above a table, safe for the terminal."""
    for line in lines:
        console().print(Text(printable(line)))


def write_csv(file: TextIO, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """A header and a line for each row, safe to open in a spreadsheet."""
    write = csv_lines(file, columns)
    for row in rows:
        write(row)


def csv_lines(file: TextIO, columns: Sequence[str]) -> Callable[[dict[str, Any]], None]:
    """Write the header; each row that is given to what comes back becomes a line."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)

    def write(row: dict[str, Any]) -> None:
        writer.writerow([_flat(row.get(column)) for column in columns])

    return write


def _flat(value: Any) -> str:
    """Lists joined with a semicolon; text that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "@") else text


def _table(columns: Sequence[str], rows: Sequence[dict[str, Any]], title: str | None) -> None:
    out = console()
    if title:
        out.print(Text(title, style="bold"))
    if not rows:
        out.print("nothing found")
        return
    cells = [[_cell(column, row.get(column)) for column in columns] for row in rows]
    fits = sum(_least_width(column, line) + 3 for column, line in zip(columns, zip(*cells, strict=True), strict=True))
    if fits < out.width:
        out.print(_grid(columns, rows, cells))
    else:
        for number, line in enumerate(cells, 1):
            out.print(_card(columns, line, f"{number} of {len(rows)}"))


def _least_width(column: str, line: Sequence[Text]) -> int:
    """The longest word, since words are not cut."""
    words = [word for cell in line for word in cell.plain.split()]
    return max(map(len, [*column.split("_"), *words]))


def _grid(columns: Sequence[str], rows: Sequence[dict[str, Any]], cells: list[list[Text]]) -> Table:
    grid = Table(show_lines=any("\n" in cell.plain for line in cells for cell in line), header_style="bold")
    for column in columns:
        numbers = all(isinstance(row.get(column), int) for row in rows)
        grid.add_column(column.replace("_", " "), overflow="fold", justify="right" if numbers else "left")
    for line in cells:
        grid.add_row(*line)
    return grid


def _card(columns: Sequence[str], line: list[Text], number: str) -> Table:
    """One row as a table of its own, where all columns side by side would not be readable."""
    card = Table(title=number, title_justify="left", show_header=False, box=box.ROUNDED)
    card.add_column(style="bold", no_wrap=True)
    card.add_column(overflow="fold")
    for column, cell in zip(columns, line, strict=True):
        card.add_row(column.replace("_", " "), cell)
    return card


def _cell(column: str, value: Any) -> Text:
    """Text from logs is never markup, and control characters do not reach the terminal."""
    if value is None:
        return Text("–")
    if isinstance(value, list):
        value = "\n".join(_cited_together(value) if column == "evidence" else map(str, value))
    return Text("\n".join(printable(line) for line in str(value).split("\n")))


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last


def wrapped(text: str, width: int, first: int, others: int) -> list[str]:
    """Lines no longer than the width, but for a very narrow one; so many blanks before the first and the others."""
    return textwrap.wrap(
        text,
        max(width, 60),
        initial_indent=" " * first,
        subsequent_indent=" " * others,
        break_on_hyphens=False,
    )


def printable(text: str) -> str:
    """The text with control characters written out, so that none of them reaches the terminal."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)


def _cited_together(citations: list[str]) -> Iterator[str]:
    """Citations of one process or host on one line: ``f0eae340:3972.0#25, 26, 27``."""
    groups: dict[str, list[str]] = {}
    for citation in citations:
        mark = "#" if "#" in citation else ":"
        before, _, last = citation.rpartition(mark)
        groups.setdefault(before + mark, []).append(last)
    for before, lasts in groups.items():
        yield before + ", ".join(lasts)


def complain(error: ProvgraphError) -> None:
    """One line what is wrong, one line what to do, on stderr."""
    complain_together([error])


def complain_together(errors: Iterable[ProvgraphError]) -> None:
    """One line for each, and below those that share it one line what to do."""
    by_hint: dict[str, list[ProvgraphError]] = {}
    for error in errors:
        by_hint.setdefault(error.hint, []).append(error)
    for hint, those in by_hint.items():
        for error in those[:_ERRORS_SHOWN]:
            print(f"error: {one_line(error.message)}", file=sys.stderr)
        if len(those) > _ERRORS_SHOWN:
            more = len(those) - _ERRORS_SHOWN
            print(f"error: the same of {more:,} more (`--format json` lists all)", file=sys.stderr)
        print(f"hint: {one_line(hint)}", file=sys.stderr)


def numbered(number: int, one: str, many: str = "") -> str:
    """A number with its word."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def one_line(text: str) -> str:
    """The text without line ends and control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split()))
