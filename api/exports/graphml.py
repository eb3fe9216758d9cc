"""GraphML by networkx: nodes by uid, relationships by uid, a ``caption`` to show and a ``kind`` to colour by.

GraphML holds texts, numbers and truth values only: lists and maps are written as JSON, what is not recorded is left
out, and signs that XML cannot hold are written as ``\\u0000``.
"""

from __future__ import annotations

import json
from typing import Any

import networkx as nx

from api.exports import words
from graph_model.view import GraphAnswer, to_networkx

CAPTION = "caption"


def render(answer: GraphAnswer) -> bytes:
    """The file."""
    graph = to_networkx(answer)
    _flatten(graph.graph)
    for node in answer.nodes:
        _flatten(graph.nodes[node.uid])
        graph.nodes[node.uid].setdefault(CAPTION, words.visible(words.caption(node)))
    for *_, properties in graph.edges(data=True):
        _flatten(properties)
    return "\n".join([*nx.generate_graphml(graph), ""]).encode("utf-8")


def _flatten(properties: dict[str, Any]) -> None:
    for name, value in list(properties.items()):
        if value is None:
            del properties[name]
        else:
            properties[name] = _scalar(value)


def _scalar(value: Any) -> str | int | float:
    if isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return words.visible(text, keep="\t\n")
