"""Processes: as the monitor's events tell of them, and as the report lists those that it tracked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo3.documents import Papers, listed_processes
from loaders.cuckoo3.records import ProcessRecord, Record
from loaders.cuckoo3.state import At, TaskState, relative

_FROM_THE_LIST = "process list"
_CREATED, _TERMINATED = "created", "terminated"
_PRESENT = ("existing", "ignored")


class Processes:
    """Remembers which beginnings and ends were told, so that the report adds only what the events did not."""

    def __init__(self, state: TaskState) -> None:
        self.state = state
        self.told: set[str] = set()
        self.ended: set[str] = set()

    def event(self, record: Record, at: At) -> Iterator[ev.Event]:
        """One line of ``process.json``."""
        if not isinstance(record, ProcessRecord):
            return
        status, process = record.status, self.state.actor(record)
        if process is None or status not in (_CREATED, _TERMINATED, *_PRESENT):
            self.state.odd(record, "no process" if process is None else f"status {status!r:.40}")
        elif status == _TERMINATED:
            self._learn(record, None, relative(record.ts))
            self.ended.add(process.key)
            yield ev.ProcessEnded(process=process, **at.fields())
        else:
            created = status == _CREATED
            self._learn(record, relative(record.ts) if created else None, None)
            self.told.add(process.key)
            yield from self._present(process, record, at._replace(api=_CREATED) if created else _listed(at), created)

    def _learn(self, record: ProcessRecord, started: int | None, ended: int | None) -> None:
        number = values.number(record.procid)
        if number is not None:
            self.state.table.learn(number, values.pid(record.pid), started, ended)

    def _present(self, process: ev.ProcessRef, record: ProcessRecord, at: At, created: bool) -> Iterator[ev.Event]:
        parent = self.state.process(record.parentprocid, None)
        facts = _Facts(record.image, record.commandline, parent, tracked=created)
        yield from facts.events(process, at, created, self.state)

    def listed(self, papers: Papers) -> Iterator[ev.Event]:
        """What the report's list adds: which processes were tracked, and all about those that no event told of."""
        for index, entry in listed_processes(papers.post, self.state.drift):
            process = self.state.process(entry.get("procid"), entry.get("pid"))
            if process is None:
                self.state.drift.not_understood("process", "no procid", entry)
                continue
            at = At(0, f"{self.state.cited}:post.processes[{index}]", self._start(entry), None, _FROM_THE_LIST)
            parent = self.state.process(entry.get("parent_procid"), None)
            tracked = entry.get("tracked") is True
            facts = _Facts(entry.get("image"), entry.get("commandline"), parent, tracked, entry.get("name"))
            if process.key in self.told:
                yield facts.observed(process, at._replace(time=None), None)
            else:
                self.told.add(process.key)
                yield from facts.events(process, at, at.time is not None, self.state)
            if process.key not in self.ended and relative(entry.get("end_ts")) is not None:
                yield ev.ProcessEnded(process=process, **at._replace(time=self.state.time(entry["end_ts"])).fields())

    def _start(self, entry: dict[str, Any]) -> int | None:
        """Unknown for a process that is tracked because it was injected into: it may be older than the monitor."""
        return None if entry.get("injected") else self.state.time(entry.get("start_ts"))


def _listed(at: At) -> At:
    """It was there already: when it began is not known."""
    return at._replace(time=None, api=None, source=_FROM_THE_LIST)


class _Facts:
    """What a line or an entry of the list says of a process."""

    def __init__(
        self, image: Any, command_line: Any, parent: ev.ProcessRef | None, tracked: bool, name: Any = None
    ) -> None:
        self.image = values.text(image)
        self.command_line = values.text(command_line)
        self.parent = parent
        self.tracked = tracked
        self.name = values.text(name)

    def observed(self, process: ev.ProcessRef, at: At, started: int | None) -> ev.ProcessObserved:
        """The process as it was seen."""
        return ev.ProcessObserved(
            seq=at.seq,
            position=at.position,
            time=at.time,
            process=process,
            name=self.name,
            path=self.image,
            command_line=self.command_line,
            started=started,
            recorded=True,
            tracked=self.tracked,
        )

    def events(self, process: ev.ProcessRef, at: At, created: bool, state: TaskState) -> Iterator[ev.Event]:
        """The process and, where its parent or its creation is known, its beginning."""
        yield self.observed(process, at, at.time)
        if created or (self.parent and self.parent != process):
            image = state.file(self.image) if self.image and created else None
            yield ev.ProcessStarted(
                actor=self.parent, process=process, image=image, command_line=self.command_line, **at.fields()
            )
