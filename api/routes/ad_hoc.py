"""Cypher of the client's own. It can only read: the engine sees to that, not a look at the text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.graphs import MAX_NODES
from api.problems import BAD_PARAMETERS, BAD_REQUEST, GIVEN_UP, UNREACHABLE, documented
from api.routes.asking import Asking, check_value
from api.routes.graph_models import GraphModel, graph_model_of
from api.routes.models import Paged, Value, model_of
from cypher import runner
from cypher.graphs import graph_behind

router = APIRouter(tags=["cypher"])
_TEXT = "MATCH (p:Process)-[:WROTE]->(f:File) WHERE p.name = $name RETURN f.path AS path ORDER BY path"


class CypherRequest(BaseModel):
    """Cypher text with its parameters."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"cypher": _TEXT, "parameters": {"name": "cmd.exe"}}]}
    )

    cypher: Annotated[str, StringConstraints(min_length=1, max_length=65_536)]
    parameters: dict[str, Value] = Field(default_factory=dict, description="by name, without the `$`")
    limit: Annotated[int, Field(ge=1, le=10_000, description="most rows to give")] = 1_000


@router.post(
    "/cypher",
    summary="Run Cypher of your own",
    responses=documented(BAD_REQUEST, BAD_PARAMETERS, UNREACHABLE, GIVEN_UP),
)
async def run_cypher(asking: Asking, given: CypherRequest) -> GraphModel:
    """It can only read, and is given up after the server's time limit. What the rows name or hold is drawn."""
    check_value("the Cypher text", given.cypher)
    for name, value in given.parameters.items():
        check_value(f"parameter `{name}`", [name, *value] if isinstance(value, list) else value)
    most, seconds = min(given.limit, asking.settings.max_rows), asking.settings.query_timeout
    answer = await asking.ask(lambda store: runner.ad_hoc(store, given.cypher, given.parameters, seconds, most))
    graph = await asking.ask(lambda store: graph_behind(store, answer, most_nodes=MAX_NODES))
    return graph_model_of(Paged(**model_of(answer, most).model_dump(), next=None), graph)
