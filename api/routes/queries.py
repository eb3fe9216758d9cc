"""The stored queries: what there is, and running one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from api.held_store import HeldStore
from api.problems import (
    BAD_PARAMETERS,
    BAD_REQUEST,
    GIVEN_UP,
    UNKNOWN_QUERY,
    UNREACHABLE,
    ProblemError,
    documented,
)
from api.routes.models import AnswerModel, QueryList, QueryWithCypher, RunRequest, details_of, model_of, summary_of
from api.settings import Settings
from cypher import catalogue, runner
from cypher.catalogue import Query
from cypher.parameters import bind
from graph_model.errors import UsageError

router = APIRouter(prefix="/queries", tags=["queries"])
_LARGEST = 2**63
_RUNNING = documented(UNKNOWN_QUERY, BAD_PARAMETERS, UNREACHABLE, GIVEN_UP)
_IN_ADDRESS = {
    "parameters": [
        {
            "name": "parameters",
            "in": "query",
            "description": "the query's parameters by name; repeat one that takes a list",
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            "example": {"min_confidence": "likely"},
        }
    ]
}


def _stored(name: Annotated[str, Path(examples=["injections"], description="name of a stored query")]) -> Query:
    found = catalogue.queries().get(name)
    if found is None:
        near = difflib.get_close_matches(name, catalogue.queries(), n=1)
        hint = f"did you mean `{near[0]}`? {UNKNOWN_QUERY.hint}" if near else None
        raise ProblemError(UNKNOWN_QUERY, f"there is no stored query `{name}`", hint)
    return found


Stored = Annotated[Query, Depends(_stored)]


@router.get("", summary="All stored queries")
def list_queries() -> QueryList:
    """By area and name, with their parameters and columns."""
    stored = sorted(catalogue.queries().values(), key=lambda query: (query.area, query.name))
    return QueryList(queries=[summary_of(query) for query in stored])


@router.get("/{name}", summary="One stored query", responses=documented(UNKNOWN_QUERY, BAD_PARAMETERS))
def get_query(stored: Stored) -> QueryWithCypher:
    """As in the list, with its Cypher, which pastes into Neo4j Browser."""
    return details_of(stored)


@router.post("/{name}/run", summary="Run a stored query", responses=_RUNNING | documented(BAD_REQUEST))
async def run_query(request: Request, stored: Stored, given: RunRequest) -> AnswerModel:
    """With parameters from a JSON body; what is left out takes its default."""
    short = {} if given.limit is None else {"limit": given.limit}
    if short and "limit" in given.parameters:
        raise UsageError("`limit` is given twice", hint="give it once, beside `parameters` or in it")
    return await _answer(request, stored, given.parameters | short)


@router.get("/{name}/run", summary="Run a stored query by a link", responses=_RUNNING, openapi_extra=_IN_ADDRESS)
async def run_query_by_address(request: Request, stored: Stored) -> AnswerModel:
    """With parameters from the address: a link that can be kept and shared."""
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        values.setdefault(name, []).append(value)
    return await _answer(request, stored, {name: v if len(v) > 1 else v[0] for name, v in values.items()})


async def _answer(request: Request, stored: Query, given: Mapping[str, Any]) -> AnswerModel:
    settings: Settings = request.app.state.settings
    held: HeldStore = request.app.state.held
    parameters = _checked(stored, given, settings.max_rows)
    seconds = settings.query_timeout
    answer = await held.ask(lambda store: runner.run(store, stored.name, parameters, seconds), seconds)
    return model_of(answer, settings.max_rows)


def _checked(stored: Query, given: Mapping[str, Any], most: int) -> dict[str, Any]:
    """What was given, as far as a database can take it; null means the default."""
    present = {name: value for name, value in given.items() if value is not None}
    bound = bind(stored, present)
    for name, value in bound.items():
        _check_value(f"parameter `{name}` of `{stored.name}`", value)
    if "limit" in present and not 1 <= bound["limit"] <= most:
        raise UsageError(f"parameter `limit` of `{stored.name}` must be from 1 to {most}", hint="give a smaller number")
    if "limit" in bound:
        present["limit"] = min(bound["limit"], most)
    return present


def _check_value(what: str, value: Any) -> None:
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise UsageError(f"{what} is too large a number", hint="a database holds integers of 64 bits")
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and any("\ud800" <= sign <= "\udfff" for sign in text):
            raise UsageError(f"{what} holds half a character", hint="send text that is valid Unicode")
