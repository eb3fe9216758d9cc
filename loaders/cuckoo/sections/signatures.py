"""``signatures``: what the sandbox itself noticed, with the calls and texts that it noticed it by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.model import Report, later
from loaders.cuckoo.sections import techniques
from loaders.cuckoo.sections.marks import Mark, marks_of
from loaders.cuckoo.sections.shapes import bounded, chosen, entries_of, mapping_of, scalars
from loaders.cuckoo.state import ReportState

_MARKS_KEPT = 100
_FAMILIES_KEPT = 20
_MOST_TECHNIQUES = 500  # ATT&CK has fewer than a thousand


def matched(report: Report, state: ReportState) -> Iterator[ev.Event]:
    """Each signature for the run, and for every process that its marks name."""
    ttps = techniques.by_signature(later(report, "ttps", state.drift), state.drift)
    for index, entry in enumerate(entries_of(report.signatures, "signatures", state.drift)):
        found = mapping_of(entry)
        name = values.text(found.get("name"))
        if name is None:
            state.drift.not_understood("signatures", "no name", entry)
            continue
        state.drift.count("signatures")
        used = sorted(techniques.of_signature(found, state.drift) | ttps.get(name, set()))
        used = bounded(used, _MOST_TECHNIQUES, "signatures: techniques of one", state.drift)
        yield from _events(name, found, used, f"{state.cited}:signatures[{index}]", state)


def _events(name: str, entry: dict[str, Any], used: list[str], position: str, state: ReportState) -> Iterator[ev.Event]:
    marks = marks_of(entry, state)
    common: dict[str, Any] = {
        "seq": 0,
        "position": position,
        "name": name,
        "description": values.text(entry.get("description")),
        "severity": values.number(entry.get("severity")),
        "families": chosen(scalars(entry.get("families")), _FAMILIES_KEPT),
        "techniques": tuple(used),
    }
    in_all = max(values.number(entry.get("markcount")) or 0, len(marks))
    yield ev.SignatureMatched(**common, marks=in_all, **_marked(marks))
    by_process: dict[ev.ProcessRef, list[Mark]] = defaultdict(list)
    for mark in marks:
        for process in mark.processes:
            by_process[process].append(mark)
    for process, of_it in sorted(by_process.items(), key=lambda item: item[0].key):
        yield ev.SignatureMatched(**common, actor=process, marks=len(of_it), **_marked(of_it))


def _marked(marks: Iterable[Mark]) -> dict[str, Any]:
    calls = {mark.call for mark in marks if mark.call}
    texts = {text for mark in marks for text in mark.texts}
    return {
        "calls": tuple(sorted(calls, key=_in_order)[:_MARKS_KEPT]),
        "call_count": len(calls),
        "iocs": chosen(texts, _MARKS_KEPT),
        "ioc_count": len(texts),
    }


def _in_order(citation: str) -> tuple[str, int]:
    """By process, then by the number of the call."""
    process, _, index = citation.rpartition("#")
    return process, int(index)
