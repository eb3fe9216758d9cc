"""What connections teach before rows are read in order: the addresses of each machine, and which ones Sysmon tells.

Security's rows of connections need both. Windows used to print the own end of an accepted connection as its source,
and prints it as its destination since; nothing in the row says which. And Sysmon tells of the same connection.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from graph_model.identity import is_address, plain_address
from loaders.windows_events.addresses import is_of_one_machine
from loaders.windows_events.hosts import Names
from loaders.windows_events.shapes import Row
from loaders.windows_events.values import number, text

ALLOWED = 5156
_CONNECTED = 3
# Sysmon dates a connection when it began, Security when its filter saw it
_WINDOW = 10_000_000
_DIRECTIONS = {"%%14593": True, "outbound": True, "%%14592": False, "inbound": False}

End = tuple[str, int | None]


class Connections:
    """The connections of all machines, by both ends, the one that began first."""

    def __init__(self) -> None:
        self._own: dict[str, set[str]] = defaultdict(set)
        self._told: dict[tuple[str, End, End], list[int]] = defaultdict(list)

    def seen(self, row: Row, time: int | None) -> None:
        """A row; only those of connections teach something."""
        fields, host = row.fields, (row.computer or "").casefold()
        if row.source == "security" and row.event_id == ALLOWED and is_outbound(fields.get("Direction")):
            self._bears(host, _end(fields, "SourceAddress", "SourcePort"))
        elif row.source == "sysmon" and row.event_id == _CONNECTED:
            source = _end(fields, "SourceIp", "SourcePort")
            destination = _end(fields, "DestinationIp", "DestinationPort")
            self._bears(host, source if (text(fields.get("Initiated")) or "").casefold() == "true" else destination)
            if source and destination and time is not None:
                self._told[host, source, destination].append(time)

    def settle(self, names: Names) -> None:
        """All rows are seen: names of one machine come together."""
        own, told = self._own, self._told
        self._own, self._told = defaultdict(set), defaultdict(list)
        for host, addresses in own.items():
            self._own[names.one(host or None) or ""] |= addresses
        for (host, source, destination), times in told.items():
            self._told[names.one(host or None) or "", source, destination].extend(times)

    def is_own(self, host: str, address: str) -> bool:
        """Whether the machine bears the address, or every machine does (loopback), or several do (multicast)."""
        return address in self._own.get(host, ()) or not is_of_one_machine(address)

    def told_by_sysmon(self, host: str, source: End, destination: End, time: int | None) -> bool:
        """Whether a row of Sysmon tells of this connection."""
        times = self._told.get((host, source, destination), ())
        return time is not None and any(abs(time - other) <= _WINDOW for other in times)

    def _bears(self, host: str, end: End | None) -> None:
        if end and is_of_one_machine(end[0]):
            self._own[host].add(end[0])


def is_outbound(direction: Any) -> bool | None:
    """As Security's rows say it, by number or in words; ``None`` where they say neither."""
    return _DIRECTIONS.get((text(direction) or "").casefold())


def _end(fields: dict[str, Any], address: str, port: str) -> End | None:
    said, at = text(fields.get(address)), text(fields.get(port))
    return (plain_address(said), number(at) if at else None) if said and is_address(said) else None
