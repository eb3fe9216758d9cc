"""The way through one task: its documents first, then all event files by time, then what only the report says."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from typing import NamedTuple

from graph_model import events as ev
from graph_model.identity import run_uid
from loaders.cuckoo3 import documents, lacks, network, recognise, signatures
from loaders.cuckoo3.documents import Papers
from loaders.cuckoo3.folder import Task, task_of
from loaders.cuckoo3.handlers import events_of
from loaders.cuckoo3.processes import Processes
from loaders.cuckoo3.records import Record, records
from loaders.cuckoo3.shapes import mapping_of
from loaders.cuckoo3.state import At, ProcessTable, TaskState, address_of, relative
from loaders.drift import Drift
from loaders.protocol import Context
from loaders.source import Source


class Cuckoo3Loader:
    """A task of Cuckoo 3: the folder, its report, or event files alone."""

    name = "cuckoo3"
    doc = "a task of Cuckoo 3: its folder, its report (report.json, post.json) or its event files (events/*.json)"

    def detect(self, head: bytes) -> bool:
        """Whether this is the report of a task, or events of one kind."""
        return recognise.is_post(head) or recognise.is_events(head)

    def events(self, source: Source, context: Context, drift: Drift) -> Iterator[ev.Event]:
        """Yield what the whole task says that the file belongs to."""
        task = task_of(source)
        papers = documents.read(task, drift)
        digest = _digest(task)
        run = run_uid(self.name, papers.task_id or digest)
        yield _run(run, papers, task, source, digest, context)
        state = _state(run, task, papers, drift)
        yield _host(papers, state)
        yield from _body(task, papers, state)
        lacks.note(task, papers, state)


def _digest(task: Task) -> str:
    """That of the only file, or one over all files that make up the task."""
    members = task.members
    if len(members) == 1:
        return members[0].digest
    lines = (f"{member.path.name} {member.digest}\n" for member in members)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _run(run: str, papers: Papers, task: Task, source: Source, digest: str, context: Context) -> ev.RunObserved:
    known = context.of_run(
        tool=Cuckoo3Loader.name,
        name=task.root.resolve().name if task.root else source.path.name,
        digest=digest,
        task_id=papers.task_id,
        machine=papers.machine_name,
        started_us=papers.moment("started_on"),
        ended_us=papers.moment("stopped_on"),
    )
    return ev.RunObserved(seq=0, position=run[:8], run=run, properties=known, sample=papers.sample)


def _state(run: str, task: Task, papers: Papers, drift: Drift) -> TaskState:
    host = ev.HostRef(run, "sandbox")
    begin = papers.begin or (papers.day if task.events else None)
    own = address_of(papers.machine.get("ip")) or network.machine_address(mapping_of(papers.post.get("network")))
    return TaskState(run, host, ProcessTable(host), drift, begin, own)


def _host(papers: Papers, state: TaskState) -> ev.Event:
    """The machine, with the address that the sandbox gave it; one that only its traffic suggests is not told."""
    given = address_of(papers.machine.get("ip"))
    return ev.HostObserved(
        seq=0,
        position=state.cited,
        host=state.host,
        name=papers.machine_name or "sandbox",
        addresses=(given,) if given else (),
        recorded=True,
    )


def _body(task: Task, papers: Papers, state: TaskState) -> Iterator[ev.Event]:
    for name in task.unreadable:
        state.drift.not_understood("file", name, "no line of it is an event")
    found = list(signatures.signatures(papers.post, "post", state.drift))
    statements = signatures.Statements(found, state)
    processes = Processes(state)
    for seq, line in enumerate(heapq.merge(*(_lines(source, state) for source in task.events), key=_rank), 1):
        state.drift.count(f"{line.record.kind} events")
        at = At(seq, f"{state.cited}:{line.record.kind}:{line.number}", state.time(line.record.ts), _word(line.record))
        for event in (*processes.event(line.record, at), *events_of(line.record, at, state)):
            statements.told(event)
            yield event
        statements.tried(line.record)
    for event in processes.listed(papers):
        statements.told(event)
        yield event
    yield from signatures.names(found, processes.told, state)
    yield from network.events(papers.post.get("network"), state)
    for signature in (*found, *signatures.signatures(papers.pre, "pre", state.drift)):
        yield from signatures.matched(signature, state)
    yield from statements.rest()


class _Line(NamedTuple):
    rank: int
    number: int
    record: Record


def _lines(source: Source, state: TaskState) -> Iterator[_Line]:
    """The order within a file holds, even where its times run backwards."""
    latest = 0
    for number, record in records(source, state.drift):
        latest = max(latest, relative(record.ts) or 0)
        yield _Line(latest, number, record)


def _rank(line: _Line) -> int:
    return line.rank


def _word(record: Record) -> str:
    """What the format calls the event."""
    words = (getattr(record, "name", None), record.action)
    return next((word for word in words if isinstance(word, str) and word), record.kind)
