"""The formats that an answer's graph can be written in, for the command line and REST alike.

Each is a module with ``render(answer) -> bytes``, imported when it is asked for: some bring large libraries.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from graph_model.errors import UsageError
from graph_model.view import GraphAnswer


@dataclass(frozen=True)
class Format:
    """How a format is called, where it is written, and what it is for."""

    module: str
    media_type: str
    suffix: str
    doc: str
    function: str = "render"


@dataclass(frozen=True)
class Rendered:
    """A file to be: its bytes, and how to announce and name them."""

    body: bytes
    media_type: str
    suffix: str


FORMATS = {
    "html": Format("html", "text/html; charset=utf-8", ".html", "one page that works offline"),
    "graphml": Format("graphml", "application/graphml+xml", ".graphml", "GraphML for Gephi, yEd, Cytoscape, networkx"),
    "csv": Format("tables", "application/zip", ".zip", "nodes.csv and edges.csv in a zip file"),
    "navigator": Format("navigator", "application/json", ".json", "a layer (4.5) for the ATT&CK Navigator"),
    "stix": Format("stix", "application/stix+json;version=2.1", ".json", "a STIX 2.1 bundle"),
    "prov": Format("w3c_prov", "application/json", ".json", "W3C PROV as PROV-JSON"),
    "provn": Format(
        "w3c_prov", "text/provenance-notation; charset=utf-8", ".provn", "W3C PROV as PROV-N", "render_notation"
    ),
}


def render(name: str, answer: GraphAnswer) -> Rendered:
    """The graph of an answer in the format of this name; the same answer always gives the same bytes."""
    found = FORMATS.get(name)
    if found is None:
        raise UsageError(f"there is no format `{name}`", hint=f"the formats: {', '.join(FORMATS)}")
    module = importlib.import_module(f"api.exports.{found.module}")
    return Rendered(getattr(module, found.function)(answer), found.media_type, found.suffix)
