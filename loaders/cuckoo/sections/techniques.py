"""ATT&CK techniques that signatures name: ``ttp`` of Cuckoo 2.0.7, ``ttps`` of CAPE in each of its forms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import list_of, mapping_of
from loaders.drift import Drift

_TECHNIQUE = re.compile(r"T\d{4}(?:\.\d{3})?\Z")


def of_signature(signature: dict[str, Any], drift: Drift) -> set[str]:
    """Those that stand in the signature itself; other catalogues' ids (MBC) are only told of."""
    return {found for name in ("ttp", "ttps") for found in _ids(signature.get(name), drift)}


def by_signature(ttps: Any, drift: Drift) -> dict[str, set[str]]:
    """Those of the top level: ``{id: signature}``, or a list of objects with ``ttp`` or ``ttps`` and ``signature``."""
    found: dict[str, set[str]] = defaultdict(set)
    if isinstance(ttps, dict):
        for technique, names in ttps.items():
            for name in names if isinstance(names, list) else [names]:
                if isinstance(name, str):
                    found[name].update(_ids(technique, drift))
    for entry in map(mapping_of, list_of(ttps)):
        signature = values.text(entry.get("signature"))
        if signature:
            found[signature] |= of_signature(entry, drift)
    return found


def _ids(value: Any, drift: Drift) -> Iterator[str]:
    """From a text, a list, or an object keyed by id."""
    for entry in value if isinstance(value, (list, dict)) else [value]:
        text = entry.strip().upper() if isinstance(entry, str) else ""
        if _TECHNIQUE.match(text):
            yield text
        elif text:
            drift.not_understood("technique", text)
