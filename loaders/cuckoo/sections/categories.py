"""The lists of ``behavior.generic`` and of CAPE's ``file_activities``: what each stands for, and who writes it.

Sources: ``cuckoo/processing/platform/windows.py`` (Cuckoo 2.0.x) and ``modules/processing/behavior.py`` (CAPE v2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graph_model import events as ev
from graph_model.identity import is_address
from graph_model.registry import DEFAULT_VALUE
from loaders.cuckoo.state import on_disk

Make = Callable[[ev.HostRef, Any], Iterator[tuple[type[ev.Event], dict[str, Any]]]]


@dataclass(frozen=True)
class Category:
    """One list: under which name its entries are told, how they become events, and the APIs that fill it.

    ``tried``: the list also holds what failed, so that a failed call of these APIs explains an untold entry.
    """

    action: str
    make: Make
    apis: frozenset[str]
    tried: bool = True


def _file(kind: type[ev.Event]) -> Make:
    def made(host: ev.HostRef, value: Any) -> Iterator[tuple[type[ev.Event], dict[str, Any]]]:
        if isinstance(value, str) and on_disk(value):
            yield kind, {"file": ev.FileRef(host, value)}

    return made


def _pair(kind: type[ev.Event]) -> Make:
    def made(host: ev.HostRef, value: Any) -> Iterator[tuple[type[ev.Event], dict[str, Any]]]:
        both = pair_of(value)
        if both and all(map(on_disk, both)):
            yield kind, {"file": ev.FileRef(host, both[0]), "target": ev.FileRef(host, both[1])}

    return made


def pair_of(value: Any) -> tuple[str, str] | None:
    """Old and new path of a move or copy."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) and part for part in value):
        return value[0], value[1]
    return None


def _value(kind: type[ev.Event]) -> Make:
    def made(host: ev.HostRef, value: Any) -> Iterator[tuple[type[ev.Event], dict[str, Any]]]:
        key, _, name = value.rpartition("\\") if isinstance(value, str) else ("", "", "")
        if key:
            yield kind, {"host": host, "key": key, "name": "" if name == DEFAULT_VALUE else name}

    return made


def _name(kind: type[ev.Event], field: str) -> Make:
    def made(host: ev.HostRef, value: Any) -> Iterator[tuple[type[ev.Event], dict[str, Any]]]:
        if isinstance(value, str) and value.strip():
            yield kind, {field: value} if kind is ev.MutexUsed else {"host": host, field: value}

    return made


def _address(host: ev.HostRef, value: Any) -> Iterator[tuple[type[ev.Event], dict[str, Any]]]:
    if isinstance(value, str) and is_address(value):
        yield ev.NetworkFlow, {"host": host, "address": value, "protocol": "ip"}


def _server(host: ev.HostRef, value: Any) -> Iterator[tuple[type[ev.Event], dict[str, Any]]]:
    if isinstance(value, str) and value.strip():
        yield from _address(host, value) if is_address(value) else _resolved(host, value)


_resolved = _name(ev.DnsResolved, "name")
_CREATES = frozenset({"NtCreateFile", "NtOpenFile"})
_DELETES = frozenset({"DeleteFileA", "DeleteFileW", "NtDeleteFile"})
_MOVES = frozenset({"MoveFileWithProgressW", "MoveFileWithProgressTransactedW"})
_COPIES = frozenset({"CopyFileA", "CopyFileW", "CopyFileExW"})
_SETS = frozenset({"RegSetValueExA", "RegSetValueExW", "NtSetValueKey"})
_READS = frozenset({"RegQueryValueExA", "RegQueryValueExW", "NtQueryValueKey"})
_NAMES = frozenset({"DnsQuery_A", "DnsQuery_W", "DnsQuery_UTF8", "getaddrinfo", "GetAddrInfoW", "gethostbyname"})
_SERVERS = frozenset({"InternetConnectA", "InternetConnectW"})
_FETCHES = frozenset({"InternetOpenUrlA", "InternetOpenUrlW"})
_DOWNLOADS = frozenset({"URLDownloadToFileW"})

# What a process did.
CATEGORIES: dict[str, Category] = {
    "file_created": Category("file write", _file(ev.FileCreated), _CREATES, tried=False),
    "file_recreated": Category("file write", _file(ev.FileCreated), _CREATES, tried=False),
    "file_written": Category("file write", _file(ev.FileWritten), _DOWNLOADS),
    "file_read": Category("file read", _file(ev.FileRead), frozenset({"NtReadFile"}), tried=False),
    "file_deleted": Category("file delete", _file(ev.FileDeleted), _DELETES),
    "file_moved": Category("move pair", _pair(ev.FileRenamed), _MOVES),
    "file_copied": Category("copy pair", _pair(ev.FileCopied), _COPIES),
    "dll_loaded": Category("file load", _file(ev.ModuleLoaded), frozenset({"LdrLoadDll"})),
    "regkey_written": Category("key write", _value(ev.RegistryValueSet), _SETS),
    "regkey_read": Category("key read", _value(ev.RegistryValueRead), _READS),
    "connects_ip": Category("address contact", _address, frozenset({"connect", "ConnectEx"})),
    "connects_host": Category("domain resolve", _server, _SERVERS),
    "resolves_host": Category("domain resolve", _resolved, _NAMES),
    "downloads_file": Category("url request", _name(ev.HttpRequested, "url"), _DOWNLOADS),
    "fetches_url": Category("url request", _name(ev.HttpRequested, "url"), _FETCHES),
    "mutex": Category("mutex use", _name(ev.MutexUsed, "name"), frozenset({"NtCreateMutant"})),
}

# What a process had to do with: these lists do not say what was done, or not whether it succeeded.
WEAK: dict[str, tuple[str, str]] = {
    "file_opened": ("File", "file any"),
    "file_exists": ("File", "file any"),
    "file_failed": ("File", "file any"),
    "directory_created": ("File", "file any"),
    "directory_removed": ("File", "file any"),
    "directory_enumerated": ("File", "file any"),
    "regkey_opened": ("RegistryKey", "key any"),
    "regkey_deleted": ("RegistryKey", "key delete"),
}
# 1.x and CAPE: access that was asked for, whether it was granted or not.
ASKED: dict[str, tuple[str, str]] = {
    "files": ("File", "file any"),
    "read_files": ("File", "file read"),
    "write_files": ("File", "file write"),
    "delete_files": ("File", "file delete"),
    "keys": ("RegistryKey", "key any"),
    "read_keys": ("RegistryKey", "key read"),
    "write_keys": ("RegistryKey", "key write"),
    "delete_keys": ("RegistryKey", "key delete"),
    "mutexes": ("Mutex", "mutex use"),
    "created_services": ("Service", "service create"),
    "started_services": ("Service", "service start"),
}
# Texts that have no node of their own: property of the process, and the APIs that fill the list.
TEXTS: dict[str, tuple[str, frozenset[str]]] = {
    "command_line": ("commands", frozenset({"CreateProcessInternalW", "ShellExecuteExW", "system"})),
    "wmi_query": ("wmi_queries", frozenset({"IWbemServices_ExecQuery", "IWbemServices_ExecQueryAsync"})),
    "guid": ("guids", frozenset({"CoCreateInstance", "CoCreateInstanceEx", "CoGetClassObject"})),
}
KEYS_ONLY = frozenset({"tls_master"})  # session keys for the capture, which is not part of the report
