"""Stored queries and their answers as JSON; what OpenAPI shows of them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.problems import for_rest
from cypher.answer import Answer
from cypher.catalogue import Query
from cypher.header import ParameterType

Value = str | int | float | bool | list[str] | None


class ParameterModel(BaseModel):
    """One parameter of a stored query."""

    type: ParameterType
    doc: str = Field(examples=["weak, likely or confirmed"])
    default: Any = Field(examples=["likely"])
    required: bool = Field(examples=[False])


class QueryModel(BaseModel):
    """A stored query; ``params`` and ``columns`` by name."""

    name: str = Field(examples=["injections"])
    area: str = Field(examples=["injection"])
    summary: str = Field(examples=["Who injected code into whom, by which technique, with evidence"])
    attack: list[str] = Field(examples=[["T1055"]], description="ATT&CK ids")
    params: dict[str, ParameterModel]
    columns: dict[str, str] = Field(examples=[{"host": "name of the host"}])


class QueryWithCypher(QueryModel):
    """A stored query with its text, which pastes into Neo4j Browser."""

    cypher: str = Field(examples=["MATCH (r:Run) RETURN r.name AS name ORDER BY name LIMIT $limit"])


class QueryList(BaseModel):
    """All stored queries, by area and name."""

    queries: list[QueryModel]


class RunRequest(BaseModel):
    """What to run a query with; all parameters that have a default may be left out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"parameters": {"min_confidence": "likely"}, "limit": 100}]}
    )

    parameters: dict[str, Value] = Field(default_factory=dict, description="by name; null means the default")
    limit: int | None = Field(default=None, ge=1, description="short for the parameter of this name")


class AnswerModel(BaseModel):
    """Rows, and the Cypher and parameters behind them."""

    columns: list[str] = Field(examples=[["host", "hops", "pids"]])
    rows: list[dict[str, Any]] = Field(examples=[[{"host": "sandbox", "hops": 2, "pids": [3292, 3428, 3604]}]])
    truncated: bool = Field(examples=[False], description="whether there is more than is shown")
    cypher: str = Field(examples=["MATCH (s:Process)-[i:INJECTED_INTO]->(t:Process) RETURN …"])
    parameters: dict[str, Any] = Field(examples=[{"max_hops": 8}], description="all of them, defaults included")
    notes: list[str] = Field(
        examples=[["there is no host `NOPE`: there is `sandbox`; `GET /v1/queries/names/run` lists them all"]],
        description="what it may mean that there are no rows",
    )


class Paged(AnswerModel):
    """A page of an answer."""

    next: str | None = Field(examples=[None], description="give it as `cursor` for the next page; null at the end")


def summary_of(stored: Query) -> QueryModel:
    """A stored query without its text."""
    return QueryModel(**_described(stored))


def details_of(stored: Query) -> QueryWithCypher:
    """A stored query with its text."""
    return QueryWithCypher(**_described(stored), cypher=stored.text)


def model_of(answer: Answer, most: int) -> AnswerModel:
    """An answer with no more rows than allowed."""
    return AnswerModel(
        columns=answer.columns,
        rows=answer.rows[:most],
        truncated=answer.truncated or len(answer.rows) > most,
        cypher=answer.cypher,
        parameters=answer.parameters,
        notes=[for_rest(note) for note in answer.notes],
    )


def _described(stored: Query) -> dict[str, Any]:
    header = stored.header
    return {
        "name": stored.name,
        "area": stored.area,
        "summary": header.summary,
        "attack": header.attack,
        "columns": header.columns,
        "params": {
            name: ParameterModel(type=p.type, doc=p.doc, default=p.default, required=p.required)
            for name, p in header.params.items()
        },
    }
