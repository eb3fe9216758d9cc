"""All sections behind the calls, in the order in which each may rest on what the ones before have told."""

from __future__ import annotations

from collections.abc import Iterator

from graph_model import events as ev
from loaders.cuckoo.model import Report, summaries
from loaders.cuckoo.sections import (
    apistats,
    curtain,
    debug,
    dropped,
    dumps,
    generic,
    network,
    sample,
    signatures,
    whole_run,
)
from loaders.cuckoo.sections.watch import Watch
from loaders.cuckoo.state import ReportState


def after_calls(report: Report, state: ReportState, watch: Watch) -> Iterator[ev.Event]:
    """What the sections say that the calls have not told."""
    yield from watch.over(_sections(report, state, watch))


def _sections(report: Report, state: ReportState, watch: Watch) -> Iterator[ev.Event]:
    lists = summaries(report, state.drift)
    told = watch.told
    yield from sample.described(report, state)
    yield from apistats.counted(lists.get("apistats"), state, told)
    yield from generic.done(lists.get("generic"), state, told)
    yield from dropped.dropped(report, state, told)
    yield from dumps.dumped(report, state)
    yield from network.told_of(report, state, told)
    yield from whole_run.touched(lists.get("summary"), state, told)
    yield from signatures.matched(report, state)
    yield from curtain.logged(report, state)
    yield from debug.noted(report, state)
