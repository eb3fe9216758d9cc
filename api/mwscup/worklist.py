"""The calls that an analyst has to look at, as CSV: the list of the task's own script, made valid, and what we add.

The script asks for a few APIs by name, and leaves memory calls on the own process out. Beside its calls stand those
that the sheet cites and the script does not know. Its three columns come first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from api.mwscup.quoting import cut
from api.mwscup.sheet import Pair, Sheet, Step, place_of
from cypher.answer import Row
from loaders.cuckoo import values
from loaders.cuckoo.handles import CURRENT_PROCESS
from loaders.cuckoo.printed import PrintedCall, PrintedProcess

COLUMNS = (
    "Category",
    "APIName&RetVal",
    "Arg",
    "PID",
    "ProcessName",
    "TargetPID",
    "TargetName",
    "Injection",
    "Citation",
)
_TAGS = {
    "CreateProcessInternalW": "[PROC]",
    "NtCreateUserProcess": "[PROC]",
    "NtAllocateVirtualMemory": "[MEM]",
    "NtProtectVirtualMemory": "[MEM]",
    "NtMapViewOfSection": "[MEM]",
    "WriteProcessMemory": "[WRITE]",
    "NtWriteVirtualMemory": "[WRITE]",
    "CreateRemoteThread": "[EXEC]",
    "NtSetContextThread": "[EXEC]",
    "NtQueueApcThread": "[EXEC]",
    "NtResumeThread": "[EXEC]",
}
_ABOUT_MEMORY = frozenset({"[MEM]", "[WRITE]"})
_LONGEST = 2_000  # of one value: a cell of a spreadsheet holds 32,767 characters


class WorkList:
    """Gives the calls that belong into the list to ``write``, in the order of the report."""

    def __init__(self, sheet: Sheet, processes: list[PrintedProcess], write: Callable[[Row], None]) -> None:
        self.number = 0
        self._write = write
        self._short = sheet.short
        self._cited: dict[str, list[tuple[Pair, Step]]] = defaultdict(list)
        for pair, step in sheet.steps():
            for citation in step.citations:
                self._cited[place_of(citation) or ""].append((pair, step))
        named = [process for process in processes if process.pid is not None]
        self._names = {process.pid: process.name for process in reversed(named)}

    def take(self, call: PrintedCall) -> None:
        """Write a row if the call belongs into the list."""
        cited = self._cited.get(call.place)
        tag = cited[0][1].tag if cited else _tag(call)
        if tag is not None:
            self.number += 1
            self._write(self._row(call, tag, cited or []))

    def _row(self, call: PrintedCall, tag: str, cited: list[tuple[Pair, Step]]) -> Row:
        pairs = [pair.facts for pair, _ in cited]
        printed = None if cited else _printed_target(call)
        named = self._names.get(printed)
        return {
            "Category": tag,
            "APIName&RetVal": f"{call.api}=>{call.returned}",
            "Arg": _arguments(call, tag),
            "PID": call.process.pid,
            "ProcessName": call.process.name,
            "TargetPID": _each([facts["target_pid"] for facts in pairs] or [printed]),
            "TargetName": _each([facts["target_name"] for facts in pairs] or [named]),
            "Injection": _each([pair.injection for pair, _ in cited]),
            "Citation": f"{self._short}:{call.place}",
        }


def _each(found: list[Any]) -> list[Any]:
    """Each once: a section may be mapped into several targets."""
    return [value for value in dict.fromkeys(found) if value is not None]


def _tag(call: PrintedCall) -> str | None:
    """The tag that the script gives; it compares with one spelling of the own process only, and reports have four."""
    tag = _TAGS.get(f"Nt{call.api[2:]}" if call.api.startswith("Zw") else call.api)
    return None if tag in _ABOUT_MEMORY and _number(call, "processhandle") in CURRENT_PROCESS else tag


def _number(call: PrintedCall, name: str) -> int | None:
    found = (value for key, value in call.arguments.items() if values.squashed(key) == name)
    return values.number(next(found, None))


def _printed_target(call: PrintedCall) -> int | None:
    return values.pid(_number(call, "processidentifier"))


def _arguments(call: PrintedCall, tag: str) -> str:
    found = cut(call.arguments, _LONGEST)
    if tag == "[WRITE]":
        found = {name: ".." if values.squashed(name) == "buffer" else value for name, value in found.items()}
    return json.dumps(found, ensure_ascii=False)
