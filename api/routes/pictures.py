"""The graph behind a stored query as a file: a page to open or to mail, and formats for other tools."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from api.exports import formats, html
from api.problems import BAD_PARAMETERS, GIVEN_UP, UNKNOWN_QUERY, UNREACHABLE, documented
from api.routes.asking import Asking
from api.routes.queries import IN_ADDRESS, given_in, known

router = APIRouter(tags=["exports"])
Format = Enum("Format", {name: name for name in formats.FORMATS}, type=str)  # type: ignore[misc]
_MEDIA = sorted({found.media_type for found in formats.FORMATS.values()})
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {media: {"schema": {"type": "object" if "json" in media else "string"}} for media in _MEDIA},
    }
}


@router.get(
    "/graph.{format}",
    summary="The graph behind a stored query as a file",
    responses=_FILES | documented(UNKNOWN_QUERY, BAD_PARAMETERS, UNREACHABLE, GIVEN_UP),
    response_class=Response,
    openapi_extra=IN_ADDRESS,
)
async def graph_file(
    request: Request,
    asking: Asking,
    format_: Annotated[Format, Path(alias="format", description="html is a page that works offline")],
    query: Annotated[str, Query(description="name of a stored query", examples=["injections"])] = "injections",
) -> Response:
    """A page to open or to mail, GraphML, CSV, a layer for the ATT&CK Navigator, STIX 2.1, W3C PROV."""
    stored = known(query)
    answer = await asking.answer(stored, given_in(request, without="query"))
    drawn = await asking.drawn(stored.name, answer)
    file = await asking.ask(lambda _: formats.render(format_.value, drawn))
    if format_.value == "html":
        return Response(file.body, media_type=file.media_type, headers={"Content-Security-Policy": html.policy()})
    name = f'attachment; filename="{stored.name}{file.suffix}"'
    return Response(file.body, media_type=file.media_type, headers={"Content-Disposition": name})
