"""The drift report: what was read, what was not understood, what was repaired, what the log lacks.

Unknown fields and calls are counted here, never fatal and never lost silently.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_SAMPLE_LENGTH = 160
_REPAIRS_KEPT = 50


@dataclass
class Drift:
    """The report of one log."""

    path: str
    loader: str = ""
    read: Counter[str] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    samples: dict[tuple[str, str], str] = field(default_factory=dict)
    repaired: Counter[str] = field(default_factory=Counter)
    repairs: list[str] = field(default_factory=list)
    lacks: list[tuple[str, str]] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        """``number`` more of ``what`` were read."""
        if number:
            self.read[what] += number

    def not_understood(self, kind: str, name: str, sample: object = "", number: int = 1) -> None:
        """Something of this kind and name is not mapped; the first sample is kept."""
        self.unknown[kind, name] += number
        if (kind, name) not in self.samples:
            self.samples[kind, name] = _shortened(sample)

    def repair(self, what: str, where: str) -> None:
        """Something was put right (a garbage pid, a missing parent); the first fifty places are kept."""
        self.repaired[what] += 1
        if len(self.repairs) < _REPAIRS_KEPT:
            self.repairs.append(f"{where}: {what}")

    def lack(self, what: str, question: str) -> None:
        """The log does not hold ``what``, which leaves ``question`` open."""
        self.lacks.append((what, question))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        return {
            "path": self.path,
            "loader": self.loader,
            "read": dict(sorted(self.read.items())),
            "not_understood": [
                {"kind": kind, "name": name, "count": number, "sample": self.samples[kind, name]}
                for (kind, name), number in sorted(self.unknown.items(), key=lambda item: (-item[1], item[0]))
            ],
            "repaired": dict(sorted(self.repaired.items())),
            "repairs": self.repairs,
            "lacks": [{"what": what, "leaves_open": question} for what, question in self.lacks],
        }


def _shortened(sample: object) -> str:
    if isinstance(sample, bytes):
        sample = sample.decode("utf-8", "replace")
    try:
        return str(sample)[:_SAMPLE_LENGTH]
    except (RecursionError, ValueError):  # nested too deeply, or a number of thousands of digits
        return f"a {type(sample).__name__} that cannot be printed"
