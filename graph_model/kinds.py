"""What a kind of node or relationship is made of: the words in which the schema is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DEFAULT_CASE = "default"  # of a log whose user names none

PropertyType = Literal["string", "integer", "boolean", "float", "list[string]", "list[integer]"]
Merge = Literal["least", "greatest", "union", "sum", "latest"]


@dataclass(frozen=True)
class Property:
    """One property: its type, what it means, and how two records of it become one.

    ``merge`` must not depend on the order of loading: the least or greatest value, or the sorted union of lists.
    ``latest`` is for what the user says at load time, and may change by loading again with other words; ``unsaid`` is
    what stands there when the user says nothing, and never replaces anything.
    ``sum`` is for relationships only, whose repeats are merged within one run before anything is written.
    """

    type: PropertyType
    doc: str
    merge: Merge = "least"
    unsaid: str | None = None


@dataclass(frozen=True)
class NodeKind:
    """A label with its properties; ``caption`` names the property that a picture shows.

    ``ends_a_track``: tracking never passes through it. ``indexed``: properties that queries look up by.
    """

    label: str
    doc: str
    properties: dict[str, Property]
    caption: str
    color: str
    shape: str
    ends_a_track: bool = False
    indexed: tuple[str, ...] = ()


@dataclass(frozen=True)
class RelationshipKind:
    """A relationship type with its allowed ends (label pairs) and properties.

    ``flow``: tracking follows it. ``derived``: rules write it. ``merged``: repeats within one run become one
    relationship with ``count`` and ``times_us``. ``apart_by``: the property that keeps relationships between the same
    two nodes apart; without it there is one of them.
    """

    type: str
    doc: str
    ends: tuple[tuple[str, str], ...]
    properties: dict[str, Property]
    flow: bool = False
    derived: bool = False
    merged: bool = True
    apart_by: str = ""


def text(doc: str, merge: Merge = "least") -> Property:
    """A text."""
    return Property("string", doc, merge)


def number(doc: str, merge: Merge = "least") -> Property:
    """An integer."""
    return Property("integer", doc, merge)


def flag(doc: str) -> Property:
    """True or absent; true stays true."""
    return Property("boolean", doc, "greatest")


def texts(doc: str) -> Property:
    """A sorted list of texts."""
    return Property("list[string]", doc, "union")


UID = text("Deterministic identity over runs, machines and load orders.")

HASHES = {
    "sha256": text("SHA-256 of the bytes, lower-case hexadecimal."),
    "sha1": text("SHA-1 of the bytes."),
    "md5": text("MD5 of the bytes."),
}
SIGNATURE = {
    "signature": text("What the log says of the code signature: `Valid`, `Invalid` or another word of the product."),
    "signer": text("Subject of the signing certificate."),
    "issuer": text("Issuer of the signing certificate."),
    "company": text("Company of the version information."),
    "product": text("Product of the version information."),
    "product_version": text("Product version of the version information."),
    "description": text("File description of the version information."),
    "original_name": text("Original file name of the version information."),
}
