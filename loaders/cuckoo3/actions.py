"""What processes did to files, the registry, mutants, the network and each other, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_model import events as ev
from graph_model.paths import clean, pipe_name, split_unc
from loaders.cuckoo import values
from loaders.cuckoo3.records import FileRecord, FlowRecord, InjectionRecord, MutantRecord, Record, RegistryRecord
from loaders.cuckoo3.state import At, TaskState, address_of

_FILES: dict[str, type[ev.FileEvent]] = {
    "open_read": ev.FileRead,
    "open_modify": ev.FileWritten,
    "create_read": ev.FileCreated,
    "create_modify": ev.FileCreated,
    "truncate": ev.FileWritten,  # the file stays, emptied
    "delete": ev.FileDeleted,
}
_KEYS: dict[str, type[ev.RegistryEvent]] = {
    "create_key": ev.RegistryKeyCreated,
    "create_key_ex": ev.RegistryKeyCreated,
    "delete_key": ev.RegistryKeyDeleted,
}
_VALUES: dict[str, type[ev.RegistryValueSet] | type[ev.RegistryValueRead] | type[ev.RegistryValueDeleted]] = {
    "set_value": ev.RegistryValueSet,
    "query_value_key": ev.RegistryValueRead,
    "delete_value_key": ev.RegistryValueDeleted,
}
# understood, and without a word among the events: looks at keys, security, hives, names
_WITHOUT_A_WORD = frozenset(
    {
        "enumerate_key",
        "enumerate_value_key",
        "load_key",
        "open_key",
        "open_key_ex",
        "query_key",
        "query_key_security",
        "query_multiple_value_key",
        "rename_key",
        "set_information_key",
        "set_key_security",
        "unload_key",
    }
)
_FILE_ACTIONS = frozenset({*_FILES, "rename"})
_REGISTRY_ACTIONS = frozenset({*_KEYS, *_VALUES, *_WITHOUT_A_WORD})
_MUTANT_ACTIONS = frozenset({"create", "open"})
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp"}
_NAMED_OBJECTS = "\\basenamedobjects\\"
_FIRST_FAILURE = 0x8000_0000  # NTSTATUS: warnings and errors have the highest bit

Found = Iterator[ev.Event]


def failed(status: Any) -> bool:
    """Whether an NTSTATUS, signed or not, is a failure."""
    found = values.number(status)
    return found is not None and (found < 0 or found >= _FIRST_FAILURE)


def _word(record: Record, words: frozenset[str]) -> str | None:
    """The action if it is one of these words."""
    return record.action if isinstance(record.action, str) and record.action in words else None


def _odd(record: Record, state: TaskState, actor: ev.ProcessRef | None) -> None:
    state.odd(record, "no process" if actor is None else f"action {record.action!r:.40}")


def file(record: FileRecord, at: At, state: TaskState) -> Found:
    """One line of ``file.json``."""
    actor, path = state.actor(record), values.text(record.srcpath)
    action = _word(record, _FILE_ACTIONS)
    if actor is None or action is None:
        _odd(record, state, actor)
    elif path is None:
        state.odd(record, "no path")
    elif pipe := pipe_name(path):
        yield ev.PipeUsed(host=state.host, name=pipe, actor=actor, **at.fields())
    elif not _on_disk(path):
        state.drift.count("file events on devices")
    elif action == "rename":
        yield from _renamed(record, path, actor, at, state)
    else:
        yield _FILES[action](file=state.file(path), actor=actor, **at.fields())


def _renamed(record: FileRecord, path: str, actor: ev.ProcessRef, at: At, state: TaskState) -> Found:
    target = values.text(record.dstpath)
    if target is None:
        state.odd(record, "rename without a target")
    else:
        yield ev.FileRenamed(file=state.file(path), target=state.file(target), actor=actor, **at.fields())


def _on_disk(path: str) -> bool:
    r"""Whether a path means a file: on a drive, a volume or a share, and no device (``\Device\Afd``)."""
    plain = clean(path)
    return (
        plain[1:3] == ":\\" or plain.casefold().startswith("\\device\\harddiskvolume") or split_unc(plain) is not None
    )


def registry(record: RegistryRecord, at: At, state: TaskState) -> Found:
    """One line of ``registry.json``; only what succeeded."""
    actor, path = state.actor(record), values.text(record.path)
    action = _word(record, _REGISTRY_ACTIONS)
    if actor is None or action is None:
        _odd(record, state, actor)
    elif failed(record.status):
        state.drift.count("registry events that failed")
    elif action in _WITHOUT_A_WORD:
        state.drift.count(f"registry {action}, without a place in the graph")
    elif path is None:
        state.odd(record, "no path")
    elif action in _KEYS:
        yield _KEYS[action](host=state.host, key=path, actor=actor, **at.fields())
    else:
        key, _, name = path.rpartition("\\")
        yield _VALUES[action](host=state.host, key=key, name=name, actor=actor, **at.fields())


def mutant(record: MutantRecord, at: At, state: TaskState) -> Found:
    """One line of ``mutant.json``; only what succeeded, by the name that programs use."""
    actor, path = state.actor(record), values.text(record.path)
    if actor is None or _word(record, _MUTANT_ACTIONS) is None:
        _odd(record, state, actor)
    elif failed(record.status):
        state.drift.count("mutant events that failed")
    elif path is None:
        state.odd(record, "no path")
    else:
        place = path.casefold().find(_NAMED_OBJECTS)
        name = path if place < 0 else path[place + len(_NAMED_OBJECTS) :]
        yield ev.MutexUsed(name=name or path, actor=actor, **at.fields())


def injection(record: InjectionRecord, at: At, state: TaskState) -> Found:
    """The monitor's own report of an injection, under its own word."""
    actor, target = state.actor(record), state.process(record.dstprocid, record.dstpid, record.ts)
    action = values.text(record.action)
    if actor is None or target is None or action is None:
        state.odd(record, "no action" if action is None else "no process")
    else:
        yield ev.InjectionReported(actor=actor, target=target, **at.fields())


def flow(record: FlowRecord, at: At, state: TaskState) -> Found:
    """Traffic of a process; inbound where the machine itself is the destination."""
    actor = state.actor(record)
    inbound = state.is_machine(record.dstip) and not state.is_machine(record.srcip)
    address = address_of(record.srcip if inbound else record.dstip)
    if actor is None or address is None:
        state.odd(record, "no process" if actor is None else "no address")
        return
    yield ev.NetworkFlow(
        host=state.host,
        address=address,
        protocol=_PROTOCOLS.get(values.number(record.proto_number) or 0, "ip"),
        port=port(record.srcport if inbound else record.dstport),
        inbound=inbound,
        actor=actor,
        **at.fields(),
    )


def port(value: Any) -> int | None:
    """A port that there can be."""
    found = values.number(value)
    return found if found is not None and 0 < found < 65_536 else None
