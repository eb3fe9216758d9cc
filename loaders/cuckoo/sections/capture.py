"""One report's ``network`` section while it is read: citations, the guest's address, and processes where named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loaders.cuckoo import values
from loaders.cuckoo.sections.shapes import entries_of, mapping_of
from loaders.cuckoo.sections.told import Told
from loaders.cuckoo.state import ReportState

_NETWORK_MAP = "network map"


class Capture:
    """The section, and what was seen of it so far: ``seen`` addresses, and ``names`` with their answers."""

    def __init__(self, section: dict[str, Any], state: ReportState, told: Told, guest: str | None) -> None:
        self.section = section
        self.state = state
        self.told = told
        self.guest = guest
        self.seen: set[str] = set()
        self.names: dict[str, set[str]] = {}

    def listed(self, name: str) -> list[Any]:
        """A list of the section, as much of it as a graph can bear."""
        return entries_of(self.section.get(name), f"network.{name}", self.state.drift)

    def entries(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects of a list, each with its place."""
        listed = self.listed(name)
        self.state.drift.count(f"network {name}", len(listed))
        for index, entry in enumerate(listed):
            if isinstance(entry, dict):
                yield index, entry
            else:
                self.state.drift.not_understood("network", f"{name} without fields", entry)

    def at(self, name: str, index: int) -> dict[str, Any]:
        """Where an entry stands, and the machine that it is about."""
        state = self.state
        place = f"{state.cited}:network.{name}[{index}]"
        return {"seq": 0, "position": place, "host": state.host, "api": f"network.{name}"}

    def actor(self, entry: dict[str, Any], action: str, thing: str) -> dict[str, Any]:
        """The process that CAPE names, unless the calls have told the same of it: CAPE takes it from them.

        Without a new process the entry is about the machine.
        """
        pid = values.pid(mapping_of(entry.get("process")).get("process_id", entry.get("process_id")))
        if pid is None:
            return {}
        process = self.state.table.alive(pid, None)
        return {} if self.told.has(action, process, thing) else {"actor": process, "source": _NETWORK_MAP}
