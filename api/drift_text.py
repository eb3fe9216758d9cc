"""The drift report for people: what was read, what was not understood, what was repaired, what the logs lack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from api.load import LoadReport
from api.output import numbered, printable
from loaders.drift import Drift

T = TypeVar("T")
_SHOWN = 8
_LACKS_SHOWN = 12
_ONE_BY_ONE = 10  # logs: of more, those of one tool are told of together


def lines(report: LoadReport) -> Iterator[str]:
    """The report line by line; names from logs are written out, never obeyed by a terminal."""
    yield from map(printable, _lines(report))


def _lines(report: LoadReport) -> Iterator[str]:
    for title, drifts in _grouped(report.logs):
        yield title
        yield from _about(drifts)
    yield from passed_over(report)
    derived = ", ".join(f"{number:,} {kind}" for kind, number in sorted(report.derived.items()))
    written = numbered(report.written, "row")
    yield f"{written} written; the graph now holds, derived for these logs: {derived or 'nothing'}"


def passed_over(report: LoadReport) -> Iterator[str]:
    """The files in folders that are no logs, by reason."""
    for reason, (number, first) in report.passed_over.items():
        yield f"passed over in folders: {number:,} × {reason} ({first}{', …' if number > 1 else ''})"


def _grouped(logs: Sequence[Drift]) -> Iterator[tuple[str, list[Drift]]]:
    if len(logs) <= _ONE_BY_ONE:
        yield from ((f"{drift.path} ({drift.tool})", [drift]) for drift in logs)
        return
    by_tool: dict[str, list[Drift]] = defaultdict(list)
    for drift in logs:
        by_tool[drift.tool].append(drift)
    for tool, drifts in by_tool.items():
        yield f"{numbered(len(drifts), 'log')} ({tool}; `--format json` tells of each)", drifts


def _about(drifts: Sequence[Drift]) -> Iterator[str]:
    read = _sum(drift.read for drift in drifts)
    told = ", ".join(f"{number:,} {what}" for what, number in read.most_common(_SHOWN))
    yield f"  read: {told or 'no calls or events'}"
    unknown = _sum(drift.unknown for drift in drifts)
    if unknown:
        yield f"  not mapped: {_unknown(unknown)}"
    repaired = _sum(drift.repaired for drift in drifts)
    if repaired:
        yield "  repaired: " + ", ".join(f"{number:,} × {what}" for what, number in repaired.most_common())
    lacks = Counter(chain.from_iterable(drift.lacks for drift in drifts))
    for (what, question), number in lacks.most_common(_LACKS_SHOWN):
        among = f" (in {number:,})" if len(drifts) > 1 else ""
        yield f"  lacks {what}{among}; leaves open: {question}"
    if len(lacks) > _LACKS_SHOWN:
        yield f"  and {len(lacks) - _LACKS_SHOWN} more that single logs lack (`--format json` lists all)"


def _sum(counters: Iterable[Counter[T]]) -> Counter[T]:
    total: Counter[T] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _unknown(unknown: Counter[tuple[str, str]]) -> str:
    common = unknown.most_common(_SHOWN)
    more = len(unknown) - len(common)
    texts = [f"{kind} {name} ({number:,})" for (kind, name), number in common]
    return ", ".join(texts) + (f" and {more} more (`--format json` lists all)" if more else "")
