"""What an answer says of ATT&CK techniques, each with its confidence and the places of the log that it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.exports import words
from graph_model.schema import CONFIDENCES, NOT_RECORDED
from graph_model.view import GraphAnswer, Node

SCORES = dict(zip(CONFIDENCES, (25, 60, 100), strict=True))
"""``weak``, ``likely`` and ``confirmed`` as numbers up to 100."""

_TECHNIQUE = re.compile(r"T\d{4}(?:\.\d{3})?")


@dataclass(frozen=True)
class Finding:
    """One statement; ``confidence`` is empty where a sandbox's signature made it, which gives none."""

    technique: str
    text: str
    confidence: str
    evidence: tuple[str, ...]


def techniques_of(properties: dict[str, Any]) -> list[str]:
    """The ids that a relationship or movement bears, its own first."""
    said = [properties.get("technique") or "", *(properties.get("other_techniques") or ())]
    return list(dict.fromkeys(_TECHNIQUE.findall(" ".join(map(str, said)))))


def findings(answer: GraphAnswer) -> Iterator[Finding]:
    """All of them, in the order of the answer."""
    by_uid = {node.uid: node for node in answer.nodes}
    for node in answer.nodes:
        if node.label == "Movement":
            yield from _each(node.properties, f"movement: {words.visible(words.caption(node))}")
    for edge in answer.closed_edges():
        source, target = by_uid[edge.source], by_uid[edge.target]
        text = f"{named(source)} {words.type_words(edge.type)} {named(target)}"
        if edge.type == "USES" and _TECHNIQUE.fullmatch(str(target.properties.get("id"))):
            by = tuple(edge.properties.get("signatures") or ())
            yield Finding(str(target.properties["id"]), f"{text}, say the sandbox's signatures", "", by)
        else:
            yield from _each(edge.properties, text)


def _each(properties: dict[str, Any], text: str) -> Iterator[Finding]:
    evidence = tuple(words.evidence(properties))
    for technique in techniques_of(properties):
        yield Finding(technique, text, str(properties.get("confidence") or ""), evidence)


def named(node: Node) -> str:
    """The node as people speak of it: a process with its pid."""
    name = words.visible(words.caption(node))
    if node.label != "Process":
        return name
    pid = node.properties.get("pid")
    return f"{name} (pid {NOT_RECORDED if pid is None else pid})"
