"""The calls of each process in order, as events.

Calls are decoded one process at a time, so that memory stays near the size of the largest process. The rank of every
call among all calls is known before, from the times alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.calls import verdicts
from loaders.cuckoo.calls.table import HANDLERS
from loaders.cuckoo.model import Process, RawCall, calls, times
from loaders.cuckoo.process_table import Entry
from loaders.cuckoo.state import Call, ProcessState, ReportState

_MOST_REPEATS = 2**31  # a larger number is damage


def ranks(processes: list[Process]) -> list[list[int]]:
    """For each call of each process its rank among all: by time, where the order within a process always holds."""
    keyed: list[tuple[int, int, int]] = []
    sizes = []
    for number, process in enumerate(processes):
        latest = 0
        moments = times(process)
        sizes.append(len(moments))
        for index, moment in enumerate(moments):
            latest = max(latest, values.micros(moment.time if moment.time is not None else moment.timestamp) or 0)
            keyed.append((latest, number, index))
    keyed.sort()
    found = [[0] * size for size in sizes]
    for rank, (_, number, index) in enumerate(keyed):
        found[number][index] = rank
    return found


def read(report: ReportState, entry: Entry, order: list[int]) -> Iterator[ev.Event]:
    """The events of one process."""
    if entry.raw is None:
        return
    state = ProcessState(report, entry.process)
    raw = calls(entry.raw, report.drift)
    state.calls = [_call(index, order[index], call) for index, call in enumerate(raw)]
    del raw
    for call in state.calls:
        yield from _handled(state, call)
    yield from _counted(state)


def _handled(state: ProcessState, call: Call) -> Iterator[ev.Event]:
    number = 1 + call.repeated
    state.counts[call.api] += number
    handler = HANDLERS.get(call.api)
    if handler is None:
        state.report.drift.not_understood("api", call.api or "(none)", state.position(call), number)
    elif call.ok:
        yield from handler(state, call)
    if not call.ok:
        state.failed[call.api] += number


def _counted(state: ProcessState) -> Iterator[ev.Event]:
    report = state.report
    report.apis.update(state.counts)
    report.drift.count("calls", sum(state.counts.values()))
    for api, number in sorted(state.counts.items()):
        yield ev.ApiCounted(
            seq=0,
            position=f"{report.cited}:{state.process.key}",
            actor=state.process,
            api=api or "(none)",
            count=number,
            failed=state.failed[api],
        )


def _call(index: int, seq: int, raw: RawCall) -> Call:
    returned = raw.return_value if raw.return_value is not None else raw.returned
    api = raw.api if isinstance(raw.api, str) else ""
    return Call(
        index=index,
        seq=seq,
        time=values.micros(raw.time if raw.time is not None else raw.timestamp),
        api=api,
        ok=verdicts.succeeded(api, returned, _succeeded(raw.status)),
        returned=returned,
        thread_id=values.number(raw.tid if raw.tid is not None else raw.thread_id),
        repeated=min(max(0, values.number(raw.repeated) or 0), _MOST_REPEATS),
        arguments=_arguments(raw.arguments),
    )


def _succeeded(status: object) -> bool:
    """The monitor's own verdict; where a report has none, the call is taken as made."""
    if isinstance(status, str):
        return status.strip().lower() not in {"false", "0", "failure", "failed"}
    return True if status is None else bool(status)


def _arguments(raw: object) -> dict[str, object]:
    """Arguments by squashed name, from a dict (2.x) or a list of name and value (CAPE)."""
    if isinstance(raw, dict):
        return {values.squashed(str(name)): value for name, value in raw.items()}
    if not isinstance(raw, list):
        return {}
    pairs = [entry for entry in raw if isinstance(entry, dict) and isinstance(entry.get("name"), str)]
    return {values.squashed(entry["name"]): entry.get("value") for entry in pairs}
