"""``behavior.apistats`` (2.x): how often each API was called, for processes whose calls are not in the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.model import MOST_PROCESSES
from loaders.cuckoo.sections.shapes import bounded, mapping_of, of_shape
from loaders.cuckoo.sections.told import Told
from loaders.cuckoo.state import ReportState


def counted(stats: Any, state: ReportState, told: Told) -> Iterator[ev.Event]:
    """Counts of processes without calls; where both are there and differ, that is told."""
    section = of_shape(stats, dict, "behavior.apistats", state.drift)
    for key in bounded(sorted(section), MOST_PROCESSES, "behavior.apistats", state.drift):
        pid = values.pid(key)
        counts = {
            api: number
            for api, value in mapping_of(section[key]).items()
            if (number := values.number(value)) is not None and number > 0
        }
        if pid is None:
            state.drift.not_understood("behavior.apistats", "no pid", key)
        elif pid in told.pids:
            _compare(pid, counts, state, told)
        else:
            yield from _of_process(pid, counts, state)


def _compare(pid: int, counts: dict[str, int], state: ReportState, told: Told) -> None:
    for api in sorted(counts):
        seen = told.calls[pid, api]
        if seen != counts[api]:
            sample = f"{pid} {api}: {counts[api]} counted, {seen} calls in the report"
            state.drift.not_understood("behavior.apistats", "differs from the calls", sample)


def _of_process(pid: int, counts: dict[str, int], state: ReportState) -> Iterator[ev.Event]:
    for api in sorted(counts):
        state.drift.count("calls counted by apistats only", counts[api])
        yield ev.ApiCounted(
            seq=0,
            position=f"{state.cited}:behavior.apistats.{pid}",
            actor=state.table.alive(pid, None),
            api=api,
            count=counts[api],
            source="summary",
        )
