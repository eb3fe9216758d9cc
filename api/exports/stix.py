"""A STIX 2.1 bundle by the `stix2` library, which checks every object as it is made.

Beside the objects and relationships there is one `observed-data` with all observables and the period of the answer, and
one `report` that names the question and collects everything. The same answer gives the same ids and the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import stix2

from api.exports import words
from api.exports.findings import SCORES, named, techniques_of
from api.exports.stix_ids import stix_id
from api.exports.stix_objects import attack_reference, objects_of, time
from graph_model.errors import UsageError
from graph_model.view import Edge, GraphAnswer, Node

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_OBSERVED = frozenset({"identity", "grouping", "attack-pattern", "relationship"})

_Standing = dict[str, str]
"""By uid: the id of the object that stands for a node."""


def render(answer: GraphAnswer) -> bytes:
    """The file."""
    period = _period(answer)
    made: dict[str, Any] = {}
    standing: _Standing = {}
    for node in answer.nodes:
        objects = objects_of(node, period[0])
        made.update((found.id, found) for found in objects)
        if objects:
            standing[node.uid] = objects[-1].id
    if not made:
        raise UsageError("nothing in the answer has a place in STIX", hint="export processes, files or addresses")
    relationships = _relationships(answer, standing, period[0])
    movements = _movements(answer, standing, relationships, period[0])
    everything = [*made.values(), *movements, *relationships]
    everything += _frame(answer, everything, period)
    bundle = stix2.Bundle(id=stix_id("bundle", *(found.id for found in everything)), objects=everything)
    return (str(bundle.serialize(pretty=False, indent=2, ensure_ascii=False)) + "\n").encode("utf-8")


def _period(answer: GraphAnswer) -> tuple[datetime, datetime]:
    """When the first and the last relationship were; where no time is recorded, a time that says so by its date."""
    names = ("first_us", "last_us")
    known = [found for edge in answer.edges for name in names if (found := time(edge.properties.get(name)))]
    return (min(known), max(known)) if known else (_EPOCH, _EPOCH)


def _relationships(answer: GraphAnswer, standing: _Standing, at: datetime) -> list[Any]:
    by_uid = {node.uid: node for node in answer.nodes}
    return [
        _relationship(edge, by_uid, standing, at)
        for edge in answer.closed_edges()
        if {edge.source, edge.target} <= set(standing)
    ]


def _relationship(edge: Edge, by_uid: dict[str, Node], standing: _Standing, at: datetime) -> Any:
    first, last = (time(edge.properties.get(name)) for name in ("first_us", "last_us"))
    score = SCORES.get(str(edge.properties.get("confidence")))
    facts = {
        "description": _description(edge, by_uid),
        "start_time": first,
        "stop_time": last if first and last and last - first >= timedelta(milliseconds=1) else None,
        "confidence": score,
        "external_references": [attack_reference(found) for found in techniques_of(edge.properties)] or None,
    }
    return stix2.Relationship(
        id=stix_id("relationship", edge.uid),
        relationship_type=edge.type.lower().replace("_", "-"),
        source_ref=standing[edge.source],
        target_ref=standing[edge.target],
        created=at,
        modified=at,
        **{name: value for name, value in facts.items() if value is not None},
    )


def _description(edge: Edge, by_uid: dict[str, Node]) -> str:
    """In words, with the hosts: a path is one object in STIX on whichever host it lies."""
    source, target = (_on_host(by_uid[uid], by_uid) for uid in (edge.source, edge.target))
    cited = words.evidence(edge.properties)
    return f"{source} {words.type_words(edge.type)} {target}" + (f"; evidence: {', '.join(cited)}" if cited else "")


def _on_host(node: Node, by_uid: dict[str, Node]) -> str:
    host = by_uid.get(str(node.properties.get("host_uid")))
    path = node.properties.get("path") if node.label == "File" else None
    name = words.visible(str(path)) if path else named(node)
    return f"{name} on {words.visible(words.caption(host))}" if host else name


def _movements(answer: GraphAnswer, standing: _Standing, relationships: Iterable[Any], at: datetime) -> list[Any]:
    """Each with what took part in it, as far as that is in the answer."""
    found = []
    for node in answer.nodes:
        if node.label == "Movement":
            involved = [str(value) for name, value in sorted(node.properties.items()) if name.endswith("_uid")]
            refs = list(dict.fromkeys(standing[uid] for uid in involved if uid in standing))
            found += [_grouping(node, refs, at)] if refs else []
    return found


def _grouping(node: Node, refs: list[str], at: datetime) -> Any:
    score = SCORES.get(str(node.properties.get("confidence")))
    cited = ", ".join(words.evidence(node.properties))
    return stix2.Grouping(
        id=stix_id("grouping", node.uid),
        name=f"Movement from host to host: {words.visible(words.caption(node))}",
        description=f"evidence: {cited}",
        context="suspicious-activity",
        object_refs=refs,
        created=at,
        modified=at,
        external_references=[attack_reference(found) for found in techniques_of(node.properties)],
        **({} if score is None else {"confidence": score}),
    )


def _frame(answer: GraphAnswer, everything: list[Any], period: tuple[datetime, datetime]) -> list[Any]:
    """What was observed and when, and the question."""
    first, last = period
    observed = [found.id for found in everything if found.type not in _NOT_OBSERVED]
    refs = [found.id for found in everything]
    named_after = (answer.title, *refs)
    frame = []
    if observed and first != _EPOCH:
        times = {"first_observed": first, "last_observed": last, "created": first, "modified": first}
        name = stix_id("observed-data", *named_after)
        frame.append(stix2.ObservedData(id=name, number_observed=1, object_refs=observed, **times))
    report = stix2.Report(
        id=stix_id("report", *named_after),
        name=words.visible(answer.title) or "provgraph",
        description=_question(answer),
        published=first,
        created=first,
        modified=first,
        object_refs=[*refs, *(found.id for found in frame)],
    )
    return [*frame, report]


def _question(answer: GraphAnswer) -> str:
    cut = "NOT COMPLETE: there is more than is shown." if answer.truncated else ""
    asked = words.parameters_text(answer.parameters)
    return "\n".join(part for part in ("found by provgraph in logs", asked, cut) if part)
