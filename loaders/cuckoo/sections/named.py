"""The processes that a mark of a CAPE signature names in its texts, where it names them plainly.

CAPE's signatures write for people: ``PID 7444 trigged the Yara rule …``, ``a.exe(4) -> b.exe(8)``, ``a.exe:4``, or
the texts of a process under its pid. A pid that no listed process bears, that two of them bore, or that stands beside
the name of another program names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graph_model.events import ProcessRef
from loaders.cuckoo import values
from loaders.cuckoo.process_table import ProcessTable

_YARA_HIT = re.compile(r"PID (\d{1,10}) trigg(?:er)?ed the Yara rule ")
_INJECTION = re.compile(r"(.{1,260})\((\d{1,10})\) -> (.{1,260})\((\d{1,10})\)\Z")
_NAME_AND_PID = re.compile(r"(.{1,260}):(\d{1,10})\Z")
_PID = re.compile(r"\d{1,10}\Z")


def processes(entry: dict[str, Any], table: ProcessTable) -> tuple[ProcessRef, ...]:
    """Each process once, in the order in which the mark names them."""
    found = (_bearer(name, pid, table) for name, pid in _named(entry))
    return tuple(dict.fromkeys(process for process in found if process))


def _named(entry: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    """Names of programs, where the mark tells them, and pids."""
    for label, value in entry.items():
        if not isinstance(value, str):
            continue
        hit = _YARA_HIT.match(value) if label == "Hit" else None
        injection = _INJECTION.match(value) if label == "Injection" else None
        process = _NAME_AND_PID.match(value) if label in ("process", "Process") else None
        if hit:
            yield None, hit[1]
        elif injection:
            yield injection[1], injection[2]
            yield injection[3], injection[4]
        elif process:
            yield process[1], process[2]
        elif len(entry) == 1 and _PID.match(label):
            yield None, label


def _bearer(name: str | None, pid: str, table: ProcessTable) -> ProcessRef | None:
    number = values.pid(pid)
    process = table.bearer(number, None) if number is not None else None
    return process if process and (name is None or table.is_called(process, name)) else None
