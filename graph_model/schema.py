"""Every kind of node and relationship, declared once.

Constraints, write statements, the model of REST answers, colours, named subsets and the reference page are made
from these declarations; nothing else in the project lists kinds or their properties. The nodes are declared in
:mod:`graph_model.node_kinds`, the relationships in :mod:`graph_model.relationship_kinds`.
"""

from __future__ import annotations

from graph_model.kinds import NodeKind, Property, RelationshipKind
from graph_model.node_kinds import NODE_KINDS
from graph_model.relationship_kinds import DERIVED, RECORDED, RELATIONSHIP_KINDS

__all__ = [
    "CONFIDENCES",
    "DERIVED",
    "ENTITY",
    "NODES",
    "NOT_RECORDED",
    "RECORDED",
    "RELATIONSHIPS",
    "SUBSETS",
    "NodeKind",
    "Property",
    "RelationshipKind",
    "merge_values",
]

ENTITY = "Entity"
NOT_RECORDED = "not recorded"
CONFIDENCES = ("weak", "likely", "confirmed")

NODES: dict[str, NodeKind] = {kind.label: kind for kind in NODE_KINDS}
RELATIONSHIPS: dict[str, RelationshipKind] = {kind.type: kind for kind in RELATIONSHIP_KINDS}

SUBSETS: dict[str, tuple[str, ...]] = {
    "FLOW": tuple(kind.type for kind in RELATIONSHIP_KINDS if kind.flow),
    "DERIVED": tuple(kind.type for kind in RELATIONSHIP_KINDS if kind.derived),
    "OPERATIONS": tuple(kind.type for kind in RELATIONSHIP_KINDS if not kind.merged and not kind.derived),
    "INJECTION": ("SPAWNED", "INJECTED_INTO"),
    "LATERAL": ("STARTED_REMOTELY", "INITIATED", "REACHED", "CARRIED"),
    "FINDINGS": ("INJECTED_INTO", "STARTED_REMOTELY", "DISGUISED_BY", "FINGERPRINTED"),
    "LINEAGE": ("WROTE", "COPIED_TO", "RENAMED_TO", "EXECUTED_AS", "LOADED_INTO", "DELETED", "ALTERNATE_OF"),
}


def merge_values(prop: Property, old: object, new: object) -> object:
    """One value out of two records of a property; commutative, associative and idempotent."""
    if old is None or new is None:
        return new if old is None else old
    if prop.merge == "latest":
        return old if new == prop.unsaid else new
    if prop.merge == "union":
        return sorted({*_as_list(old), *_as_list(new)})
    if prop.merge == "sum":
        return old + new  # type: ignore[operator]
    pick = max if prop.merge == "greatest" else min
    return pick(old, new)  # type: ignore[call-overload]


def _as_list(value: object) -> list[str]:
    return list(value) if isinstance(value, (list, tuple)) else [str(value)]
