"""The REST interface as an application: made from settings, so that tests and servers make as many as they like."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from api import problems
from api.held_store import HeldStore
from api.jobs import Jobs
from api.routes import ad_hoc, findings, health, ingest, jobs, pages, pictures, queries, things
from api.security import LOOPBACK_HOSTS, Guard
from api.settings import Settings

_DESCRIPTION = """One provenance graph from malware sandbox reports and EDR logs.

Every answer shows the Cypher and the parameters behind it. Errors are `application/problem+json` (RFC 9457) with a
`hint`. All of it reads but `POST /v1/ingest`, which loads logs."""
# The guard asks for the token; this says so in /openapi.json.
_BEARER = HTTPBearer(auto_error=False, description="a token of `provgraph token add`, or PROVGRAPH_TOKEN")


def create_app(settings: Settings, hosts: frozenset[str] | None = LOOPBACK_HOSTS) -> FastAPI:
    """The application; ``hosts`` are the names that requests may use, None for any."""
    app = FastAPI(
        title="provgraph",
        version=metadata.version("provgraph"),
        description=_DESCRIPTION,
        docs_url=None,  # they load scripts from elsewhere; the page at / works offline
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat the Host header
        lifespan=_lifespan,
        generate_unique_id_function=_operation_id,
    )
    app.state.settings = settings
    app.state.held = HeldStore(settings)
    app.state.jobs = Jobs(settings)
    app.add_middleware(Guard, settings=settings, hosts=hosts)
    problems.handle_all(app)
    _add_routes(app)
    return app


def _add_routes(app: FastAPI) -> None:
    guarded = APIRouter(prefix="/v1", dependencies=[Depends(_BEARER)])
    for module in (ingest, jobs, things, findings, queries, pictures, ad_hoc):
        guarded.include_router(module.router)
    app.include_router(pages.router)
    app.include_router(health.router, prefix="/v1")
    app.include_router(guarded, responses=problems.documented(problems.UNAUTHORIZED))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    held: HeldStore = app.state.held
    loads: Jobs = app.state.jobs
    await asyncio.to_thread(held.open)
    try:
        yield
    finally:
        await asyncio.to_thread(loads.close)
        await asyncio.to_thread(held.close)


def _operation_id(route: APIRoute) -> str:
    return route.name
