"""``behavior.summary``: lists of the whole run, which name no process.

1.x and CAPE list access that was asked for; 2.x lists everything of ``generic`` once more. What no process is known
to have done stays with the run, under the list's own name; nobody guesses the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from loaders.cuckoo.sections.categories import ASKED, CATEGORIES, KEYS_ONLY, TEXTS, WEAK, pair_of
from loaders.cuckoo.sections.shapes import bounded, chosen, list_of, of_shape, scalars
from loaders.cuckoo.sections.told import Told
from loaders.cuckoo.state import ReportState, on_disk

_ENTRIES_READ = 5_000
_TEXTS_KEPT = 200
_APIS_KEPT = 1_000
_LABELS = {"file": "File", "key": "RegistryKey", "mutex": "Mutex", "domain": "Domain", "url": "Url"}
_OF_RUN = {name: (_LABELS[found.action.split()[0]], found.action) for name, found in CATEGORIES.items()
           if found.action.split()[0] in _LABELS}  # fmt: skip
_LISTS = {**_OF_RUN, **WEAK, **ASKED}
_PAIRS = {"file_moved": "move", "file_copied": "copy"}
_COMMANDS = ("executed_commands", "command_line")


def touched(summary: Any, state: ReportState, told: Told) -> Iterator[ev.Event]:
    """What the lists name and nothing else tells."""
    section = of_shape(summary, dict, "behavior.summary", state.drift)
    for name in sorted(section):
        entries = bounded(list_of(section[name]), _ENTRIES_READ, f"behavior.summary {name}", state.drift)
        if name in _LISTS:
            yield from _named(name, scalars(entries), *_LISTS[name], state, told)
        elif name in _PAIRS:
            yield from _moved(name, entries, state, told)
        elif name in _COMMANDS:
            yield from _commands(name, scalars(entries), state, told)
        elif name == "resolved_apis":
            yield from _resolved(scalars(section[name]), state)
        elif name not in KEYS_ONLY and name not in TEXTS and name != "connects_ip":
            state.drift.not_understood("behavior.summary", name, section[name])


def _named(
    name: str, entries: list[str], label: str, action: str, state: ReportState, told: Told
) -> Iterator[ev.Event]:
    for entry in sorted(set(entries)):
        if told.has(action, None, entry) or (label == "File" and not on_disk(entry)):
            continue
        state.drift.count("summary entries")
        yield ev.Touched(
            seq=0, position=_cite(name, state), source="summary", host=state.host, label=label, what=entry, word=name
        )


def _moved(name: str, entries: list[Any], state: ReportState, told: Told) -> Iterator[ev.Event]:
    """Both ends of what was moved or copied, where no process is known to have done it."""
    action = f"{_PAIRS[name]} pair"
    for pair in sorted(filter(None, map(pair_of, entries))):
        if not told.has(action, None, "\x1e".join(pair)):
            yield from _named(name, list(pair), "File", "file any", state, told)


def _commands(name: str, entries: list[str], state: ReportState, told: Told) -> Iterator[ev.Event]:
    new = {
        entry
        for entry in entries
        if not told.has("command run", None, entry) and not told.has("command_line run", None, entry)
    }
    if new:
        known = {"commands": chosen(new, _TEXTS_KEPT, 4_096)}
        yield ev.Noted(seq=0, position=_cite(name, state), properties=known)


def _resolved(entries: list[str], state: ReportState) -> Iterator[ev.Event]:
    if entries:
        known = {"resolved_apis": chosen(entries, _APIS_KEPT), "resolved_api_count": len(set(entries))}
        yield ev.Noted(seq=0, position=_cite("resolved_apis", state), properties=known)


def _cite(name: str, state: ReportState) -> str:
    return f"{state.cited}:behavior.summary.{name}"
