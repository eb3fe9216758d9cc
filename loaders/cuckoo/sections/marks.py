"""The marks of a signature, in every layout, as citations of calls and texts, apart for each process.

Cuckoo 2.x: ``marks`` of the types call, ioc, generic, volatility and config. CAPE: ``data``, whose entries are texts
under names of their own, or calls by pid and index; ``new_data`` (and 1.x ``data``) group them as process and signs.
A mark whose pid does not say plainly which process it means stays with the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.sections import named
from loaders.cuckoo.sections.shapes import MOST_ENTRIES, bounded, list_of, mapping_of, scalar
from loaders.cuckoo.state import ReportState

_NO_TEXT = frozenset({"type", "category", "cid", "call"})
_PLAIN = frozenset({"ioc", "value", "config"})
_DEPTH = 4


@dataclass(frozen=True)
class Mark:
    """One mark: the processes that it names, and either the citation of a call or texts."""

    processes: tuple[ev.ProcessRef, ...] = ()
    call: str | None = None
    texts: tuple[str, ...] = ()


def marks_of(signature: dict[str, Any], state: ReportState) -> list[Mark]:
    """All marks that the signature lists."""
    listed = bounded(
        list_of(signature.get("marks")) or [*list_of(signature.get("data")), *list_of(signature.get("new_data"))],
        MOST_ENTRIES,
        "signatures: marks of one",
        state.drift,
    )
    return [mark for entry in listed for mark in _read(entry, state)]


def _read(entry: Any, state: ReportState) -> Iterator[Mark]:
    if not isinstance(entry, dict):
        text = scalar(entry)
        if text:
            yield Mark(texts=(text,))
    elif "signs" in entry:
        yield from _signs(entry, state)
    else:
        yield _mark(entry, _process(entry.get("pid"), entry, state), state)


def _signs(entry: dict[str, Any], state: ReportState) -> Iterator[Mark]:
    found = mapping_of(entry.get("process"))
    pid = found.get("process_id", found.get("pid"))
    for sign in list_of(entry.get("signs")):
        value = mapping_of(sign).get("value")
        content = value if isinstance(value, dict) else {"value": value}
        yield _mark(content, _process(pid, content, state), state)


def _process(pid: Any, entry: dict[str, Any], state: ReportState) -> ev.ProcessRef | None:
    number = values.pid(pid)
    if number is None:
        return None
    call = mapping_of(entry.get("call"))
    time = values.micros(call.get("time", call.get("timestamp")))
    return state.table.bearer(number, time)


def _mark(entry: dict[str, Any], process: ev.ProcessRef | None, state: ReportState) -> Mark:
    index = values.number(entry.get("cid"))
    if process and index is not None and index >= 0:
        return Mark((process,), call=f"{state.cited}:{process.key}#{index}")
    if process:
        return Mark((process,), texts=tuple(_texts(entry, _NO_TEXT | {"pid"})))
    return Mark(named.processes(entry, state.table), texts=tuple(_texts(entry, _NO_TEXT)))


def _texts(entry: dict[str, Any], without: frozenset[str]) -> Iterator[str]:
    """An indicator as it stands; anything else as ``name: value``."""
    for name in sorted(set(entry) - without):
        for text in _leaves(entry[name], _DEPTH):
            yield text if name in _PLAIN else f"{name}: {text}"


def _leaves(value: Any, depth: int) -> Iterator[str]:
    """The texts and numbers of a value; those of an object (a malware's configuration) with their names."""
    text = scalar(value)
    if text:
        yield text
    for part in list_of(value) if depth else ():
        yield from _leaves(part, depth - 1)
    for name, part in sorted(mapping_of(value).items()) if depth else ():
        yield from (f"{name}: {leaf}" for leaf in _leaves(part, depth - 1))
