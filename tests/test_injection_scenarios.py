"""What is an injection and what is not, in all layouts: answers by hand from ATT&CK and from what Windows does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import EllipsisType
from typing import Any

import pytest
from helpers.monitors import MONITORS, by_cuckoomon, by_the_oldest
from helpers.reports import SELF_32, Program, call, cape, cuckoo

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

ME, OTHER, CHILD = 100, 200, 300
RW, RWX, RX = 4, 64, 32
H, T = "0x00000040", "0x00000044"
BASE = 0x400000


def opened(pid: int = OTHER, handle: str = H) -> Any:
    return call("NtOpenProcess", process_identifier=pid, process_handle=handle, desired_access="0x1fffff")


def created(pid: int = CHILD, flags: int = 4) -> Any:
    return call(
        "CreateProcessInternalW",
        process_identifier=pid,
        thread_identifier=pid + 4,
        process_handle=H,
        thread_handle=T,
        creation_flags=flags,
        filepath="C:\\Windows\\System32\\svchost.exe",
        command_line="svchost.exe",
    )


def allocated(protection: int = RWX, address: int = BASE, handle: str = H, *, ok: bool = True) -> Any:
    return call(
        "NtAllocateVirtualMemory",
        process_handle=handle,
        base_address=hex(address),
        region_size="0x1000",
        protection=str(protection),
        ok=ok,
    )


def protected(protection: int, address: int = BASE) -> Any:
    return call(
        "NtProtectVirtualMemory", process_handle=H, base_address=hex(address), length=4096, protection=protection
    )


def wrote(address: int = BASE, buffer: str = "\\xfc\\xe8", *, ok: bool = True, handle: str = H) -> Any:
    return call("WriteProcessMemory", process_handle=handle, base_address=hex(address), buffer=buffer, ok=ok)


def mapped(protection: int = RWX, handle: str = H) -> Any:
    return call(
        "NtMapViewOfSection",
        section_handle="0x00000060",
        process_handle=handle,
        base_address=hex(BASE),
        view_size=4096,
        win32_protect=protection,
    )


def thread(start: int = BASE, parameter: int = 0) -> Any:
    return call(
        "CreateRemoteThread", process_handle=H, function_address=hex(start), parameter=hex(parameter), returned=0x88
    )


def context(pointer: int = BASE, handle: str = T) -> Any:
    return call("NtSetContextThread", thread_handle=handle, registers={"eip": pointer, "eax": pointer})


def resumed(count: int = 1, handle: str = T) -> Any:
    return call("NtResumeThread", thread_handle=handle, suspend_count=count)


def suspended(handle: str = T) -> Any:
    return call("NtSuspendThread", thread_handle=handle, suspend_count=0)


def apc(routine: int = BASE, parameter: int = 0) -> Any:
    return call("NtQueueApcThread", thread_handle=T, function_address=hex(routine), parameter=hex(parameter))


def thread_opened(pid: int = OTHER) -> Any:
    return call("NtOpenThread", thread_handle=T, thread_identifier=pid + 4, process_identifier=pid)


Found = tuple[int, str, str] | None


@dataclass
class Scenario:
    """Calls of process 100, and what they are: (target, technique, confidence), or nothing.

    Old monitors print less: ``old`` is what is left of it in Cuckoo 1.x, ``oldest`` in 0.4 (``...``: as in the newer).
    """

    title: str
    calls: list[Any]
    found: Found
    old: Found | EllipsisType = ...
    oldest: Found | EllipsisType = ...

    def answer(self, layout: Any) -> Found:
        """What a report of this layout lets one know."""
        told = [self.found]
        if layout in (by_cuckoomon, by_the_oldest) and self.old is not ...:
            told.append(self.old)
        if layout is by_the_oldest and self.oldest is not ...:
            told.append(self.oldest)
        return told[-1]


SCENARIOS = [
    Scenario(
        "shellcode and a remote thread", [opened(), allocated(), wrote(), thread()], (OTHER, "T1055.002", "confirmed")
    ),
    Scenario(
        "the handle's opening is not recorded, the pid is",
        [call("CreateRemoteThread", process_identifier=OTHER, function_address="0x1000")],
        (OTHER, "T1055.002", "likely"),
        old=None,  # no pid is printed
    ),
    Scenario(
        "no allocation is hooked: the thread starts where was written",
        [opened(), wrote(), thread()],
        (OTHER, "T1055.002", "confirmed"),
    ),
    Scenario(
        "plain memory, then made executable",
        [opened(), allocated(RW), wrote(), protected(RX), thread()],
        (OTHER, "T1055.002", "confirmed"),
    ),
    Scenario(
        "the path of a DLL and LoadLibrary",
        [opened(), allocated(RW), wrote(buffer="C:\\evil.dll"), thread(0x77000000, BASE)],
        (OTHER, "T1055.001", "confirmed"),
    ),
    Scenario(
        "a wide path of a DLL",
        [
            opened(),
            allocated(RW),
            wrote(buffer="C\\x00:\\x00\\\\x00e\\x00.\\x00d\\x00l\\x00l\\x00"),
            thread(0x77000000, BASE),
        ],
        (OTHER, "T1055.001", "confirmed"),
    ),
    Scenario("the write failed: nothing was put there but memory", [opened(), allocated(), wrote(ok=False)], None),
    Scenario("the allocation failed, and so did the write", [opened(), allocated(ok=False), wrote(ok=False)], None),
    Scenario(
        "the thread came first", [opened(), thread(0x77000000), allocated(), wrote()], (OTHER, "T1055.002", "likely")
    ),
    Scenario(
        "hollowing with unmap, write, context, resume",
        [
            created(),
            call("NtUnmapViewOfSection", process_handle=H, base_address=hex(BASE)),
            allocated(),
            wrote(buffer="MZ\\x90"),
            context(),
            resumed(),
        ],
        (CHILD, "T1055.012", "confirmed"),
    ),
    Scenario(
        "hollowing with a section; the pointer lies outside",
        [created(), mapped(), context(0x999999), resumed()],
        (CHILD, "T1055.012", "confirmed"),
    ),
    Scenario(
        "hollowing without a new context: the image replaced at its own address",
        [
            created(),
            call("NtUnmapViewOfSection", process_handle=H, base_address=hex(BASE)),
            allocated(),
            wrote(),
            resumed(),
        ],
        (CHILD, "T1055.012", "confirmed"),
        old=(CHILD, "T1055", "weak"),  # that the image was unmapped is not recorded
        oldest=None,  # nor is the memory: a write into an own child, as in every creation
    ),
    Scenario(
        "an image put into an own child without a new context",
        [
            created(),
            call("NtUnmapViewOfSection", process_handle=H, base_address=hex(BASE)),
            allocated(),
            wrote(buffer="MZ\\x90"),
            resumed(),
        ],
        (CHILD, "T1055.012", "confirmed"),
        old=(CHILD, "T1055", "weak"),
    ),
    Scenario(
        "the entry point patched",
        [created(), protected(RWX, 0x401000), wrote(0x401234), resumed()],
        (CHILD, "T1055.012", "confirmed"),
    ),
    Scenario(
        "only the context of an own suspended child", [created(), context(), resumed()], (CHILD, "T1055.012", "likely")
    ),
    Scenario(
        "a thread of another process hijacked",
        [opened(), thread_opened(), suspended(), allocated(), wrote(), context(), resumed()],
        (OTHER, "T1055.003", "confirmed"),
        old=(OTHER, "T1055", "likely"),  # whose thread was opened is not recorded
        oldest=(OTHER, "T1055", "weak"),
    ),
    Scenario(
        "an APC into another process",
        [opened(), thread_opened(), allocated(), wrote(), apc()],
        (OTHER, "T1055.004", "confirmed"),
        old=(OTHER, "T1055", "likely"),
        oldest=(OTHER, "T1055", "weak"),
    ),
    Scenario(
        "early bird",
        [created(), allocated(), wrote(), apc(), resumed()],
        (CHILD, "T1055.004", "confirmed"),
        old=(CHILD, "T1055", "weak"),
        oldest=None,
    ),
    Scenario(
        "early bird with a section",
        [created(), mapped(), apc(0), resumed()],
        (CHILD, "T1055.004", "confirmed"),
        old=(CHILD, "T1055", "weak"),
    ),
    Scenario("a section and a remote thread in it", [opened(), mapped(), thread()], (OTHER, "T1055.002", "confirmed")),
    Scenario(
        "a section of code, no run recorded",
        [opened(), mapped()],
        (OTHER, "T1055", "likely"),
        old=(OTHER, "T1055", "weak"),  # whether it can be run is not recorded
    ),
    Scenario(
        "a section of data shared with another process",
        [opened(), mapped(RW)],
        None,
        old=(OTHER, "T1055", "weak"),  # nor that it is data
    ),
    Scenario(
        "data and an APC into a system routine",
        [opened(), thread_opened(), allocated(RW), wrote(), apc(0x77001000, BASE)],
        (OTHER, "T1055.004", "weak"),
        old=(OTHER, "T1055", "weak"),
    ),
    Scenario(
        "executable memory written, no run recorded",
        [opened(), allocated(), wrote()],
        (OTHER, "T1055", "likely"),
        oldest=(OTHER, "T1055", "weak"),
    ),
    Scenario("data written, no run recorded", [opened(), allocated(RW), wrote()], (OTHER, "T1055", "weak")),
    Scenario(
        "executable memory in an own child that was merely started",
        [created(), allocated(), wrote(), resumed()],
        (CHILD, "T1055", "weak"),
        oldest=None,
    ),
    Scenario(
        "parameters for an own child, as in every creation",
        [created(), allocated(RW), wrote(), wrote(0x7FFD8000, "\\x00\\x00"), resumed()],
        None,
    ),
    Scenario(
        "memory read",
        [opened(), call("ReadProcessMemory", process_handle=H, base_address=hex(BASE), buffer="MZ")],
        None,
    ),
    Scenario(
        "an own child started by Windows XP, whose inner calls are logged before the creation itself",
        [
            call("NtCreateProcessEx", process_handle=H, desired_access="0x1f0fff"),
            allocated(RW, 0x10000),
            *[wrote(address, "x") for address in (0x10000, 0x20000, 0x7FFD8000)],
            allocated(RW, 0x30000),
            protected(0x104, 0x2E000),
            call("NtCreateThread", thread_handle=T, process_handle=H),
            resumed(),
            created(flags=0),
        ],
        None,
    ),
    Scenario(
        "an own child started by later versions, whose inner calls are logged before the creation itself",
        [
            call("NtCreateUserProcess", process_handle=H, thread_handle=T, ImagePathName="C:\\x\\svchost.exe"),
            allocated(RW, 0x10000),
            wrote(0x10000, "x"),
            wrote(0x7FFD8000, "\\x00\\x00"),
            resumed(),
            created(flags=0),
        ],
        None,
    ),
    Scenario(
        "the same, and then the image is replaced",
        [
            call("NtCreateProcessEx", process_handle=H, desired_access="0x1f0fff"),
            wrote(0x20000, "x"),
            call("NtCreateThread", thread_handle=T, process_handle=H),
            created(),
            allocated(),
            wrote(buffer="MZ\\x90"),
            context(),
            resumed(),
        ],
        (CHILD, "T1055.012", "confirmed"),
    ),
    Scenario("only opened", [opened()], None),
    Scenario("only a child", [created(flags=0)], None),
    Scenario("a suspended child, resumed", [created(), resumed()], None),
    Scenario("memory allocated and nothing else", [opened(), allocated()], None),
    Scenario(
        "threads of another process suspended and resumed, as by an error reporter",
        [opened(), thread_opened(), suspended(), resumed()],
        None,
    ),
    Scenario(
        "everything in the own process",
        [
            allocated(handle=SELF_32),
            wrote(handle=SELF_32),
            call("NtCreateThreadEx", process_handle=SELF_32, function_address=hex(BASE)),
        ],
        None,
    ),
    Scenario(
        "a closed handle given out for another process",
        [opened(OTHER), call("NtClose", handle=H), opened(CHILD), allocated(), wrote(), thread()],
        (CHILD, "T1055.002", "confirmed"),
    ),
]


@pytest.mark.parametrize("layout", [cape, *MONITORS], ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_a_scenario_is_what_it_is(embedded_store: Store, tmp_path: Path, scenario: Scenario, layout: Any) -> None:
    report = tmp_path / "report.json"
    programs = [Program(ME, scenario.calls, "me.exe"), Program(OTHER, [], "other.exe")]
    report.write_text(json.dumps(layout(*programs)), encoding="utf-8")
    load(embedded_store, [report], Context(), Settings())
    rows = runner.run(embedded_store, "injections", {"min_confidence": "weak"}).rows
    found = [(row["target_pid"], row["technique"], row["confidence"]) for row in rows]
    answer = scenario.answer(layout)
    assert found == ([answer] if answer else [])


@pytest.mark.parametrize("layout", [cuckoo, cape], ids=lambda layout: layout.__name__)
def test_a_chain_goes_on_through_a_spawned_process(embedded_store: Store, tmp_path: Path, layout: Any) -> None:
    programs = [
        Program(ME, [opened(), allocated(), wrote(), thread()], "a.exe", seen=0),
        Program(OTHER, [created(flags=0)], "b.exe", seen=1),
        Program(CHILD, [opened(400), allocated(), wrote(), thread()], "c.exe", seen=2, ppid=OTHER),
        Program(400, [], "d.exe", seen=0),
    ]
    for number, program in enumerate(programs):
        for step in program.calls:
            step.time = 2.0 + number
    report = tmp_path / "report.json"
    report.write_text(json.dumps(layout(*programs)), encoding="utf-8")
    load(embedded_store, [report], Context(), Settings())
    (row,) = runner.run(embedded_store, "injection-paths").rows
    assert (row["hops"], row["pids"]) == (2, [ME, OTHER, CHILD, 400])


BY_PID = {"process_identifier": OTHER}


@pytest.mark.parametrize(
    ("calls", "technique"),
    [
        (
            [
                call("WriteProcessMemory", base_address=hex(BASE), buffer="C:\\x.dll", **BY_PID),
                call("CreateRemoteThread", function_address="0x77000000", parameter=hex(BASE), **BY_PID),
            ],
            "T1055.001",
        ),
        (
            [
                call("WriteProcessMemory", base_address=hex(BASE), buffer="MZ", **BY_PID),
                call("CreateRemoteThread", function_address=hex(BASE + 1), **BY_PID),
            ],
            "T1055.002",
        ),
        (
            [
                call("NtMapViewOfSection", base_address=hex(BASE), view_size=4096, win32_protect=RWX, **BY_PID),
                call("NtSetContextThread", registers={"eip": 1}, **BY_PID),
            ],
            "T1055.003",
        ),
        (
            [
                call("NtMapViewOfSection", base_address=hex(BASE), view_size=4096, win32_protect=RWX, **BY_PID),
                call("NtQueueApcThread", function_address="0x00000000", parameter="0x00000000", **BY_PID),
            ],
            "T1055.004",
        ),
    ],
    ids=["dll", "shellcode", "hijack", "apc"],
)
def test_the_opening_of_the_target_is_an_optional_step(
    embedded_store: Store, tmp_path: Path, calls: list[Any], technique: str
) -> None:
    report = tmp_path / "report.json"
    report.write_text(json.dumps(cuckoo(Program(ME, calls), Program(OTHER))), encoding="utf-8")
    load(embedded_store, [report], Context(), Settings())
    rows = runner.run(embedded_store, "injections").rows
    found = [(row["target_pid"], row["technique"], row["confidence"]) for row in rows]
    assert found == [(OTHER, technique, "confirmed")]


def test_hollowing_needs_no_creation_in_the_calls_where_the_list_names_the_parent(
    embedded_store: Store, tmp_path: Path
) -> None:
    child = {"process_identifier": CHILD}
    calls = [
        call("NtMapViewOfSection", base_address=hex(BASE), view_size=4096, win32_protect=RWX, **child),
        call("NtSetContextThread", registers={"eip": 1}, **child),
    ]
    report = tmp_path / "report.json"
    report.write_text(json.dumps(cuckoo(Program(ME, calls), Program(CHILD, ppid=ME))), encoding="utf-8")
    load(embedded_store, [report], Context(), Settings())
    (row,) = runner.run(embedded_store, "injections").rows
    assert (row["target_pid"], row["technique"], row["confidence"]) == (CHILD, "T1055.012", "confirmed")
