"""The stored queries: what there is, and running one."""

from __future__ import annotations

import difflib
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from api.problems import (
    BAD_PARAMETERS,
    BAD_REQUEST,
    GIVEN_UP,
    UNKNOWN_QUERY,
    UNREACHABLE,
    ProblemError,
    documented,
)
from api.routes.asking import Asking
from api.routes.models import AnswerModel, QueryList, QueryWithCypher, RunRequest, details_of, model_of, summary_of
from cypher import catalogue
from cypher.catalogue import Query
from graph_model.errors import UsageError

router = APIRouter(prefix="/queries", tags=["queries"])
_RUNNING = documented(UNKNOWN_QUERY, BAD_PARAMETERS, UNREACHABLE, GIVEN_UP)
IN_ADDRESS = {
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


def known(name: str) -> Query:
    """The stored query of this name, else a problem that suggests the nearest."""
    found = catalogue.queries().get(name)
    if found is None:
        near = difflib.get_close_matches(name, catalogue.queries(), n=1)
        hint = f"did you mean `{near[0]}`? {UNKNOWN_QUERY.hint}" if near else None
        raise ProblemError(UNKNOWN_QUERY, f"there is no stored query `{name}`", hint)
    return found


def given_in(request: Request, without: str = "") -> dict[str, str | list[str]]:
    """The parameters in the address; one that is there several times is a list."""
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name != without:
            values.setdefault(name, []).append(value)
    return {name: value if len(value) > 1 else value[0] for name, value in values.items()}


def _stored(name: Annotated[str, Path(examples=["injections"], description="name of a stored query")]) -> Query:
    return known(name)


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
async def run_query(asking: Asking, stored: Stored, given: RunRequest) -> AnswerModel:
    """With parameters from a JSON body; what is left out takes its default."""
    short = {} if given.limit is None else {"limit": given.limit}
    if short and "limit" in given.parameters:
        raise UsageError("`limit` is given twice", hint="give it once, beside `parameters` or in it")
    return model_of(await asking.answer(stored, given.parameters | short), asking.settings.max_rows)


@router.get("/{name}/run", summary="Run a stored query by a link", responses=_RUNNING, openapi_extra=IN_ADDRESS)
async def run_query_by_address(request: Request, asking: Asking, stored: Stored) -> AnswerModel:
    """With parameters from the address: a link that can be kept and shared."""
    return model_of(await asking.answer(stored, given_in(request)), asking.settings.max_rows)
