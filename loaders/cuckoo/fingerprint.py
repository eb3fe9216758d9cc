"""What tells one analysis from another that bears the same number and start.

Copied, edited and generated reports often share both. The processes and the beginning of their calls are the same in a
report and in the database it was stored in, so they can be part of a run's identity; the file's digest cannot.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from loaders.cuckoo import values
from loaders.cuckoo.model import Document, Process, RawCall, arguments
from loaders.drift import Drift

_CALLS = 1_000
_ENCODER = msgspec.json.Encoder(order="deterministic")


def of(found: Document, processes: dict[int, Process]) -> str:
    """A digest over every process with its first thousand calls."""
    total = hashlib.blake2b(digest_size=16)
    for index, process in processes.items():
        pid = process.pid if process.pid is not None else process.process_id
        seen = values.micros(process.first_seen) or 0
        facts = [values.number(pid), values.text(process.process_name), seen // 1_000]  # a database keeps milliseconds
        total.update(_canonical(facts))
        for call in _beginning(found, index, process):
            total.update(_canonical([call.api, call.status, arguments(call)]))
    return total.hexdigest()


def _canonical(value: list[Any]) -> bytes:
    """The same bytes for the same value, whatever the order of its keys."""
    try:
        return _ENCODER.encode(value)
    except (OverflowError, RecursionError):  # numbers that JSON libraries refuse, nesting that no report has
        return b"odd"


def _beginning(found: Document, index: int, process: Process) -> list[RawCall]:
    taken: list[RawCall] = []
    for calls in found.calls(index, process, Drift(""), False):
        taken += calls
        if len(taken) >= _CALLS:
            break
    return taken[:_CALLS]
