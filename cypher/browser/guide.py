"""The guide: a page whose slides Neo4j Browser shows one by one; a click puts their queries into its editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cypher.browser.favourites import texts
from cypher.catalogue import pictures, query

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def page() -> str:
    """The page; it can be read outside of the Browser as well."""
    return _TEMPLATES.get_template("guide.html").render(picture=_picture, rows=_rows)


def _picture(name: str, **given: Any) -> list[str]:
    return texts(pictures()[name], given)


def _rows(name: str, **given: Any) -> list[str]:
    return texts(query(name), given)
