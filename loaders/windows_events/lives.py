"""Which process a pid was at a time, as rows tell that print the pid beside Sysmon's GUID.

Security rows and rows without a GUID name a process by its pid alone. The GUID identifies it over the whole log, so
what such a row means is looked up here first; what is not found is told apart by pid and time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from graph_model.paths import base_name
from loaders.windows_events.hosts import Names
from loaders.windows_events.shapes import Row
from loaders.windows_events.values import guid, number, text

# Windows writes one creation to two logs within moments; some exporters print whole seconds
SLACK = 2_000_000
# the fields that name a process, by the part that it has in the row; exporters and versions differ in capitals
PARTS = {
    part: ((f"{part}ProcessGuid", f"{part}ProcessGUID"), f"{part}ProcessId")
    for part in ("", "Source", "Target", "Parent")
}
_CREATED, _ENDED = 1, 5


@dataclass
class Life:
    """One process, as far as the log shows it."""

    guid: str
    first: int
    created: int | None = None
    ended: int | None = None
    name: str = ""


class Lives:
    """The processes of every machine by pid."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, int], dict[str, Life]] = defaultdict(dict)
        self._by_texts: dict[tuple[str, str, str], Life] = {}
        self._lives: dict[tuple[str, int], list[Life]] = {}

    def seen(self, row: Row, time: int) -> None:
        """A row of Sysmon."""
        for part, (guids, pid_field) in PARTS.items():
            pid = row.fields.get(pid_field)
            if pid is None:
                continue
            said = row.fields.get(guids[0]) or row.fields.get(guids[1])
            life = self._said(row.computer or "", text(pid), text(said), time)
            if life and not part:
                _dates(row, life, time)

    def _said(self, host: str, pid: str | None, found: str | None, time: int) -> Life | None:
        """The life that a row's texts mean; the same texts come many times."""
        if pid is None or found is None:
            return None
        texts = (host, pid, found)
        life = self._by_texts.get(texts)
        if life is None:
            life = self._life(host.casefold(), number(pid), guid(found), time)
            if life is None:
                return None
            self._by_texts[texts] = life
        life.first = min(life.first, time)
        return life

    def settle(self, names: Names) -> None:
        """All rows are seen: names of one machine come together."""
        names.settle()
        joined: dict[tuple[str, int], list[Life]] = defaultdict(list)
        for (name, pid), lives in self._by_name.items():
            joined[names.one(name or None) or "", pid].extend(lives.values())
        for found in joined.values():
            found.sort(key=lambda life: (life.first, life.guid))
        self._lives, self._by_name, self._by_texts = joined, defaultdict(dict), {}

    def at(self, host: str, pid: int, time: int) -> str | None:
        """The GUID of the process that bore the pid then, where the log shows it."""
        found = self._lives.get((host, pid), [])
        begun = bisect_right(found, time + SLACK, key=lambda life: life.first)
        life = found[begun - 1] if begun else next((life for life in found[:1] if life.created is None), None)
        if life is None or (life.ended is not None and life.ended < time - SLACK):
            return None
        return life.guid

    def created(self, host: str, pid: int, path: str | None, time: int) -> str | None:
        """The GUID of the process whose creation a row of Sysmon tells of, where it is this very creation."""
        name = (base_name(path) or "").casefold()
        for life in self._lives.get((host, pid), []):
            if life.created is not None and abs(life.created - time) <= SLACK and life.name in ("", name):
                return life.guid
        return None

    def _life(self, host: str, pid: int | None, found: str | None, time: int) -> Life | None:
        if pid is None or found is None:
            return None
        return self._by_name[host, pid].setdefault(found, Life(found, time))


def _dates(row: Row, life: Life, time: int) -> None:
    if row.event_id == _CREATED:
        life.created = time
        life.name = (base_name(text(row.fields.get("Image"))) or "").casefold()
    elif row.event_id == _ENDED:
        life.ended = time
