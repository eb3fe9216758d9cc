"""Reports with nothing in them but what the monitor of their version prints: hooks, arguments, spellings.

Tests write the calls of an attack as Cuckoo 2.0.x sees them; a layout here leaves out what its monitor does not hook,
and of every other call the arguments that it does not print. Calls that are not listed stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from helpers.reports import JSON, Call, Program, cape, cuckoo, cuckoo_04, cuckoo_1

Hooks = Mapping[str, Mapping[str, str]]  # API: name in 2.0.x, name here

_THREAD = {"thread_handle": "ThreadHandle"}
_COUNTED = _THREAD | {"suspend_count": "SuspendCount"}
_MEMORY = {"process_handle": "ProcessHandle", "base_address": "BaseAddress"}
_ALLOCATED = _MEMORY | {"region_size": "RegionSize", "protection": "Protection"}
_WRITTEN = _MEMORY | {"buffer": "Buffer"}
_PROTECTED = _MEMORY | {"length": "NumberOfBytesProtected", "protection": "NewAccessProtection"}
_SECTION = {"section_handle": "SectionHandle", "desired_access": "DesiredAccess", "file_handle": "FileHandle"}
_MAPPED = {"section_handle": "SectionHandle"} | _MEMORY | {"section_offset": "SectionOffset"}
_OPENED = {"process_handle": "ProcessHandle", "desired_access": "DesiredAccess"}
_STARTED = {
    "process_handle": "ProcessHandle",
    "function_address": "StartRoutine",
    "parameter": "Parameter",
    "creation_flags": "CreationFlags",
    "thread_identifier": "ThreadId",
}
_CREATED = {
    "filepath": "ApplicationName",
    "command_line": "CommandLine",
    "creation_flags": "CreationFlags",
    "process_identifier": "ProcessId",
    "thread_identifier": "ThreadId",
    "process_handle": "ProcessHandle",
    "thread_handle": "ThreadHandle",
}
_KEY = {"regkey_r": "SubKey"}
_VALUE = {"regkey_r": "ValueName"}
_LOOKED_AT: Hooks = {
    **dict.fromkeys(("RegOpenKeyExA", "RegOpenKeyExW"), _KEY),
    **dict.fromkeys(("RegQueryValueExA", "RegQueryValueExW"), _VALUE),
    "LdrGetDllHandle": {"module_name": "FileName"},
    "GetSystemMetrics": {"index": "SystemMetricIndex"},
    "DeviceIoControl": {"control_code": "IoControlCode"},
    "NtReadFile": {"file_handle": "FileHandle"},
    "NtSetInformationThread": {"information_class": "ThreadInformationClass"},
    "NtQueryInformationProcess": {"information_class": "ProcessInformationClass"},
    "NtQuerySystemInformation": {"information_class": "SystemInformationClass"},
}
_WHOSE = {"process_identifier": "ProcessId", "thread_identifier": "ThreadId"}

CUCKOOMON: Hooks = _LOOKED_AT | {
    "NtOpenProcess": _OPENED | {"process_identifier": "ProcessIdentifier"},
    "CreateProcessInternalW": _CREATED,
    "NtAllocateVirtualMemory": _ALLOCATED,
    "NtProtectVirtualMemory": _PROTECTED,
    "WriteProcessMemory": _WRITTEN,
    "NtWriteVirtualMemory": _WRITTEN,
    "ReadProcessMemory": _WRITTEN,
    "NtReadVirtualMemory": _WRITTEN,
    "NtCreateSection": _SECTION,
    "NtMapViewOfSection": _MAPPED,
    "NtOpenThread": _THREAD,
    "NtSetContextThread": _THREAD,
    "NtGetContextThread": _THREAD,
    "NtSuspendThread": _COUNTED,
    "NtResumeThread": _COUNTED,
    "CreateRemoteThread": _STARTED,
}
CAPEMON: Hooks = CUCKOOMON | {
    **dict.fromkeys(("RegOpenKeyExA", "RegOpenKeyExW"), _KEY | {"regkey": "FullName"}),
    **dict.fromkeys(("RegQueryValueExA", "RegQueryValueExW"), _VALUE | {"regkey": "FullName"}),
    "NtReadFile": {"file_handle": "FileHandle", "filepath": "HandleName"},
    "NtMapViewOfSection": _MAPPED | {"view_size": "ViewSize", "win32_protect": "Win32Protect"},
    "NtOpenThread": _THREAD | _WHOSE,
    "NtSetContextThread": _THREAD | _WHOSE,
    "NtResumeThread": _COUNTED | _WHOSE,
    "NtQueueApcThread": _WHOSE | _THREAD,
    "CreateRemoteThread": _STARTED | {"process_identifier": "ProcessId"},
}
_NOT_HOOKED = frozenset({"NtQueueApcThread", "NtCreateThreadEx", "NtUnmapViewOfSection"})
_NOT_HOOKED |= {"IWbemServices_ExecQuery", "WNetGetProviderNameW", "GetFileAttributesW"}
_NOT_HOOKED_IN_04 = _NOT_HOOKED | {"NtAllocateVirtualMemory"}
_SPELT = {"NtMapViewOfSection": "ZwMapViewOfSection"}
_SPELT_BY_CAPE = {"IWbemServices_ExecQuery": "WMI_ExecQuery"}


def printed(calls: Sequence[Call], hooks: Hooks, lacking: frozenset[str], spelt: Mapping[str, str]) -> list[Call]:
    """What of these calls a monitor prints."""
    return [_printed(c, hooks, spelt) for c in calls if c.api not in lacking]


def _printed(c: Call, hooks: Hooks, spelt: Mapping[str, str]) -> Call:
    names = hooks.get(c.api)
    if names is None:
        return replace(c, api=spelt.get(c.api, c.api))
    arguments = {names[name]: value for name, value in c.arguments.items() if name in names}
    if "ProcessIdentifier" in arguments:  # given as a pointer, and so in hexadecimal
        arguments["ProcessIdentifier"] = f"0x{int(str(arguments['ProcessIdentifier']), 0):08x}"
    return replace(c, api=spelt.get(c.api, c.api), arguments=arguments)


def _with(program: Program, calls: list[Call]) -> Program:
    return replace(program, calls=calls)


def by_capemon(*programs: Program, **sections: object) -> JSON:
    """CAPE: memory calls print no pid, thread calls do."""
    return cape(*(_with(p, printed(p.calls, CAPEMON, frozenset(), _SPELT_BY_CAPE)) for p in programs), **sections)


def by_cuckoomon(*programs: Program, **sections: object) -> JSON:
    """Cuckoo 1.x: no pid but where a process is created or opened, no registers, no protection of a mapped section."""
    return cuckoo_1(*(_with(p, printed(p.calls, CUCKOOMON, _NOT_HOOKED, _SPELT)) for p in programs), **sections)


def by_the_oldest(*programs: Program, **sections: object) -> JSON:
    """Cuckoo 0.4: moreover no allocations."""
    return cuckoo_04(*(_with(p, printed(p.calls, CUCKOOMON, _NOT_HOOKED_IN_04, _SPELT)) for p in programs), **sections)


Layout = Callable[..., JSON]
MONITORS: tuple[Layout, ...] = (cuckoo, by_capemon, by_cuckoomon, by_the_oldest)
