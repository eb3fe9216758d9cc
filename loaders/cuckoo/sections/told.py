"""What the calls have already told, so that summaries say only what is new.

A set of hashes of (action, process, thing). It is bounded; when it is full nothing more is taken for new, so that a
summary never tells a second time what a call has told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from graph_model import events as ev
from graph_model.paths import clean
from graph_model.registry import clean_key, value_path

MOST = 1_000_000
ANY = "any"


class Told:
    """Which process did what to which thing, and how often each API was called and failed."""

    def __init__(self, most: int = MOST) -> None:
        self.full = False
        self.calls: Counter[tuple[int | None, str]] = Counter()
        self.failed: Counter[tuple[ev.ProcessRef, str]] = Counter()
        self.called: Counter[tuple[ev.ProcessRef, str]] = Counter()
        self.actors: set[ev.ProcessRef] = set()  # of whom calls are there
        self.pids: set[int | None] = set()
        self._known: set[int] = set()
        self._seen: set[int] = set()
        self._most = most

    def note(self, event: ev.Event) -> bool:
        """Remember what an event tells; whether it tells anything of a thing that is new."""
        if isinstance(event, ev.ApiCounted) and event.actor and event.api and event.source is None:
            self.calls[event.actor.pid, event.api] += event.count
            self.called[event.actor, event.api] += event.count
            self.failed[event.actor, event.api] += event.failed
            self.actors.add(event.actor)
            self.pids.add(event.actor.pid)
        kind = type(event)
        found = _THINGS.get(kind)
        if found is None or not self._first(kind, event):
            return False
        new = False
        for action, thing in found(event):
            new = self.add(action, event.actor, thing) or new
        return new

    def _first(self, kind: type[ev.Event], event: Any) -> bool:
        """Whether no event of this kind by this process was about the same thing; quick, since most are repeats."""
        about = _ABOUT.get(kind)
        if about is None:
            return True
        seen = hash((kind, event.actor and event.actor.key, about(event)))
        if seen in self._seen:
            return False
        if len(self._seen) < self._most:
            self._seen.add(seen)
        return True

    def add(self, action: str, actor: ev.ProcessRef | None, thing: str) -> bool:
        """From now on this is told, of the process and of the run; whether it was not, in this spelling."""
        who = actor.key if actor else ""
        as_printed = hash((action, who, thing))
        if as_printed in self._known:
            return False
        if len(self._known) >= self._most:
            self.full = True
            return True
        kind = action.partition(" ")[0]
        spelled = _spelled(kind, thing)
        self._known.add(as_printed)
        self._known.update(_mark(what, end, spelled) for what in (action, f"{kind} {ANY}") for end in (who, ""))
        return True

    def has(self, action: str, actor: ev.ProcessRef | None, thing: str) -> bool:
        """Whether it is told; without a process, whether it is told of any. ``ANY`` asks for any action."""
        spelled = _spelled(action.partition(" ")[0], thing)
        return self.full or _mark(action, actor.key if actor else "", spelled) in self._known


def _mark(action: str, who: str, spelled: str) -> int:
    """Apart from what :meth:`Told.add` makes of the text as printed; never leaves this process."""
    return hash((action, who, spelled, ANY))


def _spelled(kind: str, thing: str) -> str:
    """One spelling for one thing."""
    if kind == "file":
        return clean(thing).casefold()
    if kind == "key":
        return clean_key(thing).casefold()
    return thing.rstrip(".").casefold() if kind in ("domain", "service") else thing


_Told = list[tuple[str, str]]


def _file(action: str) -> Callable[[Any], _Told]:
    return lambda event: [(f"file {action}", event.file.path)]


def _passed_on(action: str) -> Callable[[Any], _Told]:
    def told(event: Any) -> _Told:
        both = f"{event.file.path}\x1e{event.target.path}"
        sides = [("file read", event.file.path), ("file write", event.target.path)]
        gone = [("file move", event.file.path), ("file delete", event.file.path)] if action == "move" else []
        return [(f"{action} pair", both), *sides, *gone]

    return told


def _key(action: str) -> Callable[[Any], _Told]:
    return lambda event: [(f"key {action}", event.key)]


def _value(action: str) -> Callable[[Any], _Told]:
    def told(event: Any) -> _Told:
        return [(f"key {action}", value_path(event.key, event.name)), (f"key {ANY}", event.key)]

    return told


def _flow(event: ev.NetworkFlow) -> _Told:
    exact = f"{event.protocol} {event.address} {event.port}"
    return [("address contact", event.address), ("endpoint contact", exact)]


def _started(event: ev.ProcessStarted) -> _Told:
    return [("command run", event.command_line)] if event.command_line else []


_ON_FILES = (ev.FileCreated, ev.FileWritten, ev.FileDownloaded, ev.FileRead, ev.FileDeleted)
_ABOUT: dict[type[ev.Event], Callable[[Any], object]] = {
    **dict.fromkeys(_ON_FILES, lambda event: event.file.path),
    **dict.fromkeys((ev.RegistryValueSet, ev.RegistryValueRead), lambda event: (event.key, event.name)),
    ev.NetworkFlow: lambda event: (event.protocol, event.address, event.port),
    ev.MutexUsed: lambda event: event.name,
}
_THINGS: dict[type[ev.Event], Callable[[Any], _Told]] = {
    ev.FileCreated: _file("write"),
    ev.FileWritten: _file("write"),
    ev.FileDownloaded: _file("write"),
    ev.FileRead: _file("read"),
    ev.FileDeleted: _file("delete"),
    ev.FileRenamed: _passed_on("move"),
    ev.FileCopied: _passed_on("copy"),
    ev.ModuleLoaded: _file("load"),
    ev.RegistryKeyCreated: _key("write"),
    ev.RegistryKeyDeleted: _key("delete"),
    ev.RegistryValueSet: _value("write"),
    ev.RegistryValueRead: _value("read"),
    ev.RegistryValueDeleted: _value("delete"),
    ev.NetworkFlow: _flow,
    ev.DnsResolved: lambda event: [("domain resolve", event.name)],
    ev.HttpRequested: lambda event: [("url request", event.url)],
    ev.MutexUsed: lambda event: [("mutex use", event.name)],
    ev.ServiceInstalled: lambda event: [("service create", event.name)],
    ev.ServiceStarted: lambda event: [("service start", event.name)],
    ev.ProcessStarted: _started,
}
