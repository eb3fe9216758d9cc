"""A py2neo class for every kind of node, made from the schema: properties, and the relationships of each direction.

py2neo's own related objects keep one relationship for each neighbour, look up nodes by the numbers that a database
gives them, and write by deleting what they do not know. Here a process that wrote into another fifty times has fifty
relationships, look-ups go by uid, and nothing is written: what the graph says follows from logs and rules alone.

This module needs the extra `py2neo`; :mod:`graph_model.notebook` hands out what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from py2neo import Node
from py2neo.ogm import Label, Model, ModelType, Property, RelatedFrom, RelatedObjects, RelatedTo

from graph_model import statements
from graph_model.errors import UsageError
from graph_model.schema import ENTITY, NODES, RELATIONSHIPS, NodeKind

INCOMING = "incoming_"


def _refuse(*_: object, **__: object) -> NoReturn:
    raise UsageError("objects of the graph can only be read", hint="`provgraph load` writes; rules derive the rest")


class Neighbours(RelatedObjects):  # type: ignore[misc] # the library has no types
    """The objects at the other end of one kind of relationship; ``triples`` gives every single relationship."""

    def __init__(self, subject: Model, direction: int, relationship_type: str) -> None:
        super().__init__(subject, subject.__node__, direction, relationship_type, Thing)
        ask = statements.outgoing if direction > 0 else statements.incoming
        self._statement = ask(relationship_type)
        self._found: list[tuple[Any, dict[str, Any]]] | None = None

    def __iter__(self) -> Iterator[Any]:
        """Each object once, in the order of its first relationship."""
        return iter({found.uid: found for found, _ in self._related_objects}.values())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def _related_objects(self) -> list[tuple[Any, dict[str, Any]]]:
        if self._found is None:
            graph = self.node.graph
            rows = graph.query(self._statement, {"uid": self.node["uid"]}) if graph else ()
            self._found = [(Thing.wrap(other), dict(relationship)) for other, relationship in rows]
        return self._found

    def __db_pull__(self, _: object) -> None:
        """Ask again when next looked at."""
        self._found = None

    add = clear = remove = update = __db_push__ = _refuse


class _Outgoing(RelatedTo):  # type: ignore[misc]
    def __get__(self, instance: Model | None, owner: type) -> Any:
        return self if instance is None else _neighbours(instance, self)


class _Incoming(RelatedFrom):  # type: ignore[misc]
    def __get__(self, instance: Model | None, owner: type) -> Any:
        return self if instance is None else _neighbours(instance, self)


def _neighbours(subject: Model, related: RelatedTo | RelatedFrom) -> Neighbours:
    known = subject.__ogm__._related
    key = (related.direction, related.relationship_type)
    if key not in known:
        known[key] = Neighbours(subject, *key)
    return known[key]  # type: ignore[no-any-return]


class Thing(Model):  # type: ignore[misc]
    """Any node of the graph; what is found comes as the class of its own kind."""

    __primarylabel__ = ENTITY
    __primarykey__ = "uid"
    uid = Property()
    entity = Label(ENTITY)

    @classmethod
    def wrap(cls, node: Node | None) -> Any:
        """The node as an object of its kind."""
        kind = next((CLASSES[label] for label in node.labels if label in CLASSES), cls) if node is not None else cls
        return super(Thing, kind).wrap(node)

    def __hash__(self) -> int:
        return hash(self.uid)

    __db_create__ = __db_merge__ = __db_push__ = __db_delete__ = _refuse


def _class_of(kind: NodeKind) -> type[Thing]:
    attributes: dict[str, Any] = {"__doc__": kind.doc, "__module__": __name__}
    for name, declared in kind.properties.items():
        attributes[name] = _told(Property(name), declared.doc)
    for type_, relationship in RELATIONSHIPS.items():
        starts, ends = ({end[side] for end in relationship.ends} for side in (0, 1))
        if kind.label in starts:
            attributes[type_.lower()] = _told(_Outgoing(Thing, type_), relationship.doc)
        if kind.label in ends:
            attributes[INCOMING + type_.lower()] = _told(_Incoming(Thing, type_), relationship.doc)
    return ModelType(kind.label, (Thing,), attributes)  # type: ignore[no-any-return]


def _told(descriptor: Any, doc: str) -> Any:
    descriptor.__doc__ = doc
    return descriptor


CLASSES: dict[str, type[Thing]] = {label: _class_of(kind) for label, kind in NODES.items()}
