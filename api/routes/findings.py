"""What provgraph is asked for: injections, movements, lineage, fingerprinting, and what led to what.

Every answer is a page of rows, the graph behind them, and the Cypher and parameters that gave them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query

from api.problems import BAD_PARAMETERS, GIVEN_UP, UNREACHABLE, documented
from api.routes.asking import Asking, Cursor, Host, PageSize
from api.routes.graph_models import GraphModel

router = APIRouter(tags=["findings"], responses=documented(BAD_PARAMETERS, UNREACHABLE, GIVEN_UP))

Confidence = Annotated[
    Literal["weak", "likely", "confirmed"] | None,
    Query(description="the least confidence to show; without it as the stored query has it", examples=["likely"]),
]
_THING = "uid, path, file name, hash, or pid@host"
Thing = Annotated[str, Query(min_length=1, max_length=4096, description=_THING, examples=["3292@sandbox"])]
Hops = Annotated[int, Query(ge=1, le=32, description="most steps of a path")]


@router.get("/injections", summary="Who injected code into whom")
async def injections(
    asking: Asking,
    min_confidence: Confidence = None,
    host: Host = "",
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> GraphModel:
    """By which technique, with the calls for memory, write and execution, and the evidence."""
    return await asking.graph("injections", {"min_confidence": min_confidence, "host": host}, limit, cursor)


@router.get("/injections/paths", summary="Chains of injections")
async def injection_paths(
    asking: Asking,
    host: Host = "",
    min_confidence: Confidence = None,
    max_hops: Hops = 8,
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> GraphModel:
    """Simple and maximal, with times that never run backwards; spawns between injections are listed."""
    given = {"host": host, "min_confidence": min_confidence, "max_hops": max_hops}
    return await asking.graph("injection-paths", given, limit, cursor)


@router.get("/lateral-movement", summary="How it moved from host to host")
async def lateral_movement(
    asking: Asking, min_confidence: Confidence = None, limit: PageSize = 100, cursor: Cursor = None
) -> GraphModel:
    """Source and target, account, copied file, service, method, technique, evidence; what is not known says so."""
    return await asking.graph("lateral-movement", {"min_confidence": min_confidence}, limit, cursor)


@router.get("/fingerprinting", summary="Who looked for a sandbox, a virtual machine or a debugger")
async def fingerprinting(
    asking: Asking,
    min_confidence: Confidence = None,
    host: Host = "",
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> GraphModel:
    """What was looked for, with the calls."""
    return await asking.graph("fingerprinting", {"min_confidence": min_confidence, "host": host}, limit, cursor)


@router.get("/signers", summary="Files that claim to be what they are not")
async def signers(
    asking: Asking,
    min_confidence: Confidence = None,
    host: Host = "",
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> GraphModel:
    """Invalid signatures, renamed tools, programs under the extension of data."""
    return await asking.graph("signers", {"min_confidence": min_confidence, "host": host}, limit, cursor)


@router.get("/drops", summary="Programs and scripts that processes put on the disk")
async def drops(
    asking: Asking,
    host: Host = "",
    ran: Annotated[bool, Query(description="only those that were run or loaded afterwards")] = False,
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> GraphModel:
    """Who put them there, when, and what ran them."""
    return await asking.graph("drops", {"host": host, "ran": ran}, limit, cursor)


@router.get("/files/{file:path}/lineage", summary="Where a file came from and where it went")
async def lineage(
    asking: Asking,
    file: Annotated[
        str, Path(min_length=1, max_length=4096, description="uid, hash, name or path of a file", examples=["x.dll"])
    ],
    limit: PageSize = 1000,
    cursor: Cursor = None,
) -> GraphModel:
    """From cradle to grave, over hosts, backward and forward, in the order of time."""
    return await asking.graph("file-lineage", {"file": file}, limit, cursor)


@router.get("/track/{direction}", summary="What was influenced by something, or influenced it")
async def track(
    asking: Asking,
    direction: Annotated[Literal["forward", "backward"], Path(description="along the arrows of time or against them")],
    start: Annotated[str, Query(alias="from", min_length=1, max_length=4096, description=_THING, examples=["a.exe"])],
    until: Annotated[str, Query(max_length=64, description="ISO 8601 time at which to stop; empty for no bound")] = "",
    limit: PageSize = 1000,
    cursor: Cursor = None,
) -> GraphModel:
    """Along the flow of information and control, with times that never run backwards."""
    return await asking.graph(f"track-{direction}", {"from": start, "until": until}, limit, cursor)


@router.get("/paths/shortest", summary="The shortest path from one thing to another")
async def shortest_path(
    asking: Asking,
    start: Annotated[Thing, Query(alias="from")],
    end: Annotated[Thing, Query(alias="to")],
    max_hops: Hops = 8,
) -> GraphModel:
    """Of the fewest steps along the flow, with times that never run backwards; of equal ones the earliest."""
    given: dict[str, Any] = {"from": start, "to": end, "max_hops": max_hops, "shortest": True}
    return await asking.graph("paths", given, 1, None)


@router.get("/paths", summary="All paths from one thing to another")
async def paths(
    asking: Asking,
    start: Annotated[Thing, Query(alias="from")],
    end: Annotated[Thing, Query(alias="to")],
    max_hops: Hops = 8,
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> GraphModel:
    """Simple ones along the flow up to a number of steps, with times that never run backwards, the shortest first."""
    given: dict[str, Any] = {"from": start, "to": end, "max_hops": max_hops, "shortest": False}
    return await asking.graph("paths", given, limit, cursor)
