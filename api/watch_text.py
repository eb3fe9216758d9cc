"""What `provgraph watch` says of the reports that it loaded: a line for each."""

from __future__ import annotations

import json
import sys

from api.output import Format, complain_together, printable
from api.watch import Loaded
from loaders.drift import Drift

_TOLD = ("processes", "calls")


def tell(loaded: Loaded, fmt: Format) -> None:
    """Print a line for each report on stdout, and what could not be read on stderr."""
    for row, drift in loaded.report.loaded():
        print(json.dumps(row, ensure_ascii=False) if fmt is Format.json else printable(_line(row["run"], drift)))
    complain_together(loaded.refused.values())
    sys.stdout.flush()


def _line(run: str, drift: Drift) -> str:
    read = ", ".join(f"{drift.read[what]:,} {what}" for what in _TOLD if what in drift.read)
    return f"loaded {drift.path} as {run[:8]} ({drift.tool}): {read or 'no processes'}"
