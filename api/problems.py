"""Errors as REST clients get them: ``application/problem+json`` (RFC 9457), with the hint that a terminal shows too.

Each kind of problem has a ``type`` that stays the same, whatever the wording; the page at ``/rest`` explains them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from graph_model.errors import DatabaseError, InputError, ProvgraphError, StatementRefusedError, UsageError

MEDIA_TYPE = "application/problem+json"
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Kind:
    """One kind of problem; ``slug`` is the stable part of its ``type``."""

    slug: str
    status: int
    title: str
    hint: str

    @property
    def type(self) -> str:
        """A reference to its line on the page at ``/rest``."""
        return f"/rest#{self.slug}"


BAD_REQUEST = Kind("bad-request", 400, "The request cannot be read", "compare it with /openapi.json")
UNAUTHORIZED = Kind("unauthorized", 401, "A token is required", "send `Authorization: Bearer <PROVGRAPH_TOKEN>`")
FORBIDDEN = Kind("forbidden", 403, "This is not allowed", "use a token of scope `write`: `provgraph token add`")
CROSS_SITE = Kind("cross-site", 403, "Another site sent this", "send it from this server's own pages")
NOT_FOUND = Kind("not-found", 404, "There is nothing at this address", "`/rest` and /openapi.json list the addresses")
UNKNOWN_QUERY = Kind("unknown-query", 404, "There is no such query", "`GET /v1/queries` lists them all")
UNKNOWN_JOB = Kind("unknown-job", 404, "There is no such job", "`GET /v1/jobs` lists those that are known")
UNKNOWN_NODE = Kind("unknown-node", 404, "There is no such node", "`GET /v1/search` finds nodes by what they bear")
NOT_ALLOWED = Kind("method-not-allowed", 405, "This address knows no such method", "/openapi.json lists the methods")
TIMEOUT = Kind("slow-request", 408, "The request did not arrive in time", "send it again")
TOO_LARGE = Kind("body-too-large", 413, "The body is too large", "PROVGRAPH_MAX_BODY_BYTES sets the limit")
WRONG_TYPE = Kind(
    "unsupported-media-type", 415, "The body is of another kind", "send JSON, or files as multipart/form-data"
)
TOO_MANY = Kind("too-many-requests", 429, "Too many requests", "wait as long as `Retry-After` says")
BUSY = Kind("busy", 503, "Too many loads wait already", "ask again when some have ended: `GET /v1/jobs`")
WRONG_HOST = Kind(
    "wrong-host", 421, "This server does not answer to that host name", "use http://127.0.0.1 and its port"
)
BAD_PARAMETERS = Kind("bad-parameters", 422, "Something given does not fit", "`GET /v1/queries/{name}` describes it")
INTERNAL = Kind("internal-error", 500, "provgraph failed", "please report it, with what the server wrote on stderr")
UNREACHABLE = Kind(
    "database-unreachable", 503, "The database does not answer", "try again; check the server's settings"
)
GIVEN_UP = Kind("query-timeout", 504, "The query was given up", "narrow it, or raise PROVGRAPH_QUERY_TIMEOUT")
KINDS = (
    *(BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, CROSS_SITE, NOT_FOUND, UNKNOWN_QUERY, UNKNOWN_NODE, UNKNOWN_JOB),
    *(NOT_ALLOWED, TIMEOUT, TOO_LARGE, WRONG_TYPE, WRONG_HOST, BAD_PARAMETERS, TOO_MANY),
    *(INTERNAL, UNREACHABLE, BUSY, GIVEN_UP),
)
_BY_STATUS = {kind.status: kind for kind in reversed(KINDS)}

# What ``graph_model.errors`` means over HTTP, the more special before the more general.
_BY_ERROR: tuple[tuple[type[ProvgraphError], Kind], ...] = (
    (UsageError, BAD_PARAMETERS),
    (InputError, BAD_PARAMETERS),
    (StatementRefusedError, BAD_PARAMETERS),
    (DatabaseError, UNREACHABLE),
)


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(
        self, kind: Kind, detail: str, hint: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.hint = hint or kind.hint
        self.headers = dict(headers or {})


class Problem(BaseModel):
    """The body of every error."""

    type: str = Field(examples=[UNKNOWN_QUERY.type], description="stays the same, whatever the wording")
    title: str = Field(examples=[UNKNOWN_QUERY.title])
    status: int = Field(examples=[UNKNOWN_QUERY.status])
    detail: str = Field(examples=["there is no stored query `injection`"], description="what is wrong")
    hint: str = Field(examples=["did you mean `injections`?"], description="what to do about it")


def response(error: ProblemError) -> JSONResponse:
    """The problem as an answer; its headers are here since not every answer passes the guard."""
    kind = error.kind
    body = Problem(type=kind.type, title=kind.title, status=kind.status, detail=error.detail, hint=error.hint)
    return JSONResponse(body.model_dump(), kind.status, SECURITY_HEADERS | error.headers, MEDIA_TYPE)


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for OpenAPI."""
    schema = Problem.model_json_schema()
    return {kind.status: {"description": kind.title, "content": {MEDIA_TYPE: {"schema": schema}}} for kind in kinds}


def handle_all(app: FastAPI) -> None:
    """Whatever is raised in a route ends as a problem; the server logs our own faults with their traceback."""
    for type_ in (ProblemError, ProvgraphError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(type_, _handled)


async def _handled(_: Request, error: Exception) -> JSONResponse:
    return response(problem_of(error))


def problem_of(error: Exception) -> ProblemError:
    """Any error as a problem; of what is none of ours the client learns nothing."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, ProvgraphError):
        return _of_ours(error)
    if isinstance(error, RequestValidationError):
        return _of_invalid(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    return ProblemError(INTERNAL, "the request met a fault in provgraph")


def _of_ours(error: ProvgraphError) -> ProblemError:
    if _timed_out(error):
        return ProblemError(GIVEN_UP, error.message)
    kind = next((kind for type_, kind in _BY_ERROR if isinstance(error, type_)), INTERNAL)
    return ProblemError(kind, error.message, for_rest(error.hint))


def _timed_out(error: ProvgraphError) -> bool:
    """Whether a database gave up: the driver's error bears a code that says so."""
    return "TimedOut" in (getattr(error.__cause__, "code", None) or "")


def _of_invalid(error: RequestValidationError) -> ProblemError:
    """The first complaint says enough; nothing that was sent is repeated."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return ProblemError(BAD_REQUEST, "the body is not valid JSON")
    where = ".".join(str(part) for part in first["loc"])
    hint = "send a JSON object with `Content-Type: application/json`" if first["loc"] == ("body",) else None
    return ProblemError(BAD_PARAMETERS, f"{where}: {first['msg']}", hint)


def _of_http(error: HTTPException) -> ProblemError:
    """What the framework raises: unknown addresses and methods, unreadable bodies."""
    phrase = HTTPStatus(error.status_code).phrase
    kind = _BY_STATUS.get(error.status_code) or Kind("http-error", error.status_code, phrase, BAD_REQUEST.hint)
    return ProblemError(kind, kind.title[0].lower() + kind.title[1:], headers=error.headers)


def for_rest(hint: str) -> str:
    """A hint that names commands and options, in the words of a client of this interface."""
    hint = re.sub(r"`provgraph query ([\w-]+)`", r"`GET /v1/queries/\1/run`", hint)
    return hint.replace("`provgraph queries`", "`GET /v1/queries`").replace("`-p ", "`")
