"""The drift report: what was read, what was not understood, what was repaired, what the log lacks.

Unknown fields and calls are counted here, never fatal and never lost silently.
"""

from __future__ import annotations

import reprlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_SAMPLE_LENGTH = 160
_NAMES_KEPT = 2_000
_OTHERS = "(further names)"
_REPAIRS_KEPT = 50


# far more than a sample shows, and little enough to be made of anything
_PRINTED = reprlib.Repr()
_PRINTED.maxlevel, _PRINTED.maxdict, _PRINTED.maxlist, _PRINTED.maxstring = 8, 20, 20, 2 * _SAMPLE_LENGTH


@dataclass
class Drift:
    """The report of one log; ``tool`` wrote it, as its run says."""

    path: str
    loader: str = ""
    tool: str = ""
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
        key = (kind, name)
        if key not in self.samples:
            if len(self.samples) >= _NAMES_KEPT or len(name) > _SAMPLE_LENGTH:
                key = (kind, _OTHERS if len(self.samples) >= _NAMES_KEPT else _shortened(name))
            self.samples.setdefault(key, _shortened(sample))
        self.unknown[key] += number

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
            "tool": self.tool,
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
        sample = sample[: 4 * _SAMPLE_LENGTH].decode("utf-8", "replace")
    try:
        text = sample if isinstance(sample, str) else _PRINTED.repr(sample) if _large(sample) else str(sample)
        return text[:_SAMPLE_LENGTH]
    except (RecursionError, ValueError):  # nested too deeply, or a number of thousands of digits
        return f"a {type(sample).__name__} that cannot be printed"


def _large(sample: object) -> bool:
    """Whether printing it whole may take long: only its beginning is wanted."""
    return isinstance(sample, (dict, list))
