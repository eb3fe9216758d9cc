"""Notes out of a JSON object with free keys: which sample, when, on which terminals, and everything else as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from graph_model.events import FileFacts, Hashes
from graph_model.identity import checked_hash, checked_hashes
from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import chosen, mapping_of, scalars
from loaders.drift import Drift
from loaders.mark2.times import HEADER, microseconds
from loaders.run_notes import words

JSON = dict[str, Any]
_KEPT = 200
_LENGTH = 2_000
_DEEPEST = 4
_NAMES_KEPT = 100
_KINDS = ("sha256", "sha1", "md5")


def parsed(data: bytes) -> JSON:
    """The object, in UTF-8 or as Japanese Windows writes it; empty where it is none."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return mapping_of(json.loads(data.decode(encoding)))
        except (ValueError, RecursionError):
            continue
    return {}


def are_notes(found: JSON) -> bool:
    """Whether it says what was run, and how, and is nothing that another format has.

    A hash says plainly that a sample is meant; a mere name needs remarks beside it, since settings of programs have
    samples and environments too.
    """
    keys = {words.plain(key) for key in found}
    if keys & words.OF_OTHER_FORMATS or not keys & words.HOW_IT_RAN:
        return False
    return facts_of(found).hashes != Hashes() or bool(sample_name(found) and keys & words.REMARKS)


def facts_of(found: JSON) -> FileFacts:
    """The sample by its hashes, which may stand at the top or with the sample."""
    hashes: dict[str, str] = {}
    for key, value in _about_the_sample(found):
        name = words.plain(key)
        asked = (words.HASHES[name],) if name in words.HASHES else _KINDS if _may_be_any(name) else ()
        for kind in asked:
            checked = next((one for text in scalars(value) if (one := checked_hash(kind, text))), None)
            if checked:
                hashes.setdefault(kind, checked)
    return FileFacts(hashes=checked_hashes(**hashes))


def _may_be_any(name: str) -> bool:
    """Hashes also stand under the sample's own key, as its name."""
    return name in words.HASH or name in words.SAMPLE


def _about_the_sample(found: JSON) -> Iterator[tuple[str, Any]]:
    for key, value in found.items():
        yield key, value
        if words.plain(key) in words.SAMPLE:
            yield from mapping_of(value).items()


def sample_name(found: JSON) -> str | None:
    """The sample's name, where it has another one than its hash."""
    for key, value in found.items():
        if words.plain(key) in words.SAMPLE:
            name = value if isinstance(value, str) else mapping_of(value).get("name")
            if (
                isinstance(name, str)
                and name
                and not any(checked_hash(kind, name) for kind in ("sha256", "sha1", "md5"))
            ):
                return name
    return None


def moment(found: JSON, names: frozenset[str], drift: Drift) -> int | None:
    """A time with a zone, or UTC: ISO 8601, or as Mark II writes it."""
    for key, value in found.items():
        if words.plain(key) in names:
            time = _time(value)
            if time is None:
                drift.not_understood("time", key, value)
            return time
    return None


def _time(value: Any) -> int | None:
    header = HEADER.match(value.strip().encode()) if isinstance(value, str) else None
    try:
        return microseconds(header) if header else values.micros(value)
    except ValueError:
        return None


def listed(found: JSON, names: frozenset[str]) -> tuple[str, ...]:
    """The texts under these keys, each once."""
    texts = [text for key, value in found.items() if words.plain(key) in names for text in scalars(value)]
    return chosen((text.strip() for text in texts if text.strip()), _NAMES_KEPT)


def word(found: JSON, name: str) -> str | None:
    """The text under this key."""
    return next((value for key, value in found.items() if words.plain(key) == name and isinstance(value, str)), None)


def texts(found: JSON, drift: Drift) -> tuple[str, ...]:
    """Everything as ``key: value``, in sorting order."""
    lines = [f"{key}: {text}" for key, text in _leaves("", found, 0)]
    if len(lines) > _KEPT:
        drift.not_understood("left out", "notes", f"more than {_KEPT}", len(lines) - _KEPT)
    return chosen(lines, _KEPT, _LENGTH)


def _leaves(path: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, below in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, below, depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for below in value:
            yield from _leaves(path, below, depth + 1)
    elif value not in (None, "", [], {}):
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
