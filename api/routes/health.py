"""Whether this server and its database are alive, for people and for monitors; open without a token."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.held_store import HeldStore
from api.problems import ProblemError
from api.security import needs_token
from api.settings import Settings
from graph_model.errors import DatabaseError
from graph_model.store import Store

router = APIRouter(tags=["server"])
_SECONDS = 5.0
_COUNT_RUNS = "MATCH (r:Run) RETURN count(r) AS runs"


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok", "failing"] = Field(examples=["ok"])
    engine: Literal["embedded", "neo4j"] = Field(examples=["embedded"])
    reachable: bool = Field(examples=[True], description="whether the database answers")
    version: str = Field(examples=["0.1.0"])
    runs: int | None = Field(examples=[2], description="runs loaded; null where a token guards such facts")


_FAILING: dict[int | str, dict[str, Any]] = {503: {"model": Health, "description": "The database does not answer"}}


@router.get("/health", summary="Whether all is well", responses=_FAILING)
async def health(request: Request, response: Response) -> Health:
    """Whether the database answers; open without a token."""
    settings: Settings = request.app.state.settings
    runs = await _runs(request.app.state.held)
    response.status_code = 503 if runs is None else 200
    return Health(
        status="failing" if runs is None else "ok",
        engine="neo4j" if settings.uri else "embedded",
        reachable=runs is not None,
        version=request.app.version,
        runs=None if needs_token(settings) else runs,
    )


async def _runs(held: HeldStore) -> int | None:
    try:
        return await held.ask(_count, _SECONDS)
    except (DatabaseError, ProblemError):
        return None


def _count(store: Store) -> int:
    return int(store.read(_COUNT_RUNS, timeout=_SECONDS).rows()[0]["runs"])
