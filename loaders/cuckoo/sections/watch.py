"""Looks at all events of the calls as they pass: what they tell, and what in them belongs to the sandbox itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph_model import events as ev
from graph_model.commandline import files_run
from graph_model.paths import base_name
from loaders.cuckoo import values
from loaders.cuckoo.model import Process, Report, later
from loaders.cuckoo.sections.debug import lines_of
from loaders.cuckoo.sections.owned import Own, files_of
from loaders.cuckoo.sections.told import Told
from loaders.cuckoo.state import ReportState
from loaders.drift import Drift

_ABOUT_FILES = (ev.FileEvent, ev.ModuleLoaded)
_ABOUT_OTHERS = (ev.PipeUsed, ev.ProcessObserved, ev.ProcessStarted, ev.ContentObserved)


class Watch:
    """What was seen of one report's calls."""

    def __init__(self, report: Report, processes: Iterable[Process], state: ReportState) -> None:
        self.told = Told()
        self._state = state
        debug = later(report, "debug", Drift(""))  # what is wrong with it is told where it is read
        log = debug.get("log") if isinstance(debug, dict) else None
        self._own = Own(lines_of(log), processes)
        self._marked: set[ev.ProcessRef | ev.FileRef | str] = set()

    def over(self, events: Iterator[ev.Event]) -> Iterator[ev.Event]:
        """The events, and after each what it shows of the sandbox's own."""
        for event in events:
            new = self.told.note(event)
            yield event
            if new or isinstance(event, _ABOUT_OTHERS):
                yield from self._owned(event)
        yield from self._agents()

    def _owned(self, event: ev.Event) -> Iterator[ev.Event]:
        if isinstance(event, _ABOUT_FILES):
            for file in files_of(event):
                yield from self._file(file, event)
        elif isinstance(event, ev.PipeUsed):
            if self._own.pipe(event.name) and self._first(event.name):
                yield ev.SandboxOwned(seq=event.seq, position=event.position, pipe=event.name, host=event.host)
        elif isinstance(event, (ev.ProcessObserved, ev.ProcessStarted)):
            yield from self._program(event)

    def _file(self, file: ev.FileRef, event: ev.Event) -> Iterator[ev.Event]:
        if self._own.file(file.path) and self._first(file):
            yield ev.SandboxOwned(seq=event.seq, position=event.position, file=file)

    def _program(self, event: ev.ProcessObserved | ev.ProcessStarted) -> Iterator[ev.Event]:
        image = event.path if isinstance(event, ev.ProcessObserved) else event.image.path if event.image else None
        if not self._own.program(image, event.command_line):
            return
        if self._first(event.process):
            yield ev.SandboxOwned(seq=event.seq, position=event.position, process=event.process)
        named = [image] if image and "\\" in image else []
        program = base_name(image) or (event.name if isinstance(event, ev.ProcessObserved) else None)
        for path in (*named, *files_run(program, event.command_line)):
            yield from self._file(ev.FileRef(event.process.host, path), event)

    def _agents(self) -> Iterator[ev.Event]:
        """The agent waits in the guest before the sample comes: no process of the report started it."""
        entries = self._state.table.entries
        listed = {entry.pid for entry in entries}
        for entry in entries:
            command_line = values.text(entry.raw.command_line) if entry.raw else None
            started = entry.created_by or entry.parent_pid in listed
            if not started and self._own.agent(command_line) and self._first(entry.process):
                position = f"{self._state.cited}:{entry.process.key}"
                yield ev.SandboxOwned(seq=0, position=position, process=entry.process)

    def _first(self, what: ev.ProcessRef | ev.FileRef | str) -> bool:
        if what in self._marked:
            return False
        self._marked.add(what)
        return True
