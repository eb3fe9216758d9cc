"""Pages for people: what was found, searching, stored queries, nodes, loading. Plain HTML, without a script.

What stands in a page comes from logs that an attacker may have written: the templates escape it, and the content
security policy allows nothing but our own style sheet, by its digest, and forms that lead back here.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.drift_text import lines as drift_lines
from api.exports.formats import FORMATS
from api.exports.words import caption, docs, evidence
from api.exports.words import rows as property_rows
from api.jobs import Job
from api.problems import KINDS, SECURITY_HEADERS, UNKNOWN_NODE, ProblemError
from api.routes.asking import Asker, Asking
from api.routes.cells import Cell, cells, heads
from api.routes.ingest import About, queued, saved
from api.routes.jobs import Known
from api.routes.models import summary_of
from api.routes.queries import Stored
from api.security import may_write, needs_token
from cypher import catalogue
from cypher.answer import Answer
from cypher.catalogue import Query as StoredQuery
from cypher.graphs import naming, nodes
from graph_model.errors import UsageError

router = APIRouter(include_in_schema=False)
_ASSETS = Path(__file__).parent / "assets"
_FINDINGS = {
    "injections": "Injections",
    "injection-paths": "Chains of injections",
    "lateral-movement": "Movements",
    "drops": "Drops",
    "fingerprinting": "Fingerprinting",
    "signers": "Disguises",
}
_ON_THE_FIRST_PAGE = 4
_COUNTED = 1_000


@dataclass(frozen=True)
class Shown:
    """A stored query as a page shows it: its rows, and where its page, its JSON and the files of its graph are."""

    stored: StoredQuery
    title: str
    answer: Answer
    heads: list[str]
    rows: list[list[Cell]]
    count: str
    address: str
    json: str
    files: dict[str, str]


@router.get("/")
async def home(request: Request, asking: Asking) -> HTMLResponse:
    """What was found, what was loaded."""
    findings = await asyncio.gather(*(_shown(asking, name, {}, _ON_THE_FIRST_PAGE) for name in _FINDINGS))
    runs, hosts = await asyncio.gather(_shown(asking, "runs", {}, 20), _shown(asking, "hosts", {}, 20))
    return _page(request, "home.html", findings=findings, runs=runs, hosts=hosts)


@router.get("/queries/{name}")
async def query(request: Request, asking: Asking, stored: Stored) -> HTMLResponse:
    """Any stored query, with a form for its parameters."""
    given = {name: value for name, value in request.query_params.items() if value != ""}
    ready = all(name in given for name, parameter in stored.header.params.items() if parameter.required)
    shown, error = None, None
    if ready:
        try:
            shown = await _shown(asking, stored.name, given, asking.settings.max_rows)
        except UsageError as refused:
            error = refused
    status = 422 if error else 200
    return _page(request, "query.html", status, stored=stored, given=given, shown=shown, error=error)


@router.get("/search")
async def search(
    request: Request, asking: Asking, q: Annotated[str, Query(max_length=1024)] = "", kind: str = ""
) -> HTMLResponse:
    """Everything that bears a text."""
    wanted = q.strip()
    shown = await _shown(asking, "search", {"text": wanted, "kind": kind}, 500) if wanted else None
    return _page(request, "search.html", q=wanted, shown=shown)


@router.get("/nodes/{uid}")
async def node(request: Request, asking: Asking, uid: str) -> HTMLResponse:
    """All that is known of a node, and what it is joined with."""
    found = await asking.ask(lambda store: nodes(store, [uid]))
    if not found:
        raise ProblemError(UNKNOWN_NODE, "no node has this uid")
    known, missing = property_rows({**found[0].properties, "uid": uid}, found[0].label)
    near = await _shown(asking, "neighbours", {"uid": uid}, 500)
    return _page(
        request,
        "node.html",
        node=found[0],
        name=caption(found[0]),
        known=known,
        docs=docs(found[0].label),
        missing=missing,
        evidence=evidence(found[0].properties),
        near=near,
        tracked=found[0].label in ("Process", "File", "Content", "RegistryValue", "Section"),
    )


@router.post("/load", dependencies=[Depends(may_write)])
async def load(request: Request, files: list[UploadFile], case: Annotated[str, Form()] = "") -> RedirectResponse:
    """Take logs and show how their load goes on."""
    job = queued(request.app.state.jobs, await saved(files, About(case=case) if case else About()))
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@router.get("/jobs/{id}")
def job(request: Request, found: Known) -> HTMLResponse:
    """How a load goes on; the page renews itself until it has ended."""
    told = [] if found.report is None else [_without_folder(found, line) for line in drift_lines(found.report)]
    return _page(request, "job.html", job=found, told=told, error=_without_folder(found, found.error or ""))


@router.get("/rest")
def rest(request: Request) -> HTMLResponse:
    """Routes, stored queries and problems, as text and links."""
    stored = sorted(catalogue.queries().values(), key=lambda found: (found.area, found.name))
    paths = request.app.openapi()["paths"]
    return _page(request, "rest.html", paths=paths, queries=[summary_of(one) for one in stored], kinds=KINDS)


async def _shown(asking: Asker, name: str, given: Mapping[str, Any], most: int) -> Shown:
    stored = catalogue.query(name)
    asked = dict(given)
    if "limit" in stored.header.params:
        asked.setdefault("limit", min(_COUNTED, asking.settings.max_rows))
    answer = await asking.answer(stored, asked)
    columns = heads(stored.header, answer)
    parameters = urlencode({key: value for key, value in given.items() if value not in ("", None)})
    drawn = bool(answer.rows) and bool(naming(stored.header.columns)) and not stored.header.searches
    return Shown(
        stored=stored,
        title=_FINDINGS.get(name, name),
        answer=answer,
        heads=[column.replace("_", " ") for column in columns],
        rows=[cells(columns, row) for row in answer.rows[:most]],
        count=f"{len(answer.rows):,}" + ("+" if answer.truncated else ""),
        address=f"/queries/{name}?{parameters}".rstrip("?"),
        json=f"/v1/queries/{name}/run?{parameters}".rstrip("?"),
        files={
            kind: f"/v1/graph.{kind}?{urlencode({'query': name})}&{parameters}".rstrip("&")
            for kind in (_formats(stored) if drawn else ())
        },
    )


def _formats(stored: StoredQuery) -> list[str]:
    """All but a layer of techniques where the rows name none."""
    names = any(column.startswith("technique") for column in stored.header.columns)
    return [kind for kind in FORMATS if names or kind != "navigator"]


def _without_folder(job: Job, text: str) -> str:
    return text if job.upload is None else text.replace(f"{job.upload}/", "")


def _page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    html = (
        _templates()
        .get_template(template)
        .render(
            version=request.app.version,
            token=needs_token(request.app.state.settings),
            style=_style(),
            **values,
        )
    )
    return HTMLResponse(html, status, headers={"Content-Security-Policy": _policy()})


@cache
def _templates() -> Environment:
    environment = Environment(loader=FileSystemLoader(_ASSETS), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment


@cache
def _style() -> str:
    return (_ASSETS / "pages.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """As everywhere, but for this very style sheet, and forms that lead back here."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = SECURITY_HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")
    return f"{policy}; style-src 'sha256-{digest}'"
