"""Who a row speaks of: the machine that logged it, and the processes on that machine.

One file holds rows of several machines, so the machine is looked up on every row. A process is known by Sysmon's GUID;
where a row prints a pid only, by the GUID that the pid stood beside at that time, and last by pid and time.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from graph_model.events import Event, FileRef, HostObserved, HostRef, ProcessObserved, ProcessRef
from graph_model.identity import is_address, plain_address
from graph_model.paths import base_name
from loaders.windows_events.lives import PARTS, Lives
from loaders.windows_events.record import MissingFieldError, Record, account

Out = list[Event]
_BROADCAST = "255.255.255.255"


@lru_cache(maxsize=10_000)
def _is_of_one_machine(plain: str) -> bool:
    """Whether an address tells machines apart: not loopback, not one for many, not none."""
    address = ipaddress.ip_address(plain)
    return not (address.is_loopback or address.is_multicast or address.is_unspecified or plain == _BROADCAST)


class Machine:
    """One machine of the log: the processes that its rows named so far."""

    def __init__(self, ref: HostRef, name: str | None, lives: Lives) -> None:
        self.ref = ref
        self._name = name
        self._host = ref.key.casefold() if name else ""
        self._lives = lives
        self._announced = False
        self._by_guid: dict[str, ProcessRef] = {}
        self._alive: dict[int, ProcessRef] = {}
        self._said: dict[str, set[str]] = {}
        self._created: set[str] = set()

    def observe(self, record: Record, out: Out) -> None:
        """Say once what the machine is called."""
        if self._announced:
            return
        self._announced = True
        name = self._name
        domain = name.partition(".")[2] if name and not is_address(name) else ""
        out.append(record.event(HostObserved, host=self.ref, name=name, domain=domain or None))

    def bears(self, address: str, record: Record, out: Out) -> None:
        """The row shows that the machine bears this address."""
        plain = plain_address(address)
        if _is_of_one_machine(plain):
            out.append(record.event(HostObserved, host=self.ref, addresses=(plain,)))

    def file(self, path: str) -> FileRef:
        """A file as this machine names it."""
        return FileRef(self.ref, path)

    def actor(self, record: Record, out: Out) -> ProcessRef | None:
        """The process that did what the row says, where it names one."""
        ref = self.known(record)
        if ref:
            self.say(record, out, ref, path=record.text("Image"), user=record.text("User"))
        return ref

    def side(self, record: Record, out: Out, which: str) -> ProcessRef:
        """The `Source` or `Target` process of a row between two."""
        ref = self.known(record, which)
        if ref is None:
            raise MissingFieldError(f"{which}ProcessGuid")
        self.say(record, out, ref, path=record.text(f"{which}Image"), user=record.text(f"{which}User"))
        return ref

    def parent(self, record: Record, out: Out) -> ProcessRef | None:
        """The process that started the one of the row."""
        ref = self.known(record, "Parent")
        if ref:
            said = {"path": record.text("ParentImage"), "user": record.text("ParentUser")}
            self.say(record, out, ref, command_line=record.text("ParentCommandLine"), **said)
        return ref

    def known(self, record: Record, part: str = "") -> ProcessRef | None:
        """The process that has this part in the row: that of the GUID, else the one that has the pid now."""
        guid_fields, pid_field = PARTS[part]
        guid, pid = record.guid(*guid_fields), record.number(pid_field)
        if guid is not None:
            return self._of_guid(guid, pid)
        return None if pid is None else self.living(record, pid)

    def living(self, record: Record, pid: int) -> ProcessRef:
        """The process that has the pid now; where nothing tells its start, a placeholder until it ends."""
        ref = self._alive.get(pid)
        if ref is None and record.time is not None:
            guid = self._lives.at(self._host, pid, record.time)
            if guid is not None:
                return self._of_guid(guid, pid)
        if ref is None:
            ref = self._alive[pid] = ProcessRef(self.ref, f"pid:{pid}@{record.time or 0}", pid)
        return ref

    def first_creation(self, ref: ProcessRef) -> bool:
        """Whether no row told of the creation of this process before (exports may hold a row twice); it has its pid."""
        if ref.key in self._created:
            return False
        self._created.add(ref.key)
        if ref.pid is not None:
            self._alive.pop(ref.pid, None)
        return True

    def started(self, record: Record, pid: int) -> ProcessRef:
        """A new process of which no row tells the GUID."""
        ref = self._alive[pid] = ProcessRef(self.ref, f"{pid}@{record.time or 0}", pid)
        return ref

    def told_by_sysmon(self, record: Record, pid: int, path: str | None) -> bool:
        """Whether a row of Sysmon tells of the creation that this row tells of."""
        return record.time is not None and self._lives.created(self._host, pid, path, record.time)

    def ended(self, ref: ProcessRef) -> None:
        """Its pid is free."""
        if ref.pid is not None and self._alive.get(ref.pid) == ref:
            del self._alive[ref.pid]

    def say(
        self,
        record: Record,
        out: Out,
        ref: ProcessRef,
        *,
        path: str | None = None,
        user: str | None = None,
        command_line: str | None = None,
    ) -> None:
        """What the row says of a process, where that is more than earlier rows said."""
        said = self._said.setdefault(ref.key, set())
        facts = {"path": path, "user": user, "command_line": command_line}
        new = {name for name, value in facts.items() if value and name not in said}
        if not new and said:
            return
        said |= new or {"named"}
        name, domain = account(user if "user" in new else None)
        event = record.event(
            ProcessObserved,
            process=ref,
            name=base_name(path) if "path" in new else None,
            path=path if "path" in new else None,
            guid=_guid(ref),
            user=name,
            user_domain=domain,
            command_line=command_line if "command_line" in new else None,
        )
        out.append(event)

    def described(self, record: Record, out: Out, ref: ProcessRef, *, path: str | None, user: str | None) -> None:
        """The process that a row of its own creation describes in full."""
        self._said.setdefault(ref.key, set()).update({"path", "user", "command_line"})
        name, domain = account(user)
        event = record.event(
            ProcessObserved,
            process=ref,
            name=base_name(path),
            path=path,
            guid=_guid(ref),
            user=name,
            user_domain=domain,
            command_line=record.text("CommandLine"),
            started=record.time,
            recorded=True,
        )
        out.append(event)

    def _of_guid(self, guid: str, pid: int | None) -> ProcessRef:
        ref = self._by_guid.get(guid)
        if ref is None or (ref.pid is None and pid is not None):
            ref = self._by_guid[guid] = ProcessRef(self.ref, guid, pid)
        return ref


def _guid(ref: ProcessRef) -> str | None:
    return ref.key if ref.key.startswith("{") else None
