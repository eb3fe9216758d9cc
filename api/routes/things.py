"""What is there: runs, hosts, samples, nodes and their neighbours, and a search through all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from api.problems import BAD_PARAMETERS, GIVEN_UP, UNKNOWN_NODE, UNREACHABLE, ProblemError, documented
from api.routes.asking import Asking, Cursor, PageSize
from api.routes.graph_models import AnyNode, GraphModel, node_model
from api.routes.models import Paged
from cypher.graphs import nodes
from graph_model import schema

router = APIRouter(tags=["things"], responses=documented(BAD_PARAMETERS, UNREACHABLE, GIVEN_UP))

if TYPE_CHECKING:
    _Kind: TypeAlias = str
    _Type: TypeAlias = str
else:
    _Kind = Literal[("", *schema.NODES)]
    _Type = Literal[tuple(schema.RELATIONSHIPS)]
Uid = Annotated[str, Path(min_length=1, max_length=256, description="uid of a node", examples=["9b2f0c1d8e7a4b53"])]


@router.get("/runs", summary="What was loaded")
async def runs(asking: Asking, limit: PageSize = 100, cursor: Cursor = None) -> Paged:
    """Analyses and logs, with their hosts."""
    return await asking.rows("runs", {}, limit, cursor)


@router.get("/hosts", summary="The hosts")
async def hosts(asking: Asking, limit: PageSize = 100, cursor: Cursor = None) -> Paged:
    """Names, addresses over time, and which are only referred to."""
    return await asking.rows("hosts", {}, limit, cursor)


@router.get("/samples/{hash}", summary="What is known of some bytes")
async def sample(
    asking: Asking,
    hash_: Annotated[
        str,
        Path(
            alias="hash",
            pattern="^([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$",
            description="SHA-256, SHA-1 or MD5",
            examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
        ),
    ],
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> GraphModel:
    """The runs that analysed or met them, and the files that held them."""
    return await asking.graph("sample", {"hash": hash_}, limit, cursor)


@router.get("/search", summary="Search through everything")
async def search(
    asking: Asking,
    q: Annotated[str, Query(min_length=1, max_length=1024, description="a part is enough", examples=["evil"])],
    kind: Annotated[_Kind, Query(description="only this kind; empty for all", examples=["File"])] = "",
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> Paged:
    """Names, paths, command lines, addresses and hashes of every kind, capitals aside."""
    return await asking.rows("search", {"text": q, "kind": kind}, limit, cursor)


class NodeAnswer(BaseModel):
    """One node."""

    node: AnyNode


@router.get("/nodes/{uid}", summary="One node", responses=documented(UNKNOWN_NODE))
async def node(asking: Asking, uid: Uid) -> NodeAnswer:
    """All that is known of it."""
    found = await asking.ask(lambda store: nodes(store, [uid]))
    if not found:
        raise ProblemError(UNKNOWN_NODE, "no node has this uid")
    return NodeAnswer(node=node_model(found[0]))


@router.get("/nodes/{uid}/neighbours", summary="What a node is joined with", responses=documented(UNKNOWN_NODE))
async def neighbours(
    asking: Asking,
    uid: Uid,
    direction: Annotated[Literal["both", "out", "in"], Query(description="which way the relationships point")] = "both",
    type_: Annotated[list[_Type] | None, Query(alias="type", description="only these relationships")] = None,
    limit: PageSize = 100,
    cursor: Cursor = None,
) -> GraphModel:
    """Directly, in the order of time."""
    await node(asking, uid)
    given = {"uid": uid, "direction": direction, "types": list(type_ or ())}
    return await asking.graph("neighbours", given, limit, cursor)
