"""What a file section says of some bytes: hashes, size, type, and what matched them."""

from __future__ import annotations

from typing import Any

from graph_model import events as ev
from graph_model.identity import checked_hashes
from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import chosen, list_of, mapping_of, scalars

_RULES_KEPT = 100
_NAMES_KEPT = 20


def facts_of(entry: dict[str, Any]) -> ev.FileFacts:
    """Hashes, size and type of a file section."""
    kind = values.text(entry.get("type"))
    return ev.FileFacts(
        hashes=checked_hashes(entry.get("sha256"), entry.get("sha1"), entry.get("md5")),
        size=values.number(entry.get("size")),
        type=kind,
        pe=kind.startswith(("PE32", "MS-DOS executable")) if kind else None,
    )


def names_of(entry: dict[str, Any]) -> tuple[str, ...]:
    """The names of a file; the sandbox's own name for it, its hash, is none."""
    hashes = {values.text(entry.get(name)) for name in ("sha256", "sha1", "md5")}
    return chosen((name for name in scalars(entry.get("name")) if name not in hashes), _NAMES_KEPT)


def matched_of(entry: dict[str, Any]) -> ev.StaticFacts:
    """What every file section may hold beside the hashes: its names, fuzzy hash and YARA rules."""
    rules = [
        name
        for section in ("yara", "cape_yara")
        for rule in list_of(entry.get(section))
        if (name := values.text(mapping_of(rule).get("name")))
    ]
    return ev.StaticFacts(
        names=names_of(entry), ssdeep=values.text(entry.get("ssdeep")), yara=chosen(rules, _RULES_KEPT)
    )
