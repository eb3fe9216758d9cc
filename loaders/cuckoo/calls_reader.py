"""The calls of all processes in the order of time, as events.

Every process has a cursor that holds a few of its calls; the cursor whose next call is the earliest goes on. So memory
stays small however many calls there are, a handle or thread is known to all from the moment it is, and the rank of a
call among all is simply its turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappushpop
from itertools import chain, islice

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.calls import counted, verdicts
from loaders.cuckoo.calls.table import FAILED, UNDERSTOOD
from loaders.cuckoo.model import RawCall
from loaders.cuckoo.state import Call, ProcessState, ReportState, no_calls, succeeded
from loaders.cuckoo.watched import MOST_ARGUMENTS, Known, Place

_MOST_REPEATS = 2**31  # a larger number is damage
_LOOK_AHEAD = 1_000
_MOST_NAMES, _LONGEST_NAME = 5_000, 256
_OTHERS = "(others)"


class Cursor:
    """The place in one process's calls: ``latest`` is the time of the next call.

    Within a process the order of the report always holds: a clock that is set back does not turn it round.
    """

    def __init__(self, state: ProcessState, chunks: Iterator[list[RawCall]]) -> None:
        self.state = state
        self.latest = 0
        self._time: int | None = None
        self._index = -1
        self._chunks = chunks
        self._calls: list[RawCall] = []
        self._next = 0
        self._raw = RawCall()
        state.upcoming = self.upcoming

    def advance(self) -> bool:
        """Go to the next call, if there is one."""
        if self._next >= len(self._calls) and not self._fetched():
            self.state.upcoming = no_calls  # else the two hold each other, and the whole text of the report
            return False
        self._raw = raw = self._calls[self._next]
        self._next += 1
        self._index += 1
        self._time = time = values.micros(raw.timestamp if raw.time is None else raw.time)
        if time is None:
            self._note_no_time(raw)
        elif time > self.latest:
            self.latest = time
        return True

    def _note_no_time(self, raw: RawCall) -> None:
        printed = raw.timestamp if raw.time is None else raw.time
        if printed is not None:
            self.state.report.drift.not_understood("time", "of a call, not usable", printed)

    def _fetched(self) -> bool:
        """Whether more calls came; those that are done go."""
        chunk = next((chunk for chunk in self._chunks if chunk), None)
        if chunk is None:
            return False
        del self._calls[: self._next]
        self._calls = self._calls + chunk if self._calls else chunk
        self._next = 0
        return True

    def events(self, seq: int) -> Iterator[ev.Event] | None:
        """The events of the call, which is counted in any case."""
        raw, state = self._raw, self.state
        api = raw.api if isinstance(raw.api, str) else ""
        number = 1 + _repeats(raw) if raw.repeated else 1
        handler, watch = UNDERSTOOD.get(api), state.report.watched.get(api)
        if handler is None and api not in counted.NAMES:
            api = self._unhandled(api)
        state.counts[api] += number
        ok = raw.status is True or raw.status == 1 or succeeded(raw.status)
        if api in verdicts.DOUBTFUL:
            ok = verdicts.succeeded(api, raw.result, ok)
        if not ok:
            state.failed[api] += number
            handler = FAILED.get(api)
        call, found = None, None
        if handler is not None:
            call = Call(self._index, seq, self._time, api, raw, number)
            found = handler(state, call)
        if watch is None:
            return found
        seen = watch.seen_in(raw) if call is None else watch.seen(call.arguments)
        if seen is None:
            return found
        place = Place(api, seen, seq, self._index, self._time)
        return chain(_watched(state, place, number, failed=0 if ok else number), found or ())

    def _unhandled(self, api: str) -> str:
        """The name to count the call under: no sandbox hooks so many functions, but any text can be one."""
        known = self.state.report.unhandled
        if api not in known:
            if len(known) >= _MOST_NAMES or len(api) > _LONGEST_NAME:
                api = _OTHERS
            known.add(api)
        self.state.unhandled.setdefault(api, self._index)
        return api

    def upcoming(self) -> Iterator[Call]:
        """The calls after this one, as far as one may look ahead."""
        while len(self._calls) - self._next < _LOOK_AHEAD and self._fetched():
            pass
        for number, raw in enumerate(islice(self._calls, self._next, self._next + _LOOK_AHEAD), 1):
            yield Call(self._index + number, 0, None, raw.api if isinstance(raw.api, str) else "", raw)


def _watched(state: ProcessState, place: Place, number: int, failed: int) -> Iterator[ev.Event]:
    """The call with its arguments, unless it is told together with others at the end, or there are too many."""
    known = state.watched.note(place, number, failed)
    if known is Known.NEW:
        yield _call_watched(state, place, number, failed)
    elif known is Known.ONE_TOO_MANY:
        what = f"{place.api}: more than {MOST_ARGUMENTS:,} distinct arguments of one process"
        state.report.drift.not_understood("left out", what, f"#{place.call_index}", number)


def _call_watched(state: ProcessState, place: Place, number: int, failed: int) -> ev.Event:
    return ev.CallWatched(
        seq=place.seq,
        position=f"{state.report.cited}:{state.process.key}#{place.call_index}",
        time=place.time,
        actor=state.process,
        api=place.api,
        count=number,
        arguments=place.seen.arguments,
        watched_by=place.seen.watched_by,
        failed=failed,
    )


def _repeats(raw: RawCall) -> int:
    return min(max(0, values.number(raw.repeated) or 0), _MOST_REPEATS)


def read(cursors: list[Cursor]) -> Iterator[ev.Event]:
    """The events of all calls, then the counts of each process."""
    waiting = [(cursor.latest, number, cursor) for number, cursor in enumerate(cursors) if cursor.advance()]
    heapify(waiting)
    seq = 0
    turn = heappop(waiting) if waiting else None
    while turn is not None:
        _, number, cursor = turn
        found = cursor.events(seq)
        if found is not None:
            yield from found
        seq += 1
        if cursor.advance():
            turn = heappushpop(waiting, (cursor.latest, number, cursor))
        else:
            turn = heappop(waiting) if waiting else None
    for cursor in cursors:
        for place, number, failed in cursor.state.watched.others():
            yield _call_watched(cursor.state, place, number, failed)
        yield from _counted(cursor.state)


def _counted(state: ProcessState) -> Iterator[ev.Event]:
    report: ReportState = state.report
    report.apis.update(state.counts)
    report.drift.count("calls", sum(state.counts.values()))
    for api, index in state.unhandled.items():
        where = f"{report.cited}:{state.process.key}#{index}"
        report.drift.not_understood("api", api or "(none)", where, state.counts[api])
    for api, number in sorted(state.counts.items()):
        yield ev.ApiCounted(
            seq=0,
            position=f"{report.cited}:{state.process.key}",
            actor=state.process,
            api=api or "(none)",
            count=number,
            failed=state.failed[api],
        )
