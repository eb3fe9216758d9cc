"""The drift report for people: what was read, what was not understood, what was repaired, what the log lacks."""

from __future__ import annotations

from collections.abc import Iterator

from api.load import LoadReport
from api.output import printable
from loaders.drift import Drift

_SHOWN = 8


def lines(report: LoadReport) -> Iterator[str]:
    """The report line by line; names from logs are written out, never obeyed by a terminal."""
    yield from map(printable, _lines(report))


def _lines(report: LoadReport) -> Iterator[str]:
    for drift in report.logs:
        yield f"{drift.path} ({drift.loader})"
        yield from _about(drift)
    for reason, (number, first) in report.passed_over.items():
        yield f"passed over in folders: {number:,} × {reason} ({first}{', …' if number > 1 else ''})"
    derived = ", ".join(f"{number} {kind}" for kind, number in sorted(report.derived.items()))
    yield f"{report.written} rows written; the graph now holds, derived for these logs: {derived or 'nothing'}"


def _about(drift: Drift) -> Iterator[str]:
    read = ", ".join(f"{number:,} {what}" for what, number in drift.read.most_common(_SHOWN))
    yield f"  read: {read or 'no calls or events'}"
    if drift.unknown:
        yield f"  not mapped: {_unknown(drift)}"
    if drift.repaired:
        yield "  repaired: " + ", ".join(f"{number} × {what}" for what, number in drift.repaired.most_common())
    for what, question in drift.lacks:
        yield f"  lacks {what}; leaves open: {question}"


def _unknown(drift: Drift) -> str:
    common = drift.unknown.most_common(_SHOWN)
    more = len(drift.unknown) - len(common)
    texts = [f"{kind} {name} ({number:,})" for (kind, name), number in common]
    return ", ".join(texts) + (f" and {more} more (`--format json` lists all)" if more else "")
