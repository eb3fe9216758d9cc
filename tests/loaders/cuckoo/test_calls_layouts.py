"""Processes, threads and memory: arguments that only one layout spells so."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.calls import events
from helpers.reports import Program, call, cape, cuckoo, found

from graph_model import events as ev

OPEN = call("NtOpenProcess", process_handle="0x50", process_identifier=8, desired_access=0x1FFFFF)


def first(kind: type[ev.Event], *calls: Any, layout: Any = cuckoo) -> Any:
    return found(layout(Program(4, calls), Program(8)), kind)[0]


@pytest.mark.parametrize(
    ("api", "value", "suspended"),
    [
        ("NtCreateThread", 1, True),
        ("NtCreateThread", 0, False),
        ("RtlCreateUserThread", 1, True),
        ("NtCreateThreadEx", 1, True),
        ("NtCreateThreadEx", 0, False),
        ("NtCreateThreadEx", 4, False),  # the flags in its place: hidden from debuggers, not suspended
    ],
)
def test_2_0_prints_whether_a_thread_begins_suspended(api: str, value: int, suspended: bool) -> None:
    thread = call(api, process_handle="0x50", thread_handle="0x54", suspended=value)
    assert first(ev.ThreadCreated, OPEN, thread).suspended is suspended


def test_cape_prints_the_module_of_a_start_address() -> None:
    thread = call(
        "NtCreateThreadEx", ProcessHandle="0x50", StartAddress="0x10", CreateFlags="0x1", Module="kernel32.dll"
    )
    event = first(ev.ThreadCreated, OPEN, thread, layout=cape)
    assert (event.module, event.suspended, event.address) == ("kernel32.dll", True, 0x10)


def test_the_protection_of_kernel32_is_at_an_address() -> None:
    changed = call("VirtualProtectEx", ProcessHandle="0x50", Address="0x00400000", Size="0x1000", Protection="0x40")
    event = first(ev.MemoryProtected, OPEN, changed, layout=cape)
    assert (event.address, event.size, event.executable) == (0x400000, 0x1000, True)


def test_memory_is_read_through_wow64() -> None:
    event = first(ev.MemoryRead, OPEN, call("NtWow64ReadVirtualMemory64", ProcessHandle="0x50", BaseAddress="0x10"))
    assert event.address == 0x10


def test_a_context_is_set_through_wow64() -> None:
    calls = [
        call("NtOpenThread", ThreadHandle="0x54", ProcessId="8", ThreadId="12"),
        call("RtlWow64SetThreadContext", ThreadHandle="0x54", HollowedInstructionPointer="0x401000"),
    ]
    assert first(ev.ThreadContextSet, *calls, layout=cape).entry_point == 0x401000


def test_a_process_is_resumed_as_a_whole() -> None:
    event = first(ev.ThreadResumed, OPEN, call("NtResumeProcess", ProcessHandle="0x50", ProcessId="8"), layout=cape)
    assert (event.target.key, event.suspend_count) == ("8.0", None)


def test_the_image_of_a_native_creation_is_told() -> None:
    made = call("RtlCreateUserProcess", ImagePath=r"\??\C:\a.exe", ProcessId="8")
    assert first(ev.ProcessStarted, made, layout=cape).image.path == r"\??\C:\a.exe"


@pytest.mark.parametrize("api", ["CreateProcessA", "CreateProcessW"])
def test_one_creation_that_two_hooks_saw_is_one_child(api: str) -> None:
    given = {
        "ProcessId": "8",
        "ThreadId": "12",
        "ProcessHandle": "0x50",
        "ThreadHandle": "0x54",
        "CommandLine": "a.exe",
    }
    calls = [call("CreateProcessInternalW", **given), call(api, **given)]
    children = {event.process.key for event in found(cape(Program(4, calls), Program(8, ppid=4)), ev.ProcessStarted)}
    assert children == {"4.0", "8.0"}


@pytest.mark.parametrize("api", ["ShellExecuteExW", "WinExec", "system"])
def test_a_door_to_a_creation_is_no_second_creation(api: str) -> None:
    assert events(call(api, filepath=r"C:\a.exe", command="a.exe")) == []
