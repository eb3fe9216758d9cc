"""Signatures that matched, and what their IOCs state: an event of its own where no line of the task told it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo3.actions import failed
from loaders.cuckoo3.handlers import events_of
from loaders.cuckoo3.iocs import Ioc, stated
from loaders.cuckoo3.records import Record
from loaders.cuckoo3.shapes import list_of, mapping_of
from loaders.cuckoo3.state import At, TaskState
from loaders.drift import Drift

_SAID_ELSEWHERE = {"seq", "position", "time", "api"}
_NOTHING = ev.Event(seq=0, position="")
_WITHOUT_A_PLACE = ("ttps", "tags", "family")


@dataclass(frozen=True)
class Signature:
    """One signature of a report: where it stands, what it says, and its IOCs."""

    name: str
    position: str
    entry: dict[str, Any]
    iocs: tuple[Ioc, ...]
    count: int


def signatures(document: dict[str, Any], named: str, drift: Drift) -> Iterator[Signature]:
    """The signatures of a report, which citations call ``named``."""
    for index, raw in enumerate(list_of(document.get("signatures"))):
        entry = mapping_of(raw)
        name = values.text(entry.get("name"))
        if name is None:
            drift.not_understood("signature", "no name", raw)
            continue
        position = f"{named}.signatures[{index}]"
        section = entry.get("iocs")
        if mapping_of(section).get("truncated") is True:
            drift.lack(f"all IOCs of the signature {name}", "what else it matched: the report was cut there")
        listed = list_of(section.get("iocs") if isinstance(section, dict) else section)
        iocs = tuple(_ioc(name, f"{position}.iocs[{place}]", ioc) for place, ioc in enumerate(listed))
        for what in _WITHOUT_A_PLACE:
            if entry.get(what):
                drift.not_understood("signature", what, entry[what])
        yield Signature(name, position, entry, iocs, values.number(mapping_of(section).get("count")) or len(iocs))


def _ioc(name: str, position: str, raw: Any) -> Ioc:
    """In the older layout the IOC itself, in the newer one an object that wraps it."""
    outer = mapping_of(raw)
    wrapped = isinstance(outer.get("ioc"), dict)
    return Ioc(name, position, outer["ioc"] if wrapped else outer, wrapped and outer.get("truncated") is True)


def matched(signature: Signature, state: TaskState) -> Iterator[ev.Event]:
    """That it matched: once for every process that its IOCs name, else for the run."""
    state.drift.count("signatures")
    named = Counter(found for ioc in signature.iocs if (found := ioc.process(state)))
    actors: list[tuple[ev.ProcessRef | None, int]] = [*named.items()] or [(None, signature.count)]
    for actor, marks in actors:
        yield ev.SignatureMatched(
            seq=0,
            position=f"{state.cited}:{signature.position}",
            actor=actor,
            name=signature.name,
            description=values.text(signature.entry.get("description")),
            severity=values.number(signature.entry.get("score")),
            marks=marks,
        )


def names(found: list[Signature], known: set[str], state: TaskState) -> Iterator[ev.Event]:
    """The names of processes that IOCs speak of and nothing else describes; each is told once."""
    for signature in found:
        for ioc in signature.iocs:
            for event in ioc.names(state):
                if event.process.key not in known:
                    known.add(event.process.key)
                    yield event


class Statements:
    """What IOCs state and no line has told yet."""

    def __init__(self, found: list[Signature], state: TaskState) -> None:
        self.state = state
        self._quiet = replace(state, drift=Drift(""))  # what cannot be said stays a mark, which is counted here
        self._open: dict[Hashable, ev.Event] = {}
        for signature in found:
            for ioc in signature.iocs:
                self._note(ioc)

    def _note(self, ioc: Ioc) -> None:
        at = At(0, f"{self.state.cited}:{ioc.position}", None, f"signature {ioc.signature}")
        event = stated(ioc, at, self._quiet)
        if event is None:
            self.state.drift.count("IOCs that stay marks of their signature")
        elif self._open.setdefault(_said(event), event) is not event:
            self.state.drift.count("IOCs that another one or an event tells")

    def told(self, event: ev.Event) -> None:
        """A line told this."""
        if self._open:
            self._strike(event, "IOCs that another one or an event tells")

    def tried(self, record: Record) -> None:
        """Signatures match what was tried, too: what a line tells as failed did not happen."""
        if self._open and failed(record.status):
            for event in events_of(msgspec.structs.replace(record, status=None), At(0, "", None, ""), self._quiet):
                self._strike(event, "IOCs of what failed")

    def _strike(self, event: ev.Event, reason: str) -> None:
        if self._open.pop(_said(event), _NOTHING) is not _NOTHING:
            self.state.drift.count(reason)

    def rest(self) -> Iterator[ev.Event]:
        """What only IOCs state."""
        for event in self._open.values():
            self.state.drift.count("IOCs that became events")
            yield event


def _said(event: ev.Event) -> Hashable:
    """What an event says, whenever and wherever it says so."""
    if isinstance(event, ev.ProcessObserved):
        return ev.ProcessObserved, event.process.key, event.command_line
    fields = msgspec.structs.asdict(event).items()
    kept = ((name, value) for name, value in fields if name not in _SAID_ELSEWHERE)
    return type(event), *(value.key if isinstance(value, ev.ProcessRef) else value for _, value in kept)
