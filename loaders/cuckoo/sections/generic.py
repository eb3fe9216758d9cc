"""``behavior.generic`` (2.x) and ``file_activities`` (CAPE): each process's own summary, where its calls are silent.

2.x makes these lists out of the calls. So they say something new only where calls are missing from the report; and as
several lists also hold what failed, an entry that no call tells is taken for a failed one where such calls failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graph_model import events as ev
from loaders.cuckoo import values
from loaders.cuckoo.sections.categories import ASKED, CATEGORIES, KEYS_ONLY, TEXTS, WEAK, Category, pair_of
from loaders.cuckoo.sections.shapes import MOST_ENTRIES, bounded, chosen, entries_of, mapping_of, of_shape, scalars
from loaders.cuckoo.sections.told import Told
from loaders.cuckoo.state import ReportState, on_disk

SUMMARY = "summary"
_ENTRIES_READ = 5_000
_TEXTS_KEPT = 200
_READ = {*CATEGORIES, *WEAK, *TEXTS}


@dataclass(frozen=True)
class _Place:
    """One process's summary and where it stands in the report."""

    process: ev.ProcessRef
    position: str
    state: ReportState
    told: Told

    def event(self, kind: type[ev.Event], listed: str, /, **fields: Any) -> ev.Event:
        position = f"{self.position}.{listed}"
        return kind(seq=0, position=position, actor=self.process, source=SUMMARY, **fields)

    def called(self, apis: frozenset[str]) -> bool:
        return any(self.told.called[self.process, api] for api in apis)

    def failed(self, apis: frozenset[str]) -> bool:
        return any(self.told.failed[self.process, api] for api in apis)


def done(section: Any, state: ReportState, told: Told) -> Iterator[ev.Event]:
    """What the processes did, by their summaries."""
    for index, entry in enumerate(entries_of(section, "behavior.generic", state.drift)):
        found = mapping_of(entry)
        pid = values.pid(found.get("pid"))
        if pid is None:
            state.drift.not_understood("behavior.generic", "no pid", entry)
            continue
        position = f"{state.cited}:behavior.generic[{index}]"
        listed = state.table.lists(pid)
        place = _Place(state.table.alive(pid, values.micros(found.get("first_seen"))), position, state, told)
        if not listed:
            yield _unlisted(found, place)
        yield from _lists(of_shape(found.get("summary"), dict, "behavior.generic.summary", state.drift), place)
    yield from _activities(state, told)


def _unlisted(entry: dict[str, Any], place: _Place) -> ev.Event:
    return ev.ProcessObserved(
        seq=0,
        position=place.position,
        process=place.process,
        name=values.text(entry.get("process_name")),
        path=values.text(entry.get("process_path")),
    )


def _activities(state: ReportState, told: Told) -> Iterator[ev.Event]:
    for entry in state.table.entries:
        lists = mapping_of(entry.raw.file_activities if entry.raw else None)
        place = _Place(entry.process, f"{state.cited}:{entry.process.key}.file_activities", state, told)
        for name in sorted(set(lists) & set(ASKED)):
            entries = bounded(scalars(lists[name]), MOST_ENTRIES, f"file_activities {name}", state.drift)
            yield from _touched(name, entries, *ASKED[name], place)


def _lists(lists: dict[str, Any], place: _Place) -> Iterator[ev.Event]:
    drift = place.state.drift
    for name in sorted(lists):
        listed = of_shape(lists[name], list, f"behavior.generic {name}", drift) if name in _READ else []
        entries = bounded(listed, _ENTRIES_READ, f"behavior.generic {name}", drift)
        if name in CATEGORIES:
            yield from _did(name, entries, CATEGORIES[name], place)
        elif name in WEAK:
            yield from _weak(name, scalars(entries), place)
        elif name in TEXTS:
            yield from _texts(name, scalars(entries), place)
        elif name not in KEYS_ONLY:
            drift.not_understood("behavior.generic", name, lists[name])


def _did(name: str, entries: list[Any], category: Category, place: _Place) -> Iterator[ev.Event]:
    explained = category.tried and place.failed(category.apis)
    bare = []
    things = {thing: entry for entry in entries if (thing := _thing(entry))}
    for thing, entry in sorted(things.items()):
        if place.told.has(category.action, place.process, thing):
            continue
        place.told.add(category.action, None, thing)  # the run's summary holds the same
        made = list(category.make(place.state.host, entry))
        if explained:
            place.state.drift.count("summary entries that are failed calls")
        elif made:
            place.state.drift.count("summary entries")
            yield from (place.event(kind, name, **fields) for kind, fields in made)
        elif name == "dll_loaded" and not place.called(category.apis):
            bare.append(thing)
    if bare:
        known = {"modules": chosen(bare, _TEXTS_KEPT)}
        yield ev.Noted(seq=0, position=f"{place.position}.{name}", process=place.process, properties=known)


def _thing(entry: Any) -> str | None:
    pair = pair_of(entry)
    if pair:
        return "\x1e".join(pair)
    return entry if isinstance(entry, str) and entry else None


def _weak(name: str, entries: list[str], place: _Place) -> Iterator[ev.Event]:
    """Where calls of the process are in the report, they are the better word for what it only opened or looked at."""
    label, action = WEAK[name]
    silent = place.process not in place.told.actors
    for entry in sorted(set(entries)):
        if silent:
            yield from _touched(name, [entry], label, action, place)
        place.told.add(action, None, entry)


def _touched(name: str, entries: list[str], label: str, action: str, place: _Place) -> Iterator[ev.Event]:
    for entry in sorted(set(entries)):
        if place.told.has(action, place.process, entry) or (label == "File" and not on_disk(entry)):
            continue
        place.told.add(action, None, entry)
        place.state.drift.count("summary entries")
        yield place.event(ev.Touched, name, host=place.state.host, label=label, what=entry, word=name)


def _texts(name: str, entries: list[str], place: _Place) -> Iterator[ev.Event]:
    known, apis = TEXTS[name]
    for entry in entries:
        place.told.add(f"{name} run", None, entry)
    if entries and not place.called(apis):
        place.state.drift.count("summary entries", len(set(entries)))
        texts = {known: chosen(entries, _TEXTS_KEPT, 4_096)}
        yield ev.Noted(seq=0, position=f"{place.position}.{name}", process=place.process, properties=texts)
