"""The arguments of a call by name, in the words of no layout."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from loaders.cuckoo import values
from loaders.cuckoo.model import Argument, RawCall, arguments


def by_name(call: RawCall) -> dict[str, Any]:
    """From an object (2.x) or a list of name and value (CAPE, 1.x and before); names squashed, values as printed."""
    raw = arguments(call)
    if isinstance(raw, dict):
        return dict(zip(_squashed_names(tuple(raw)), raw.values(), strict=True))
    if not isinstance(raw, list):
        return {}
    if raw and isinstance(raw[0], Argument):
        return {values.squashed(entry.name): entry.value for entry in raw}
    pairs = [entry for entry in raw if isinstance(entry, dict) and isinstance(entry.get("name"), str)]
    return {values.squashed(entry["name"]): entry.get("value") for entry in pairs}


@lru_cache(maxsize=10_000)
def _squashed_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(values.squashed(name) for name in names)
