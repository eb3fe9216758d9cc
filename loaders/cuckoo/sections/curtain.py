"""``curtain`` of CAPE: the script blocks that PowerShell itself logged, as texts of the process that ran them.

Windows logs a block as it is run, so what an outer script hid stands here in plain; ``altered`` is what CAPE made of
it by undoing further tricks. Its tags (``behaviors``) are the marks of a signature, and ``filter`` is what it took for
noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders import powershell
from loaders.cuckoo import values
from loaders.cuckoo.model import Report, later
from loaders.cuckoo.sections.shapes import bounded, list_of, mapping_of, of_shape
from loaders.cuckoo.state import ReportState

_MOST_PROCESSES = 1_000
_LONGEST_PID = 20  # a longer one is none, and would stand before every piece
_UNALTERED = "No alteration of event."


def logged(report: Report, state: ReportState) -> Iterator[ev.Event]:
    """The blocks of each listed process, and for the run those whose pid does not say plainly who ran them."""
    section = of_shape(later(report, "curtain", state.drift), dict, "curtain", state.drift)
    of_nobody: list[tuple[str, str]] = []
    for key, entry in bounded(sorted(section.items()), _MOST_PROCESSES, "curtain", state.drift):
        pid = values.pid(key)
        process = state.table.bearer(pid, None) if pid is not None else None
        if process:
            yield from _noted(powershell.pieces(("", text) for text in _texts(entry, state)), process, state)
        else:
            of_nobody += [(f"PID {key[:_LONGEST_PID]}: ", text) for text in _texts(entry, state)]
    yield from _noted(powershell.pieces(of_nobody), None, state)


def _texts(entry: Any, state: ReportState) -> Iterator[str]:
    """What was run, and what CAPE made of it."""
    for numbered in list_of(mapping_of(entry).get("events")):
        for block in mapping_of(numbered).values():
            state.drift.count("PowerShell script blocks")
            told = mapping_of(block)
            texts = [text for name in ("original", "altered") if isinstance(text := told.get(name), str)]
            if not texts:
                state.drift.not_understood("curtain", "no text", block)
            yield from (text for text in texts if text != _UNALTERED)


def _noted(pieces: list[str], process: ev.ProcessRef | None, state: ReportState) -> Iterator[ev.Event]:
    known = powershell.properties(pieces, state.drift)
    if known:
        yield ev.Noted(seq=0, position=f"{state.cited}:curtain", process=process, properties=known)
