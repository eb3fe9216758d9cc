"""Who a row speaks of: the machine that logged it, and the processes on that machine.

One file holds rows of several machines, so the machine is looked up on every row. A process is known by Sysmon's GUID;
where a row prints a pid only, by the GUID that the pid stood beside at that time, and last by pid and time.
"""

from __future__ import annotations

from typing import Any

from graph_model.events import Event, FileRef, HostObserved, HostRef, ProcessObserved, ProcessRef
from graph_model.identity import is_address, plain_address
from graph_model.paths import base_name, referred_or_own
from loaders.windows_events.addresses import is_of_one_machine
from loaders.windows_events.connections import Connections, End
from loaders.windows_events.lives import PARTS, Lives
from loaders.windows_events.record import MissingFieldError, Record, account

Out = list[Event]
_NETBIOS_LENGTH = 15  # longer names of machines are cut where programs print them as NetBIOS does


class Machine:
    """One machine of the log: the processes that its rows named so far."""

    def __init__(self, ref: HostRef, name: str | None, lives: Lives, connections: Connections) -> None:
        self.ref = ref
        self._name = name
        self._host = ref.key.casefold() if name else ""
        self._lives = lives
        self._connections = connections
        self._announced = False
        self._by_guid: dict[str, ProcessRef] = {}
        self._alive: dict[int, ProcessRef] = {}
        self._said: dict[str, set[str]] = {}
        self._created: set[str] = set()
        self._told: set[tuple[object, ...]] = set()

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
        if is_of_one_machine(plain):
            out.append(record.event(HostObserved, host=self.ref, addresses=(plain,)))

    def may_bear(self, address: str) -> bool:
        """Whether the machine is known to bear the address, or the address is not one machine's."""
        return self._connections.is_own(self._host, address)

    def connection_told(self, record: Record, source: End, destination: End) -> bool:
        """Whether a row of Sysmon tells of the connection that this row tells of."""
        return self._connections.told_by_sysmon(self._host, source, destination, record.time)

    def client(self, address: str) -> HostRef:
        """The host that an address in a row of this machine means: loopback addresses mean this one."""
        return referred_or_own(self.ref, address)

    def bears_name(self, name: str) -> bool:
        """Whether a name, with its domain or without, may be this machine's; one without a name may bear any."""
        own, other = self._host, name.casefold()
        if not own or own == other:
            return True
        (short, _, domain), (other_short, _, other_domain) = own.partition("."), other.partition(".")
        if domain and other_domain:
            return False
        return short[:_NETBIOS_LENGTH] == other_short[:_NETBIOS_LENGTH]

    def first_time(self, *what: object) -> bool:
        """Whether no row told of this before: exports may hold a row twice."""
        if what in self._told:
            return False
        self._told.add(what)
        return True

    def file(self, path: str) -> FileRef:
        """A file as this machine names it."""
        return FileRef(self.ref, path)

    def actor(self, record: Record, out: Out) -> ProcessRef | None:
        """The process that did what the row says, where it names one."""
        ref = self.known(record)
        if ref:
            self.say(record, out, ref, path=record.text("Image"), user=record.text("User"))
        return ref

    def asking(self, record: Record, out: Out) -> ProcessRef | None:
        """The process of one of Security's rows, which name it by pid; 0 stands for none."""
        pid = record.number("ProcessId")
        if not pid:
            return None
        process = self.living(record, pid)
        self.say(record, out, process, path=record.text("ProcessName"))
        return process

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
        ref = self.acquainted(record, pid)
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

    def told_by_sysmon(self, record: Record, pid: int, path: str | None) -> ProcessRef | None:
        """The process, where a row of Sysmon tells of the creation that this row tells of."""
        guid = None if record.time is None else self._lives.created(self._host, pid, path, record.time)
        return self._of_guid(guid, pid) if guid else None

    def acquainted(self, record: Record, pid: int) -> ProcessRef | None:
        """The process that has the pid now, where other rows tell of it as well."""
        ref = self._alive.get(pid)
        if ref is None and record.time is not None:
            guid = self._lives.at(self._host, pid, record.time)
            return self._of_guid(guid, pid) if guid else None
        return ref

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
        name: str | None = None,
        path: str | None = None,
        user: str | None = None,
        command_line: str | None = None,
        logon_id: str | None = None,
    ) -> None:
        """What the row says of a process, where that is more than earlier rows said."""
        facts = {"name": name or base_name(path), "path": path, "user": user, "command_line": command_line}
        new = self._new(ref, facts | {"logon_id": logon_id})
        if new is not None:
            owner, domain = account(new.pop("user", None))
            known: dict[str, Any] = {**new, "guid": _guid(ref), "user": owner, "user_domain": domain}
            out.append(record.event(ProcessObserved, process=ref, **known))

    def _new(self, ref: ProcessRef, facts: dict[str, str | None]) -> dict[str, str] | None:
        """What of it no row said before; ``None`` where that is nothing, and the process itself is known too."""
        said = self._said.get(ref.key)
        new = {name: value for name, value in facts.items() if value and (said is None or name not in said)}
        if not new and said is not None:
            return None
        self._said.setdefault(ref.key, set()).update(new)
        return new

    def described(
        self,
        record: Record,
        out: Out,
        ref: ProcessRef,
        *,
        path: str | None,
        user: str | None,
        logon_id: str | None = None,
    ) -> None:
        """The process that a row of its own creation describes in full."""
        said = self._said.setdefault(ref.key, set())
        said.update({"name", "path", "user", "command_line"} | ({"logon_id"} if logon_id else set()))
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
            directory=record.text("CurrentDirectory"),
            logon_id=logon_id,
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
