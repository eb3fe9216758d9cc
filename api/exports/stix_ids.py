"""Identifiers of STIX objects that do not change from one export to the next.

Observables whose kind has identifying properties get their id from stix2, by the rule of the specification. All else is
named after the uid in the graph, in a name space of our own, as the specification asks.
"""

from __future__ import annotations

from uuid import UUID, uuid5

_OURS = UUID("1d5a2f7c-3f0e-5c59-9b60-0c1f6f5d7a10")


def stix_id(kind: str, *parts: str) -> str:
    """The id of an object of this kind for a uid of ours."""
    return f"{kind}--{uuid5(_OURS, chr(31).join((kind, *parts)))}"
