"""Large reports for benchmarks: what sandboxes write, call by call, until the file has the size that was asked for.

The mix follows what real reports hold: most calls close handles, look into the registry, ask for procedures, read and
write files; some allocate memory, a few reach the network. Paths and keys repeat as they do in real runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

JSON = dict[str, Any]
BEGIN = 1_500_000_000.0
PROCESSES = 6
_BUFFER = "MZ\\x90\\x00\\x03\\x00\\x00\\x00 some text that a program wrote into a file " * 3

# api, category, arguments of Cuckoo 2.0; `%d` is the number of the thing, which repeats
_MIX: tuple[tuple[str, str, JSON], ...] = (
    (
        "NtCreateFile",
        "file",
        {
            "file_handle": "0x00000140",
            "filepath": "C:\\Users\\user\\AppData\\Local\\Temp\\file-%d.tmp",
            "filepath_r": "\\??\\C:\\Users\\user\\AppData\\Local\\Temp\\file-%d.tmp",
            "desired_access": "0x40100080",
            "file_attributes": 128,
            "create_disposition": 5,
            "create_options": 96,
            "share_access": 0,
            "status_info": 2,
        },
    ),
    (
        "NtWriteFile",
        "file",
        {
            "file_handle": "0x00000140",
            "offset": 0,
            "buffer": _BUFFER,
            "filepath": "C:\\Users\\user\\AppData\\Local\\Temp\\file-%d.tmp",
        },
    ),
    ("NtClose", "system", {"handle": "0x00000140"}),
    (
        "RegOpenKeyExW",
        "registry",
        {
            "access": "0x00020019",
            "base_handle": "0x80000002",
            "key_handle": "0x000001f4",
            "regkey": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Component %d",
            "regkey_r": "SOFTWARE\\Microsoft\\Component %d",
            "options": 0,
        },
    ),
    (
        "RegQueryValueExW",
        "registry",
        {
            "key_handle": "0x000001f4",
            "regkey": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Component %d\\Path",
            "regkey_r": "Path",
            "reg_type": 1,
            "value": "C:\\Program Files\\Component",
        },
    ),
    ("RegCloseKey", "registry", {"key_handle": "0x000001f4"}),
    (
        "LdrGetProcedureAddress",
        "system",
        {
            "function_address": "0x75d1435f",
            "function_name": "GetProcessHeap",
            "module": "kernel32",
            "module_address": "0x75cc0000",
            "ordinal": 0,
        },
    ),
    ("LdrGetDllHandle", "system", {"module_address": "0x75cc0000", "module_name": "kernel32.dll", "stack_pivoted": 0}),
    ("GetSystemTimeAsFileTime", "synchronisation", {}),
    (
        "NtAllocateVirtualMemory",
        "process",
        {
            "allocation_type": 4096,
            "base_address": "0x003d0000",
            "process_handle": "0xffffffff",
            "process_identifier": 2000,
            "protection": 4,
            "region_size": 4096,
            "stack_dep_bypass": 0,
            "stack_pivoted": 0,
            "heap_dep_bypass": 0,
        },
    ),
    (
        "NtFreeVirtualMemory",
        "process",
        {
            "base_address": "0x003d0000",
            "free_type": 32768,
            "process_handle": "0xffffffff",
            "process_identifier": 2000,
            "size": 4096,
        },
    ),
    (
        "NtReadFile",
        "file",
        {
            "file_handle": "0x00000144",
            "offset": 0,
            "length": 4096,
            "buffer": _BUFFER,
            "filepath": "C:\\Windows\\System32\\library-%d.dll",
        },
    ),
    ("NtDelayExecution", "synchronisation", {"milliseconds": 50, "skipped": 0}),
    (
        "NtQueryValueKey",
        "registry",
        {
            "information_class": 2,
            "key_handle": "0x000001f8",
            "reg_type": 4,
            "value": 1,
            "regkey": "HKEY_CURRENT_USER\\Software\\Vendor\\Setting %d",
            "regkey_r": "Setting %d",
        },
    ),
    (
        "GetFileAttributesW",
        "file",
        {
            "file_attributes": 32,
            "filepath": "C:\\Windows\\System32\\library-%d.dll",
            "filepath_r": "C:\\Windows\\System32\\library-%d.dll",
        },
    ),
    ("NtClose", "system", {"handle": "0x00000144"}),
    ("connect", "network", {"ip_address": "203.0.113.%d", "port": 443, "socket": 300}),
    (
        "NtOpenKey",
        "registry",
        {
            "desired_access": "0x00020019",
            "key_handle": "0x000001f8",
            "regkey": "HKEY_CURRENT_USER\\Software\\Vendor\\Setting %d",
        },
    ),
)
_DISTINCT = 250


def _filled(arguments: JSON, number: int) -> JSON:
    return {n: v.replace("%d", str(number)) if isinstance(v, str) else v for n, v in arguments.items()}


def _cuckoo_call(number: int) -> JSON:
    api, category, arguments = _MIX[number % len(_MIX)]
    return {
        "category": category,
        "status": 1,
        "stacktrace": [],
        "api": api,
        "return_value": 0,
        "arguments": _filled(arguments, number // len(_MIX) % _DISTINCT),
        "time": BEGIN + number / 1000,
        "tid": 2044,
        "flags": {},
    }


def _cape_call(number: int) -> JSON:
    api, category, arguments = _MIX[number % len(_MIX)]
    filled = _filled(arguments, number // len(_MIX) % _DISTINCT)
    seconds = number // 1000 % 86_400
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{number % 1000:03d}"
    return {
        "timestamp": f"2021-03-23 {clock}",
        "thread_id": "2044",
        "caller": "0x7ff8a1b2c3d4",
        "parentcaller": "0x7ff8a1b2c000",
        "category": category,
        "api": api,
        "status": True,
        "return": "0x00000000",
        "pretty_return": "SUCCESS",
        "arguments": [{"name": _camel(name), "value": str(value)} for name, value in filled.items()],
        "repeated": number % 7 // 6,
        "id": number,
    }


def _camel(name: str) -> str:
    special = {"filepath": "FileName", "regkey": "FullName", "ip_address": "IpAddress"}
    return special.get(name) or "".join(part.capitalize() for part in name.split("_"))


def _process(layout: str, index: int) -> JSON:
    if layout == "cuckoo":
        return {
            "process_path": f"C:\\Temp\\program{index}.exe",
            "process_name": f"program{index}.exe",
            "pid": 2000 + 4 * index,
            "ppid": 1996 + 4 * index,
            "first_seen": BEGIN + index,
            "track": True,
            "type": "process",
        }
    return {
        "process_id": 2000 + 4 * index,
        "process_name": f"program{index}.exe",
        "parent_id": 1996 + 4 * index,
        "module_path": f"C:\\Temp\\program{index}.exe",
        "first_seen": f"2021-03-23 00:00:0{index},000",
        "threads": ["2044"],
        "environ": {"UserName": "user", "ComputerName": "PC"},
    }


def _calls(layout: str, megabytes: float) -> Iterator[str]:
    """Calls as text until the share of one process is full."""
    make = _cuckoo_call if layout == "cuckoo" else _cape_call
    written, number = 0, 0
    while written < megabytes * 1e6:
        text = json.dumps(make(number))
        written += len(text) + 2
        number += 1
        yield text


def write(path: Path, layout: str, megabytes: float) -> None:
    """Write a report of this layout (``cuckoo`` for 2.0.x, ``cape``) and size."""
    info: JSON = {"id": 7, "version": "2.0.1", "started": BEGIN - 60, "ended": BEGIN + 600}
    if layout == "cape":
        info = {"id": 7, "version": "2.4-CAPE", "started": "2021-03-22 23:59:00", "ended": "2021-03-23 00:10:00"}
    with path.open("w") as file:
        top = '"CAPE": {}, ' if layout == "cape" else ""
        file.write(f'{{"info": {json.dumps(info)}, {top}"behavior": {{"processes": [')
        for index in range(PROCESSES):
            head = json.dumps(_process(layout, index))[:-1]
            file.write(f'{", " if index else ""}{head}, "calls": [')
            for number, call in enumerate(_calls(layout, megabytes / PROCESSES)):
                file.write(f", {call}" if number else call)
            file.write("]}")
        file.write("]}}")
