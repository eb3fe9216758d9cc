"""How routes ask: a stored query, its parameters checked for what a database can take, in a thread, with a bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request

from api.graphs import graph_of
from api.held_store import HeldStore
from api.paging import page
from api.routes.graph_models import GraphModel, graph_model_of
from api.routes.models import Paged, model_of
from api.settings import Settings
from cypher import catalogue, runner
from cypher.answer import Answer
from cypher.catalogue import Query as StoredQuery
from cypher.parameters import bind
from graph_model.errors import UsageError
from graph_model.store import Store
from graph_model.view import GraphAnswer

T = TypeVar("T")
_LARGEST = 2**63
_PAGE = 100
PageSize = Annotated[int, Query(ge=1, le=10_000, description="most rows of a page")]
Cursor = Annotated[
    str | None, Query(max_length=256, description="`next` of the page before, with all else as it was", examples=[None])
]
Host = Annotated[str, Query(max_length=4096, description="name or uid of a host; empty for all", examples=["sandbox"])]


class Asker:
    """The store of this server, as one request asks it."""

    def __init__(self, request: Request) -> None:
        self.settings: Settings = request.app.state.settings
        self._held: HeldStore = request.app.state.held

    async def answer(self, stored: StoredQuery, given: Mapping[str, Any]) -> Answer:
        """All rows, as far as the server's bound allows."""
        parameters = checked(stored, given, self.settings.max_rows)
        seconds = self.settings.query_timeout
        return await self._held.ask(lambda store: runner.run(store, stored.name, parameters, seconds), seconds)

    async def rows(self, name: str, given: Mapping[str, Any], size: int, cursor: str | None) -> Paged:
        """One page of a stored query."""
        paged, _ = await self._paged(name, given, size, cursor)
        return paged

    async def graph(self, name: str, given: Mapping[str, Any], size: int, cursor: str | None) -> GraphModel:
        """One page of a stored query, with the graph behind its rows."""
        paged, shown = await self._paged(name, given, size, cursor)
        return graph_model_of(paged, await self.drawn(name, shown))

    async def drawn(self, name: str, answer: Answer) -> GraphAnswer:
        """The graph behind the rows of an answer."""
        title = catalogue.query(name).header.summary
        return await self.ask(lambda store: graph_of(store, name, answer, title))

    async def ask(self, work: Callable[[Store], T]) -> T:
        """Whatever ``work`` finds in the store."""
        return await self._held.ask(work, self.settings.query_timeout)

    async def _paged(self, name: str, given: Mapping[str, Any], size: int, cursor: str | None) -> tuple[Paged, Answer]:
        stored = catalogue.query(name)
        checked(stored, given, self.settings.max_rows)
        wanted = page(name, given, min(size, self.settings.max_rows), cursor)
        most = min(wanted.rows_needed, self.settings.max_rows)
        answer = await self.answer(stored, {**given, "limit": most})
        more = answer.truncated and wanted.rows_needed < self.settings.max_rows
        found, following = wanted.cut(answer.rows, more=more)
        truncated = following is not None or answer.truncated
        shown = replace(answer, rows=[dict(row) for row in found], truncated=truncated)
        model = model_of(shown, self.settings.max_rows)
        return Paged(**model.model_dump(), next=following), shown


Asking = Annotated[Asker, Depends(Asker)]


def checked(stored: StoredQuery, given: Mapping[str, Any], most: int) -> dict[str, Any]:
    """What was given, as far as a database can take it; null means the default."""
    present = {name: value for name, value in given.items() if value is not None}
    bound = bind(stored, present)
    for name, value in bound.items():
        check_value(f"parameter `{name}` of `{stored.name}`", value)
    if "limit" in present and not 1 <= bound["limit"] <= most:
        raise UsageError(f"parameter `limit` of `{stored.name}` must be from 1 to {most}", hint="give a smaller number")
    if "limit" in bound:
        present["limit"] = min(bound["limit"], most)
    return present


def check_value(what: str, value: Any) -> None:
    """Raise UsageError where no database could take the value."""
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise UsageError(f"{what} is too large a number", hint="a database holds integers of 64 bits")
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and any("\ud800" <= sign <= "\udfff" for sign in text):
            raise UsageError(f"{what} holds half a character", hint="send text that is valid Unicode")
