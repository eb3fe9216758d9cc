"""Transactions of the file system, as far as they hide what a section was made of."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo.calls.memory import told_when_shared
from loaders.cuckoo.state import Call, Handler, ProcessState


def made_current(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """Files opened from now on belong to it; zero ends that."""
    state.transaction = call.number("transactionhandle") or None
    yield from ()


def rolled_back(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """What was written to its files is gone; a section that was made of such a file keeps it."""
    handle = call.number("transactionhandle")
    for section in state.handles.sections():
        if handle and section.transaction == handle:
            event = state.event(ev.SectionRolledBack, call, host=state.host, section=section.section)
            yield from told_when_shared(section, event)


def committed(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    """What was written to its files is there for all to see."""
    handle = call.number("transactionhandle")
    for section in state.handles.sections():
        if section.transaction == handle:
            section.transaction = None
    yield from ()


HANDLERS: dict[str, Handler] = {
    "RtlSetCurrentTransaction": made_current,
    "NtRollbackTransaction": rolled_back,
    "NtCommitTransaction": committed,
}
