"""Logs become batches of rows, on all cores where there is enough to read.

What comes out of a log is the same however many processes read; the order is that of the logs.
"""

from __future__ import annotations

import os
import signal
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context

from graph_model.builder import build
from graph_model.errors import EmptyLogError, InputError
from graph_model.events import Event, RunObserved
from graph_model.reduction import Batch
from loaders.drift import Drift
from loaders.protocol import Context, Log

_WORTH_A_POOL = 32_000_000  # bytes: below, starting processes takes longer than they save
_TOO_LARGE_TO_SEND = 64_000_000  # bytes: such a log is read here, batch by batch


@dataclass
class Reading:
    """One log on its way: ``runs`` and ``drift`` are whole when the batches have been gone through.

    Going through them raises an :class:`InputError` where the log turns out to be unusable.
    """

    log: Log
    drift: Drift
    batches: Iterable[Batch] = ()
    runs: list[str] = field(default_factory=list)


def read(logs: Sequence[Log], context: Context) -> Iterator[Reading]:
    """Yield the logs in their order."""
    workers = min(os.cpu_count() or 1, len(logs))
    if workers < 2 or sum(log.size for log in logs) < _WORTH_A_POOL:
        yield from (_streamed(log, context) for log in logs)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_deaf_to_interrupts) as pool:
        try:
            yield from _ahead(pool, logs, context, 2 * workers)
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass
class Failed:
    """The batches of a log that another process could not read: there are none, and the reason is told here."""

    error: InputError

    def __iter__(self) -> Iterator[Batch]:
        raise self.error


def _ahead(pool: ProcessPoolExecutor, logs: Sequence[Log], context: Context, number: int) -> Iterator[Reading]:
    """Some logs are read ahead of the one that is being written, never all of them."""
    waiting: deque[Future[Reading] | Log] = deque()
    for log in logs:
        waiting.append(log if log.size > _TOO_LARGE_TO_SEND else pool.submit(_whole, log, context))
        if len(waiting) > number:
            yield _next(waiting, context)
    while waiting:
        yield _next(waiting, context)


def _next(waiting: deque[Future[Reading] | Log], context: Context) -> Reading:
    first = waiting.popleft()
    return first.result() if isinstance(first, Future) else _streamed(first, context)


def _whole(log: Log, context: Context) -> Reading:
    reading = _streamed(log, context)
    try:
        reading.batches = list(reading.batches)
    except InputError as error:
        reading.batches = Failed(error)
    return reading


def _streamed(log: Log, context: Context) -> Reading:
    reading = Reading(log, Drift(log.where, log.format))
    left_out: Counter[str] = Counter()
    batches = build(_events(reading, context), left_out=left_out)
    reading.batches = _told(_not_empty(batches, log), left_out, reading.drift)
    return reading


def _events(reading: Reading, context: Context) -> Iterator[Event]:
    for event in reading.log.events(context, reading.drift):
        if isinstance(event, RunObserved):
            reading.runs.append(event.run)
            reading.drift.tool = event.properties.get("tool", reading.drift.loader)
        yield event


def _told(batches: Iterator[Batch], left_out: Counter[str], drift: Drift) -> Iterator[Batch]:
    yield from batches
    for what, number in left_out.items():
        drift.not_understood("left out", what, number=number)


def _not_empty(batches: Iterator[Batch], log: Log) -> Iterator[Batch]:
    """An empty graph from a file that is not empty is an error, never a success."""
    number = 0
    for batch in batches:
        number += len(batch)
        yield batch
    if not number:
        raise EmptyLogError("the log says nothing that has a place in the graph", path=log.where)


def _deaf_to_interrupts() -> None:
    """Ctrl-C is for the process that writes; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
