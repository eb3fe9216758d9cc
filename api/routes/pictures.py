"""The graph behind a stored query as a file: a page to open or to mail, and formats for other tools."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.exports import html
from api.problems import BAD_PARAMETERS, GIVEN_UP, UNKNOWN_QUERY, UNREACHABLE, documented
from api.routes.asking import Asking
from api.routes.queries import IN_ADDRESS, given_in, known

router = APIRouter(tags=["exports"])


@router.get(
    "/graph.html",
    summary="The graph behind a stored query as a page",
    responses=documented(UNKNOWN_QUERY, BAD_PARAMETERS, UNREACHABLE, GIVEN_UP),
    response_class=HTMLResponse,
    openapi_extra=IN_ADDRESS,
)
async def graph_page(
    request: Request,
    asking: Asking,
    query: Annotated[str, Query(description="name of a stored query", examples=["injections"])] = "injections",
) -> HTMLResponse:
    """One file that shows it offline; it needs nothing from anywhere."""
    stored = known(query)
    answer = await asking.answer(stored, given_in(request, without="query"))
    drawn = await asking.drawn(stored.name, answer)
    return HTMLResponse(html.html(drawn), headers={"Content-Security-Policy": html.policy()})
