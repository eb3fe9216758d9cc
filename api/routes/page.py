"""The page at ``/``: what this server can be asked, without a script and without anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from api.problems import KINDS, SECURITY_HEADERS
from api.routes.models import summary_of
from api.security import token_of
from cypher import catalogue

router = APIRouter()
_ASSETS = Path(__file__).parent / "assets"


@router.get("/", include_in_schema=False)
def page(request: Request) -> HTMLResponse:
    """Routes, stored queries and problems, as text and links."""
    stored = sorted(catalogue.queries().values(), key=lambda query: (query.area, query.name))
    html = _template().render(
        version=request.app.version,
        token=bool(token_of(request.app.state.settings)),
        paths=request.app.openapi()["paths"],
        queries=[summary_of(query) for query in stored],
        kinds=KINDS,
        style=_style(),
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": _policy()})


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(_ASSETS), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template("index.html")


@cache
def _style() -> str:
    return (_ASSETS / "index.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """As everywhere, and this very style sheet."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"{SECURITY_HEADERS['Content-Security-Policy']}; style-src 'sha256-{digest}'"
