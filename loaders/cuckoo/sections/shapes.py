"""Foreign values by their shape, and lists cut to a length that a graph can bear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loaders.drift import Drift

MOST_ENTRIES = 50_000
MOST_PIDS = 100  # that one entry names


def mapping_of(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def scalar(value: Any) -> str | None:
    """A number or text as text; a number of thousands of digits is none."""
    try:
        return str(value) if isinstance(value, (str, int, float)) and value != "" else None
    except ValueError:
        return None


def scalars(value: Any) -> list[str]:
    """The numbers and texts of a list, or the one that stands in its place."""
    entries = value if isinstance(value, list) else [value]
    return [text for entry in entries if (text := scalar(entry))]


def chosen(texts: Iterable[str], most: int, length: int = 512) -> tuple[str, ...]:
    """The first so many distinct texts in sorting order, each cut to a length; the same for any order of the list."""
    return tuple(sorted({text if len(text) <= length else text[: length - 1] + "…" for text in texts})[:most])


def bounded(entries: list[Any], most: int, what: str, drift: Drift) -> list[Any]:
    """The first so many entries; how many are left out is told."""
    if len(entries) > most:
        drift.not_understood("left out", what, f"more than {most:,}", len(entries) - most)
    return entries[:most]


def entries_of(value: Any, section: str, drift: Drift) -> list[Any]:
    """The entries of a section that is a list, as many as a graph can bear; the others are told."""
    return bounded(of_shape(value, list, section, drift), MOST_ENTRIES, section, drift)


def objects_of(value: Any, section: str, drift: Drift) -> list[dict[str, Any]]:
    """The entries of a section that is a list of objects; what is none is told and stands there empty."""
    entries = entries_of(value, section, drift)
    for entry in entries:
        if not isinstance(entry, dict):
            drift.not_understood(section, "not an object", entry)
    return [mapping_of(entry) for entry in entries]


def of_shape(value: Any, kind: type | tuple[type, ...], section: str, drift: Drift) -> Any:
    """The value if it has this shape; another one is told, an absent or empty one is not."""
    if isinstance(value, kind):
        return value
    if value:
        drift.not_understood("section", section, value)
    return (kind[0] if isinstance(kind, tuple) else kind)()
