"""Favourites of Neo4j Browser: each stored query, the ``:param`` lines that it needs, and the pictures.

The first line of a favourite is its name. Parameters are a favourite of their own: of several statements that run at
once the Browser tells only whether they succeeded, so that a query shows its answer only where it stands alone. ``=>``
has the server work out a value; after a colon a number would become a float. Comments stand on lines of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cypher.catalogue import Picture, Query, pictures, queries
from cypher.header import Parameter

_FOLDER, _PICTURES = "provgraph", "pictures"


def favourites() -> dict[str, str]:
    """Every favourite by its file: ``folder/name.cypher``; the Browser makes a folder of each folder.

    Of a query whose answer is put together outside of the database, the picture is the favourite.
    """
    found: dict[str, str] = {}
    for picture in pictures().values():
        found |= _files(f"{_FOLDER} {_PICTURES}", picture)
    for query in queries().values():
        if query.header.answer == "rows":
            found |= _files(f"{_FOLDER} {query.area}", query)
    return found


def _files(folder: str, query: Query) -> dict[str, str]:
    return {f"{folder}/{title(text)}.cypher": text for text in texts(query)}


def title(text: str) -> str:
    """The name of a favourite up to its colon: that of the query, and 1 or 2 where it has parameters."""
    return text.removeprefix("// ").partition(":")[0]


def texts(query: Query, given: Mapping[str, Any] | None = None) -> list[str]:
    """What is to be run one after the other: the parameters (these values, else those of the header), and the query."""
    if not query.header.params:
        return [f"// {_name(query)}: {query.header.summary}\n{query.text}"]
    parameters = "\n".join(_parameters(query, given or {}))
    return [parameters, f"// {_name(query)} 2: {query.header.summary}\n{query.text}"]


def _name(query: Query) -> str:
    return f"{query.name} picture" if isinstance(query, Picture) else query.name


def _parameters(query: Query, given: Mapping[str, Any]) -> Iterator[str]:
    yield f"// {_name(query)} 1: parameters ({', '.join(query.header.params)})"
    for name, parameter in query.header.params.items():
        yield f"// {name}: {parameter.doc}{_choices(parameter)}"
        yield f":param {name} => {literal(given.get(name, initial(parameter)))};"
    yield ""


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
