"""Who a line speaks of: the terminal that wrote it, and the processes on that terminal.

One collection holds lines of several terminals, and a terminal can change its address, so both are looked up on every
line. A process is known by the product's own GUID; only where that is absent or cut, by the pid that lives at the
time, and last by its path.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from graph_model.events import Event, HostObserved, HostRef, ProcessObserved, ProcessRef
from graph_model.paths import base_name
from loaders.mark2.record import MissingKeyError, Record
from loaders.mark2.texts import Texts

_NO_GUID = "{00000000-0000-0000-0000-000000000000}"
# The seed names the tool that clicks buttons, not its file: ButtonClicker, later CrazyClicker.
_ENVIRONMENT = ("buttonclicker", "crazyclicker")
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
Called = tuple[str | None, str | None, tuple[str, ...]]  # name, domain, addresses


@lru_cache(maxsize=50_000)
def address(text: str) -> str | None:
    """An IP address in its one spelling, without zone, IPv4 where IPv6 only wraps it; ``None`` if it is none."""
    try:
        parsed = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    wrapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(wrapped or parsed)


@lru_cache(maxsize=10_000)
def addresses(text: str) -> tuple[str, ...]:
    """The addresses of a comma list, each once, sorted: the order in which adapters are listed is no news."""
    return tuple(sorted({found for part in text.split(",") if (found := address(part))}))


class Terminal:
    """One host of the log: its name and addresses as last seen, its processes, its accepted connections."""

    def __init__(self, ref: HostRef) -> None:
        self.ref = ref
        self.own: set[str] = set(_LOOPBACK)
        self.accepted: set[tuple[str, int | None, int | None]] = set()
        self.texts = Texts()
        self._said: tuple[str | None, str | None, str | None] | None = None
        self._called: Called | None = None
        self._told: Record | None = None
        self._last: Record | None = None
        self._by_guid: dict[str, ProcessRef] = {}
        self._alive: dict[int, ProcessRef] = {}
        self._path_known: dict[str, bool] = {}

    def observe(self, record: Record, out: list[Event]) -> None:
        """Say what the host is called and where it is, at first and whenever a line says something new of it."""
        last, self._last = self._last, record
        get = record.fields.get
        said = (get("com"), get("domain"), get("ip"))
        if said == self._said:
            return
        self._said = said
        before = self._called or (None, None, ())
        called = (get("com") or before[0], get("domain") or before[1], addresses(get("ip", "")) or before[2])
        if called == self._called:
            return
        self._until(last, out)
        self._called, self._told = called, record
        self.own.update(called[2])
        self._say(record, called, out)

    def close(self, out: list[Event]) -> None:
        """Say until when it was called so and was there: addresses move from host to host."""
        self._until(self._last, out)

    def _until(self, last: Record | None, out: list[Event]) -> None:
        if self._called and last and last is not self._told:
            self._say(last, self._called, out)

    def _say(self, record: Record, called: Called, out: list[Event]) -> None:
        name, domain, here = called
        out.append(record.event(HostObserved, host=self.ref, name=name, domain=domain, addresses=here))

    def is_called(self, name: str) -> bool:
        """Whether this host bears the name, with or without its domain."""
        own = self._called[0] if self._called else None
        return own is not None and own.casefold() in (name.casefold(), name.partition(".")[0].casefold())

    def doubt(self) -> None:
        """The last line was damaged: what it said of the host is not believed, the next one says it again."""
        self._called = self._said = None

    def actor(self, record: Record, out: list[Event]) -> ProcessRef | None:
        """The process that did what the line says, where it names one."""
        get = record.fields.get
        known = self._by_guid.get(get("psGUID", ""))
        if known and self._path_known.get(known.key) and (known.pid is not None or get("psID") is None):
            return known  # nothing new, as in most lines
        pid = record.number("psID") if "psID" in record.fields else None
        return self._seen(record, out, "psGUID", "psPath", pid)

    def parent(self, record: Record, out: list[Event]) -> ProcessRef | None:
        """The process that started the one of the line."""
        return self._seen(record, out, "parentGUID", "parentPath", None)

    def target(self, record: Record, out: list[Event]) -> ProcessRef:
        """The process that the line's process did something to."""
        pid = record.number("tpsID") if "tpsID" in record.fields else None
        found = self._seen(record, out, "tpsGUID", "tpsPath", pid)
        if found is None:
            raise MissingKeyError("tpsGUID")
        return found

    def started(self, record: Record, out: list[Event], *, now: bool) -> ProcessRef:
        """The process that a start line describes; ``now`` unless it ran before logging began."""
        ref = self._started(record)
        path = record.path("psPath")
        self._path_known[ref.key] = path is not None
        observed = self._observed(
            record,
            ref,
            path,
            command_line=record.path("cmd"),
            started=record.time if now else None,
            recorded=True,
        )
        out.append(observed)
        return ref

    def ended(self, record: Record, out: list[Event]) -> ProcessRef:
        """The process that a stop line describes; its pid is free afterwards."""
        ref = self.actor(record, out)
        if ref is None:
            raise MissingKeyError("psGUID")
        if ref.pid is not None and self._alive.get(ref.pid) == ref:
            del self._alive[ref.pid]
        return ref

    def _started(self, record: Record) -> ProcessRef:
        pid = record.number("psID")
        guid = self._guid(record, "psGUID")
        if guid:
            ref = self._known(guid, pid)
        elif pid is not None:
            ref = ProcessRef(self.ref, f"{pid}@{record.time}", pid)
        else:
            ref = ProcessRef(self.ref, f"path:{record.need_path('psPath')}")
        if pid is not None:
            self._alive[pid] = ref
        return ref

    def _seen(
        self, record: Record, out: list[Event], guid_key: str, path_key: str, pid: int | None
    ) -> ProcessRef | None:
        ref = self._identified(record, guid_key, path_key, pid)
        if ref is None or self._path_known.get(ref.key):
            return ref
        path = record.path(path_key)
        if ref.key not in self._path_known or path:
            self._path_known[ref.key] = path is not None
            out.append(self._observed(record, ref, path, of_line=guid_key == "psGUID"))
        return ref

    def _identified(self, record: Record, guid_key: str, path_key: str, pid: int | None) -> ProcessRef | None:
        guid = self._guid(record, guid_key)
        if guid:
            return self._known(guid, pid)
        if pid is not None:
            return self._living(record, pid)
        path = record.path(path_key)
        return ProcessRef(self.ref, f"path:{path}") if path else None

    def _guid(self, record: Record, key: str) -> str | None:
        guid = record.fields.get(key)
        if guid is None or guid in self._by_guid:
            return guid
        if guid == _NO_GUID:
            return None
        if guid.startswith("{") and not guid.endswith("}"):
            record.drift.repair(f"a cut {key} is passed over", record.position)
            return None
        return guid

    def _known(self, guid: str, pid: int | None) -> ProcessRef:
        ref = self._by_guid.get(guid)
        if ref is None or (ref.pid is None and pid is not None):
            ref = self._by_guid[guid] = ProcessRef(self.ref, guid.upper(), pid)
        return ref

    def _living(self, record: Record, pid: int) -> ProcessRef:
        """The process that has the pid now; where its start is not recorded, a placeholder until it stops."""
        ref = self._alive.get(pid)
        if ref is None:
            ref = self._alive[pid] = ProcessRef(self.ref, f"pid:{pid}@{record.time}", pid)
        return ref

    def _observed(
        self,
        record: Record,
        ref: ProcessRef,
        path: str | None,
        *,
        of_line: bool = True,
        command_line: str | None = None,
        started: int | None = None,
        recorded: bool = False,
    ) -> ProcessObserved:
        """Facts about a process; the account keys speak of the line's own process only."""
        get = record.fields.get if of_line else _nothing
        name = base_name(path)
        return record.event(
            ProcessObserved,
            process=ref,
            name=name,
            path=path,
            guid=None if "@" in ref.key or ref.key.startswith("path:") else ref.key,
            user=get("psUser"),
            user_domain=get("psDomain"),
            command_line=command_line,
            started=started,
            recorded=recorded,
            sandbox=name is not None and name.casefold().startswith(_ENVIRONMENT),
        )


def _nothing(key: str) -> None:
    """No key of the line speaks of this process."""
