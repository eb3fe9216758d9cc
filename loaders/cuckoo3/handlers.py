"""Which function makes events of which kind of line; processes have their own module, since they are remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo3 import actions
from loaders.cuckoo3.records import (
    FileRecord,
    FlowRecord,
    InjectionRecord,
    MutantRecord,
    Record,
    RegistryRecord,
    SuspiciousRecord,
)
from loaders.cuckoo3.state import At, TaskState
from loaders.cuckoo3.suspicious import suspicious

_HANDLERS: dict[type[Record], Callable[[Any, At, TaskState], Iterator[ev.Event]]] = {
    FileRecord: actions.file,
    RegistryRecord: actions.registry,
    MutantRecord: actions.mutant,
    InjectionRecord: actions.injection,
    FlowRecord: actions.flow,
    SuspiciousRecord: suspicious,
}


def events_of(record: Record, at: At, state: TaskState) -> Iterator[ev.Event]:
    """What one line says."""
    handler = _HANDLERS.get(type(record))
    return handler(record, at, state) if handler else iter(())
