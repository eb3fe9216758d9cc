"""The calls of a report as it prints them, none of them understood: for answers that quote the log.

Processes bear the keys that citations have (``3972.0``), and calls their index, so a quoted call can be compared with
the citation that led to it. A few calls are held at a time, as when a report is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph_model.events import HostRef
from graph_model.paths import base_name
from loaders.cuckoo import model, values
from loaders.cuckoo.model import Argument, Document, Process, RawCall
from loaders.cuckoo.process_table import ProcessTable
from loaders.drift import Drift


@dataclass(frozen=True)
class PrintedProcess:
    """An entry of the process list; ``key`` is how citations name it, ``pid`` is ``None`` where it is unusable."""

    key: str
    pid: int | None
    name: str | None


@dataclass(frozen=True)
class PrintedCall:
    """One call in the words of its report."""

    process: PrintedProcess
    index: int
    api: str
    _raw: RawCall

    @property
    def place(self) -> str:
        """Its citation without the run."""
        return f"{self.process.key}#{self.index}"

    @property
    def returned(self) -> str:
        """The return value; empty where the report prints none."""
        found = self._raw.result
        return "" if found is None else str(found)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments with the names and values that are printed; decoded each time they are asked for."""
        found = model.arguments(self._raw)
        if isinstance(found, dict):
            return found
        return dict(_pairs(found)) if isinstance(found, list) else {}


def _pairs(entries: list[Any]) -> Iterator[tuple[str, Any]]:
    for entry in entries:
        if isinstance(entry, Argument):
            yield entry.name, entry.value
        elif isinstance(entry, dict) and isinstance(entry.get("name"), str):
            yield entry["name"], entry.get("value")


class PrintedReport:
    """The processes of a report; its calls can be gone through once, since their memory is given back on the way."""

    def __init__(self, found: Document) -> None:
        self._document = found
        self._drift = Drift(found.where)
        table = ProcessTable(HostRef("", ""))
        listed = model.processes(model.parse(found, self._drift), found.where, self._drift)
        self._listed = {index: (raw, _process(raw, table)) for index, raw in listed.items()}

    @property
    def processes(self) -> list[PrintedProcess]:
        """In the order of the report."""
        return [process for _, process in self._listed.values()]

    def calls(self) -> Iterator[PrintedCall]:
        """All calls, process after process."""
        for index, (raw, process) in self._listed.items():
            place = 0
            for piece in model.calls(self._document, index, raw, self._drift):
                for call in piece:
                    yield PrintedCall(process, place, call.api if isinstance(call.api, str) else "", call)
                    place += 1


def _process(raw: Process, table: ProcessTable) -> PrintedProcess:
    entry = table.add(raw, table.usable_pid(raw))
    name = values.text(raw.process_name) or values.text(raw.process_path) or values.text(raw.module_path)
    return PrintedProcess(entry.process.key, entry.pid, base_name(name))
