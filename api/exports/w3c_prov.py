"""An answer in the terms of W3C PROV, as PROV-JSON or PROV-N.

Processes and movements are activities, users and hosts agents, everything else entities. Each relationship becomes the
PROV relation that its ends and its meaning allow, and its own name is the `prov:type`; properties stay, those that are
lists as several values. What fits no other relation is `wasInfluencedBy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from prov.constants import XSD_LONG
from prov.identifier import Namespace
from prov.model import Literal, ProvDocument

from api.exports import words
from graph_model.view import Edge, GraphAnswer, Node

NAMESPACE = Namespace("provgraph", "urn:provgraph:")

_Pairs = list[tuple[Any, Any]]
_ACTIVITIES = frozenset({"Process", "Movement"})
_AGENTS = frozenset({"User", "Host"})
_GENERATES = frozenset({"WROTE", "SET", "CREATED_KEY", "CREATED_SECTION", "INSTALLED", "REGISTERED_TASK"})
_USES = frozenset({"READ_BY", "EXECUTED_AS", "LOADED_INTO", "RECEIVED_BY", "MAPPED_INTO"})
_DERIVES = frozenset({"COPIED_TO", "RENAMED_TO", "DOWNLOADED_TO"})
_INVALIDATES = frozenset({"DELETED", "DELETED_KEY", "DELETED_SERVICE"})
_ASSOCIATES = frozenset({"RAN_ON", "RAN_AS"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def render(answer: GraphAnswer) -> bytes:
    """PROV-JSON, which programs read."""
    return (str(_document(answer).serialize(format="json", indent=2)) + "\n").encode("utf-8")


def render_notation(answer: GraphAnswer) -> bytes:
    """PROV-N, which people read."""
    return (_document(answer).get_provn() + "\n").encode("utf-8")


def _document(answer: GraphAnswer) -> ProvDocument:
    document = ProvDocument()
    document.add_namespace(NAMESPACE)
    facts = {"title": answer.title, "cypher": answer.cypher, "truncated": answer.truncated}
    asked = words.parameters_text(answer.parameters)
    document.entity(NAMESPACE["answer"], _attributes({**facts, "parameters": asked or None}, "Answer"))
    for node in answer.nodes:
        _add_node(document, node)
    kinds = {node.uid: node.label for node in answer.nodes}
    for edge in answer.closed_edges():
        _add_edge(document, edge, kinds)
    return document


def _add_node(document: ProvDocument, node: Node) -> None:
    attributes = [("prov:label", words.visible(words.caption(node))), *_attributes(node.properties, node.label)]
    name = NAMESPACE[node.uid]
    if node.label in _ACTIVITIES:
        started, ended = (_time(node.properties.get(key)) for key in ("started_us", "ended_us"))
        document.activity(name, started, ended, attributes)
    elif node.label in _AGENTS:
        document.agent(name, attributes)
    else:
        document.entity(name, attributes)


def _add_edge(document: ProvDocument, edge: Edge, kinds: dict[str, str]) -> None:
    source, target = NAMESPACE[edge.source], NAMESPACE[edge.target]
    classes = _class(kinds[edge.source]), _class(kinds[edge.target])
    attributes = _attributes(edge.properties, edge.type)
    named: dict[str, Any] = {"identifier": NAMESPACE[edge.uid], "other_attributes": attributes}
    timed = {**named, "time": _time(edge.properties.get("first_us"))}
    relations: dict[tuple[str, str], tuple[frozenset[str], Callable[[], object]]] = {
        ("activity", "entity"): (_GENERATES, lambda: document.wasGeneratedBy(target, source, **timed)),
        ("entity", "activity"): (_USES, lambda: document.used(target, source, **timed)),
        ("activity", "agent"): (_ASSOCIATES, lambda: document.wasAssociatedWith(source, target, **named)),
        ("entity", "entity"): (_DERIVES, lambda: document.wasDerivedFrom(target, source, **named)),
    }
    types, relate = relations.get(classes, (frozenset(), None))
    if edge.type == "ALTERNATE_OF" and classes == ("entity", "entity"):
        document.alternateOf(source, target)  # it has neither a name nor attributes
    elif classes == ("activity", "activity") and edge.type != "ALTERNATE_OF":
        document.wasInformedBy(target, source, **named)
    elif edge.type in _INVALIDATES and classes == ("activity", "entity"):
        document.wasInvalidatedBy(target, source, **timed)
    elif relate is not None and edge.type in types:
        relate()
    else:
        document.wasInfluencedBy(target, source, **named)


def _class(label: str) -> str:
    if label in _ACTIVITIES:
        return "activity"
    return "agent" if label in _AGENTS else "entity"


def _attributes(properties: dict[str, Any], kind: str) -> _Pairs:
    pairs: _Pairs = [("prov:type", NAMESPACE[kind])]
    for name, value in sorted(properties.items()):
        pairs += [(NAMESPACE[name], one) for one in _values(value)]
    return pairs


def _values(value: Any) -> Iterable[str | bool | float | Literal]:
    if isinstance(value, list | tuple):
        return [one for item in value for one in _values(item)]
    if value is None:
        return ()
    if isinstance(value, int) and not isinstance(value, bool):
        return (Literal(value, XSD_LONG),)  # xsd:int ends at 31 bits
    return (value,) if isinstance(value, bool | float) else (words.visible(str(value), keep="\t\n"),)


def _time(value: Any) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=value) if isinstance(value, int) else None
    except OverflowError:
        return None
