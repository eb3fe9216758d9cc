"""What the processes of a terminal had others run, kept until the log ends: only a bounded choice of it stays.

Taken from all of it, the choice is the same for any order of the lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model.events import Noted, ProcessRef
from loaders import powershell
from loaders.drift import Drift

_COMMANDS_KEPT = 200


class Texts:
    """Commands and scripts by the process that they are known of; ``None`` stands for lines that name none."""

    def __init__(self) -> None:
        self._first: dict[str | None, tuple[ProcessRef | None, str]] = {}
        self._commands: dict[str | None, set[str]] = {}
        self._scripts: dict[str | None, set[str]] = {}

    def command(self, process: ProcessRef | None, text: str, position: str) -> None:
        """The process had somebody run this command."""
        self._commands.setdefault(self._seen(process, position), set()).add(text)

    def script(self, process: ProcessRef | None, text: str, position: str) -> None:
        """The process ran this text."""
        self._scripts.setdefault(self._seen(process, position), set()).add(text)

    def _seen(self, process: ProcessRef | None, position: str) -> str | None:
        key = process.key if process else None
        self._first.setdefault(key, (process, position))
        return key

    def noted(self, seq: int, drift: Drift) -> Iterator[Noted]:
        """One event for each process, cited by the first line that told of it."""
        for key, (process, position) in self._first.items():
            scripts = powershell.pieces(("", text) for text in self._scripts.get(key, ()))
            known = _commands(self._commands.get(key, set()), drift) | powershell.properties(scripts, drift)
            yield Noted(seq=seq, position=position, process=process, properties=known)


def _commands(found: set[str], drift: Drift) -> dict[str, Any]:
    more = len(found) - _COMMANDS_KEPT
    if more > 0:
        drift.not_understood("left out", "commands for WMI", f"{_COMMANDS_KEPT} of {len(found)} are kept", more)
    return {"commands": tuple(sorted(found)[:_COMMANDS_KEPT])} if found else {}
