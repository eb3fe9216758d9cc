"""``ps`` lines: processes that start, run, stop, and inject into one another.

In ``start`` lines psGUID, psPath, cmd and psID describe the started process and parentGUID, parentPath its parent; in
all other lines psGUID and psPath are the acting process.
"""

from __future__ import annotations

from graph_model.events import (
    ContentObserved,
    Event,
    FileRef,
    InjectionReported,
    ProcessEnded,
    ProcessRef,
    ProcessStarted,
)
from graph_model.identity import has_content
from loaders.mark2.record import MissingKeyError, Record
from loaders.mark2.terminal import Terminal

Out = list[Event]


def start(record: Record, terminal: Terminal, out: Out) -> None:
    """A process started."""
    parent = terminal.parent(record, out)
    process = terminal.started(record, out, now=True)
    out.append(_start(record, terminal, process, parent))


def run(record: Record, terminal: Terminal, out: Out) -> None:
    """A process that ran before logging began (inferred from the name: no ``run`` line has been seen).

    Its time is when logging began; with a parent it counts as started by it, without one it is only observed.
    """
    parent = terminal.parent(record, out)
    process = terminal.started(record, out, now=False)
    if parent:
        out.append(_start(record, terminal, process, parent))
        return
    path, facts = record.path("psPath"), record.facts()
    if path and has_content(facts):
        out.append(record.event(ContentObserved, file=FileRef(terminal.ref, path), facts=facts))


def _start(record: Record, terminal: Terminal, process: ProcessRef, parent: ProcessRef | None) -> ProcessStarted:
    path = record.path("psPath")
    return record.act(
        ProcessStarted,
        parent,
        process=process,
        image=FileRef(terminal.ref, path) if path else None,
        facts=record.facts(),
        command_line=record.path("cmd"),
    )


def stop(record: Record, terminal: Terminal, out: Out) -> None:
    """A process ended."""
    out.append(record.event(ProcessEnded, process=terminal.ended(record, out)))


def inject(record: Record, terminal: Terminal, out: Out) -> None:
    """The product saw one process inject into another."""
    target = terminal.target(record, out)
    actor = terminal.actor(record, out)
    if actor is None:
        raise MissingKeyError("psGUID")
    api = record.fields.get("api") or record.kind
    out.append(record.event(InjectionReported, actor, api=api, target=target))
