"""PowerShell that a log prints, as texts of the process that ran it: in pieces, and as many as a graph can bear."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from loaders.drift import Drift

KEPT = 200
LENGTH = 2_000
_PIECE = re.compile(rf"\S.{{0,{LENGTH - 1}}}(?=\n|\Z)|\S.{{0,{LENGTH - 1}}}", re.DOTALL)


def pieces(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Texts cut at line ends, each piece with what stands before it; short scripts first, which are no modules."""
    scripts = sorted(set(texts), key=lambda script: (len(script[1]), script))
    cut = (before + found[0].rstrip() for before, text in scripts for found in _PIECE.finditer(text))
    return list(dict.fromkeys(cut))


def properties(found: list[str], drift: Drift) -> dict[str, Any]:
    """What the schema says of a process or run with these pieces; how many are left out is told."""
    if not found:
        return {}
    more = len(found) - KEPT
    if more > 0:
        drift.not_understood("left out", "PowerShell texts", f"{KEPT} of {len(found)} are kept", more)
    return {"powershell": tuple(sorted(found[:KEPT])), "powershell_count": len(found)}
