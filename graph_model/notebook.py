"""The graph in py2neo, for notebooks: classes of the object mapping, and answers as subgraphs.

``from graph_model.notebook import Process, repository, to_subgraph``. Every kind of node of the schema is a name here.
The library is the extra `py2neo` and is imported when one of the names is first asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graph_model.errors import DatabaseUnreachableError, UsageError
from graph_model.schema import NODES
from graph_model.store import Store

_PLACES = {
    "to_subgraph": "graph_model.py2neo_subgraphs",
    "from_subgraph": "graph_model.py2neo_subgraphs",
    "Thing": "graph_model.py2neo_objects",
}


def __getattr__(name: str) -> Any:
    """The classes and functions that need the library."""
    if name in NODES:
        return _imported("graph_model.py2neo_objects").CLASSES[name]
    if name in _PLACES:
        return getattr(_imported(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES, *NODES])


@contextmanager
def repository(uri: str, user: str, password: str, database: str = "neo4j") -> Iterator[Any]:
    """py2neo's ``Repository`` for a database, closed at the end; ``.graph`` is its ``Graph``."""
    py2neo, ogm = _imported("py2neo"), _imported("py2neo.ogm")
    with Store(uri, user, password, database) as store:
        store.check()  # py2neo says the same whether nobody listens or the password is wrong, and leaves sockets open
    try:
        graph = py2neo.Graph(uri, auth=(user, password), name=database)
    except (py2neo.ConnectionUnavailable, py2neo.ServiceUnavailable, OSError, TypeError) as error:
        hint = "py2neo speaks Bolt 4 at most, which Neo4j up to 2026.08 answers; use `provgraph` or networkx instead"
        raise DatabaseUnreachableError(f"{uri}: py2neo gets no connection", hint=hint) from error
    try:
        _query_once(graph, uri, py2neo.Neo4jError)
        yield ogm.Repository.wrap(graph)
    finally:
        graph.service.connector.close()


def _query_once(graph: Any, uri: str, refused: type[Exception]) -> None:
    """A database that is not there is told now, not in the middle of a notebook."""
    try:
        graph.query("RETURN 1").evaluate()
    except refused as error:
        raise DatabaseUnreachableError(f"{uri}: {error}", hint="name a database of the server") from error


def _imported(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "py2neo":
            raise
        raise UsageError("py2neo is not installed", hint="pip install 'provgraph[py2neo]'") from error
