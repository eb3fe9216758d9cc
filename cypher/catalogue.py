"""The stored queries and rules by name; a file is read when it is first asked for."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from cypher.header import HeaderError, QueryHeader, RuleHeader, split
from graph_model.errors import ProvgraphError, UsageError

H = TypeVar("H")
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Query:
    """A stored query: ``text`` is what runs, ``source`` the whole file."""

    name: str
    area: str
    header: QueryHeader
    text: str
    source: str
    path: Path


@dataclass(frozen=True)
class Picture(Query):
    """A query for Neo4j Browser, which draws what it returns: one statement, bounded, of the name of a stored query."""


@dataclass(frozen=True)
class Rule:
    """A stored rule."""

    name: str
    area: str
    header: RuleHeader
    text: str
    source: str
    path: Path


@cache
def queries() -> dict[str, Query]:
    """All stored queries by name, sorted by area and name."""
    return {path.stem: read_query(path) for path in sorted((FOLDER / "queries").rglob("*.cypher"))}


@cache
def pictures() -> dict[str, Picture]:
    """The pictures by the name of the stored query whose answer they draw."""
    return {path.stem: read_picture(path) for path in sorted((FOLDER / "browser" / "pictures").glob("*.cypher"))}


@cache
def rules() -> dict[str, Rule]:
    """All rules by ``area/name``, in the order of their stages."""
    found = [read_rule(path) for path in sorted((FOLDER / "rules").rglob("*.cypher"))]
    return {f"{rule.area}/{rule.name}": rule for rule in sorted(found, key=lambda rule: rule.header.stage)}


def query(name: str) -> Query:
    """The query of this name; an unknown name is an error that suggests the nearest."""
    found = queries().get(name)
    if found is None:
        near = difflib.get_close_matches(name, queries(), n=1)
        hint = f"did you mean `{near[0]}`? " if near else ""
        raise UsageError(f"there is no stored query `{name}`", hint=f"{hint}`provgraph queries` lists them all")
    return found


def read_query(path: Path) -> Query:
    """Read one query file."""
    source = path.read_text(encoding="utf-8")
    header, text = _read(path, source, "query", QueryHeader)
    return Query(path.stem, path.parent.name, header, text, source, path)


def read_picture(path: Path) -> Picture:
    """Read one file of a picture; its header is that of a query."""
    source = path.read_text(encoding="utf-8")
    header, text = _read(path, source, "query", QueryHeader)
    return Picture(path.stem, path.parent.name, header, text, source, path)


def read_rule(path: Path) -> Rule:
    """Read one rule file."""
    source = path.read_text(encoding="utf-8")
    header, text = _read(path, source, "rule", RuleHeader)
    return Rule(path.stem, path.parent.name, header, text, source, path)


def _read(path: Path, source: str, expected: str, shape: type[H]) -> tuple[H, str]:
    try:
        kind, values, text = split(source)
        if kind != expected:
            raise HeaderError(f"line 1: expected `// /// {expected}`, found `{kind}`")
        return msgspec.convert(values, shape), text
    except (HeaderError, msgspec.ValidationError) as error:
        hint = "`cypher/header.py` shows the format of the header"
        raise ProvgraphError(f"{path.name}: {error}", hint=hint) from error
