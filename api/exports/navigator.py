"""A layer for the ATT&CK Navigator, in version 4.5 of its format.

The score of a technique is that of its surest finding; the comment lists the findings with their evidence. What only a
sandbox's signature says has no confidence of its own, and hence no score.
"""

from __future__ import annotations

import json
from typing import Any

from api.exports.findings import SCORES, Finding, findings
from api.exports.words import parameters_text, visible
from graph_model.errors import UsageError
from graph_model.view import GraphAnswer

_COLORS = ("#fff7d6", "#f59e0b", "#dc2626")
_EVIDENCE_SHOWN = 20
_FINDINGS_SHOWN = 50


def render(answer: GraphAnswer) -> bytes:
    """The file; an answer without techniques is an error, not an empty layer."""
    by_technique: dict[str, list[Finding]] = {}
    for found in findings(answer):
        by_technique.setdefault(found.technique, []).append(found)
    if not by_technique:
        hint = "export `injections`, `lateral-movement`, `fingerprinting` or `signers`"
        raise UsageError("the answer names no ATT&CK technique", hint=hint)
    layer = {
        "name": visible(answer.title) or "provgraph",
        "versions": {"navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": _description(answer),
        "filters": {"platforms": ["Windows"]},
        "sorting": 3,
        "hideDisabled": False,
        "techniques": [_technique(name, found) for name, found in sorted(by_technique.items())],
        "gradient": {"colors": list(_COLORS), "minValue": 0, "maxValue": 100},
        "legendItems": [
            {"label": name, "color": color} for name, color in zip(SCORES, _COLORS, strict=True)
        ],
        "metadata": [],
        "showTacticRowBackground": False,
        "selectTechniquesAcrossTactics": True,
        "selectSubtechniquesWithParent": False,
    }  # fmt: skip
    return (json.dumps(layer, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _description(answer: GraphAnswer) -> str:
    cut = "NOT COMPLETE: there is more than the answer shows." if answer.truncated else ""
    return "\n".join(part for part in (parameters_text(answer.parameters), cut) if part)


def _technique(name: str, found: list[Finding]) -> dict[str, Any]:
    scores = [SCORES[finding.confidence] for finding in found if finding.confidence in SCORES]
    technique = {
        "techniqueID": name,
        "comment": _comment(found),
        "enabled": True,
        "metadata": [{"name": "findings", "value": str(len(found))}],
        "links": [],
        "showSubtechniques": "." in name,
    }
    return technique | ({"score": max(scores)} if scores else {})


def _comment(found: list[Finding]) -> str:
    lines = [_line(finding) for finding in found[:_FINDINGS_SHOWN]]
    more = len(found) - len(lines)
    return "\n".join([*lines, *([f"and {more:,} more"] if more else [])])


def _line(finding: Finding) -> str:
    confidence = f"{finding.confidence}: " if finding.confidence else ""
    cited = ", ".join(finding.evidence[:_EVIDENCE_SHOWN])
    more = len(finding.evidence) - _EVIDENCE_SHOWN
    return f"{confidence}{finding.text} [{cited}{f' and {more} more' if more > 0 else ''}]"
