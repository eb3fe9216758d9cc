"""Favourites of Neo4j Browser: each stored query with a ``:param`` line for each parameter, and the pictures.

The first line of a favourite is its name. A whole favourite runs at once: semicolons part its statements, comments
stand on lines of their own. ``=>`` has the server work out a value; after a colon a number would become a float.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cypher.catalogue import Query, pictures, queries
from cypher.header import Parameter

_FOLDER, _PICTURES = "provgraph", "pictures"


def favourites() -> dict[str, str]:
    """Every favourite by its file: ``folder/name.cypher``; the Browser makes a folder of each folder.

    Of a query whose answer is put together outside of the database, the picture is the favourite.
    """
    drawn = {f"{_FOLDER} {_PICTURES}/{name}.cypher": favourite(picture) for name, picture in pictures().items()}
    listed = {
        f"{_FOLDER} {query.area}/{name}.cypher": favourite(query)
        for name, query in queries().items()
        if query.header.answer == "rows"
    }
    return {**drawn, **listed}


def favourite(query: Query, given: Mapping[str, Any] | None = None) -> str:
    """The text of one favourite, with these values or those that the header has."""
    return "\n".join(_lines(query, given or {}))


def _lines(query: Query, given: Mapping[str, Any]) -> Iterator[str]:
    yield f"// {query.name}: {query.header.summary}"
    for name, parameter in query.header.params.items():
        yield f"// {name}: {parameter.doc}{_choices(parameter)}"
        yield f":param {name} => {literal(given.get(name, initial(parameter)))};"
    yield query.text


def _choices(parameter: Parameter) -> str:
    named = [choice for choice in parameter.choices if choice not in parameter.doc]
    return f" ({', '.join(parameter.choices)})" if named else ""


def initial(parameter: Parameter) -> Any:
    """What the parameter begins with: its default, or its example where it has none."""
    return parameter.example if parameter.required else parameter.default


def literal(value: Any) -> str:
    """The value as Cypher writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return repr(value)
