"""An analyst's answers: CSV as spreadsheets write it, with the columns of the task's script or some of ours."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.mwscup.sheet import TAGS
from graph_model.errors import InputError
from graph_model.schema import NOT_RECORDED

_MOST_BYTES = 64 << 20
_DELIMITERS = (",", "\t", ";")
_COLUMNS = {
    "category": "category",
    "tag": "category",
    "apinameretval": "api",
    "apiname": "api",
    "api": "api",
    "arg": "arguments",
    "arguments": "arguments",
    "pid": "pid",
    "injectorpid": "pid",
    "targetpid": "target",
    "citation": "citation",
    "injection": "injection",
}
_OF_THE_SCRIPT = ["category", "api", "arguments"]
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:\d+)(?=\.0+\b)|\d+(?!\.)")
_APART = re.compile(r"[\s,;+]+")
_SEPARATOR_LINE = re.compile(r"\Asep=.\r?\n", re.IGNORECASE)  # Excel's own first line
_NO_ANSWER = {"", "-", NOT_RECORDED}
_HINT = "give a CSV with the columns `Category,APIName&RetVal,Arg`, as `provgraph mwscup` writes it"


@dataclass(frozen=True)
class Answer:
    """One row: what the analyst takes for a step. ``pids`` and ``targets`` are empty where none are given."""

    line: int
    category: str
    api: str
    pids: frozenset[int] = frozenset()
    targets: frozenset[int] = frozenset()
    citation: str = ""


def read(path: Path) -> list[Answer]:
    """The answers in a file; rows of a work list that are marked as no injection are none."""
    text = _SEPARATOR_LINE.sub("", _text(_bytes(path), path))
    table = next((found for sign in _DELIMITERS if (found := _table(text, sign, path))), None)
    if table is None:
        raise InputError("no column for the API is there", path=str(path), hint=_HINT)
    columns, rows = table
    return [answer for line, row in rows if (answer := _answer(line, _named(columns, row)))]


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=str(path), hint="check the path") from error
    if not data.strip():
        raise InputError("the file is empty", path=str(path), hint=_HINT)
    if len(data) > _MOST_BYTES:
        raise InputError(f"more than {_MOST_BYTES:,} bytes: no list of answers", path=str(path), hint=_HINT)
    return data


def _text(data: bytes, path: Path) -> str:
    """UTF-8, UTF-16 with its mark, or the CP932 of Japanese spreadsheets."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(sign < " " and sign not in "\t\r\n" for sign in text):
            return text
    raise InputError("no text, so no CSV", path=str(path), hint="save the spreadsheet as CSV")


def _table(text: str, delimiter: str, path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]] | None:
    """Columns by our names and the rows below, if the text is a table with this delimiter."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = _rows(reader, path)
    first = next(rows, None)
    if first is None:
        return None
    columns = [_COLUMNS.get(_plain(cell), "") for cell in first[1]]
    if "api" in columns:
        return columns, rows
    if len(first[1]) > 1 and _category(first[1][0]) in TAGS:
        return _OF_THE_SCRIPT, iter([first, *rows])
    return None


def _rows(reader: Iterator[list[str]], path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, with the line that each ends on."""
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield getattr(reader, "line_num", 0), row
    except csv.Error as error:
        raise InputError(f"not a CSV ({error})", path=str(path), hint=_HINT) from error


def _named(columns: list[str], row: list[str]) -> dict[str, str]:
    """The first column of a name counts."""
    found: dict[str, str] = {}
    for name, cell in zip(columns, row, strict=False):
        found.setdefault(name, cell.strip())
    return found


def _answer(line: int, row: dict[str, str]) -> Answer | None:
    api = (
        unicodedata.normalize("NFKC", row.get("api", ""))
        .removeprefix("'")
        .partition("=>")[0]
        .strip()
        .removesuffix("()")
    )
    if api.casefold() in _NO_ANSWER or row.get("injection") == "":
        return None
    return Answer(
        line=line,
        category=_category(row.get("category", "")),
        api=api,
        pids=_numbers(row.get("pid", "")),
        targets=_numbers(row.get("target", "")),
        citation=row.get("citation", ""),
    )


def _category(cell: str) -> str:
    """``mem``, ``MEM`` and full-width letters are ``[MEM]``."""
    plain = unicodedata.normalize("NFKC", cell).strip().strip("[]").strip().upper()
    return f"[{plain}]" if plain else ""


def _numbers(cell: str) -> frozenset[int]:
    """A call that belongs to several targets names them all; spreadsheets may add decimals."""
    parts = (part for part in _APART.split(unicodedata.normalize("NFKC", cell)) if part)
    found = [match for part in parts if (match := _NUMBER.fullmatch(part.removesuffix(".0"))) and len(part) < 20]
    return frozenset(int(match[0], 0) if match[0][:2].casefold() == "0x" else int(match[0]) for match in found)


def _plain(cell: str) -> str:
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKC", cell).casefold())
