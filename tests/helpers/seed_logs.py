"""The programs of the three logs of MWS Cup 2017, task 3-1, with the numbers of the slides.

Only 2.0.x prints the target's pid with a memory call, so the other layouts need the opening of Log1's target, which the
slides do not print.
"""

from __future__ import annotations

from typing import Any

from helpers.reports import Call, Program, call

OPENING = call("NtOpenProcess", process_handle="0x000000fc", process_identifier=384, desired_access="0x001f0fff")


def on(pid: int, api: str, /, **arguments: Any) -> Call:
    """A call that prints the pid of its target."""
    return call(api, process_identifier=pid, **arguments)


def log1() -> list[Program]:
    handle = {"process_handle": "0x000000fc"}
    calls = [
        on(384, "NtAllocateVirtualMemory", base_address="0x00ba0000", region_size=4096, protection=64,
           allocation_type=12288, **handle),
        on(384, "WriteProcessMemory", base_address="0x00ba0000", buffer=".", returned=1, **handle),
        on(384, "CreateRemoteThread", function_address="0x00ba0000", parameter="0x00a00000", thread_identifier=0,
           returned=172, **handle),
    ]  # fmt: skip
    return [Program(3972, calls, "iexplore.exe")]


def log2() -> list[Program]:
    process, thread = {"process_handle": "0x000001ac"}, {"thread_handle": "0x000001a8"}
    calls = [
        on(4020, "CreateProcessInternalW", thread_identifier=4024, creation_flags=67108868, filepath="",
           command_line=r"C:\Windows\system32\svchost.exe", returned=1, **process, **thread),
        on(4020, "NtMapViewOfSection", section_handle="0x00000128", base_address="0x00200000", view_size=122880,
           win32_protect=64, **process),
        on(4020, "NtSetContextThread", registers={"eip": 2228760, "eax": 2228224}, **thread),
        on(4020, "NtResumeThread", suspend_count=1, **thread),
    ]  # fmt: skip
    return [Program(3548, calls, "7140e68ebe1.exe")]


def log3() -> list[Program]:
    first, second = {"thread_handle": "0x000000a0"}, {"thread_handle": "0x000000a4"}
    hollows = [
        on(3428, "CreateProcessInternalW", thread_identifier=3432, process_handle="0x000000a4", filepath="",
           returned=1, **first),
        on(3428, "NtSetContextThread", registers={"eip": 2004906136, "eax": 4274336}, **first),
        on(3428, "NtResumeThread", suspend_count=1, **first),
    ]  # fmt: skip
    queues = [
        on(3604, "CreateProcessInternalW", thread_identifier=3608, process_handle="0x000000a8", filepath="",
           returned=1, **second),
        on(3604, "NtMapViewOfSection", section_handle="0x000000dc", base_address="0x000a0000", view_size=159744,
           win32_protect=64, process_handle="0x000000a8"),
        on(3604, "NtQueueApcThread", function_address="0x00000000", parameter="0x00000000", **second),
        on(3604, "NtResumeThread", suspend_count=1, **second),
    ]  # fmt: skip
    for number, step in enumerate([*hollows, *queues], 1):
        step.time = float(number)
    return [Program(3292, hollows, "cda34.exe"), Program(3428, queues, "cda34.exe", ppid=3292, seen=1.5)]
