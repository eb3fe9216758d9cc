"""What is an injection and what is not, in all layouts: answers by hand from ATT&CK and from what Windows does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import EllipsisType
from typing import Any

import pytest
from helpers.monitors import MONITORS, by_capemon, by_cuckoomon, by_the_oldest
from helpers.reports import SELF_32, Program, call, cape, cuckoo, cuckoo_1

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


def thread(start: int = BASE, parameter: int = 0, flags: int = 0) -> Any:
    where = {"function_address": hex(start), "parameter": hex(parameter), "creation_flags": flags}
    return call("CreateRemoteThread", process_handle=H, thread_identifier=900, returned=0x88, **where)


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

    Other monitors print less: ``capemon`` is what is left of it in CAPE, ``old`` in Cuckoo 1.x, ``oldest`` in 0.4
    (``...``: as in the newer).
    """

    title: str
    calls: list[Any]
    found: Found
    capemon: Found | EllipsisType = ...
    old: Found | EllipsisType = ...
    oldest: Found | EllipsisType = ...

    def answer(self, layout: Any) -> Found:
        """What a report of this layout lets one know."""
        if layout is by_capemon and self.capemon is not ...:
            return self.capemon
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
    Scenario(
        "executable memory and a thread in it, no write recorded",
        [opened(), allocated(), thread()],
        (OTHER, "T1055.002", "likely"),
    ),
    Scenario(
        "the write failed, the thread was created all the same",
        [opened(), allocated(), wrote(ok=False), thread()],
        (OTHER, "T1055.002", "likely"),
    ),
    Scenario(
        "a thread created suspended, and resumed",
        [opened(), allocated(), wrote(), thread(flags=4), resumed(handle="0x00000088")],
        (OTHER, "T1055.002", "confirmed"),
    ),
    Scenario(
        "a thread created suspended that never runs",
        [opened(), allocated(), wrote(), thread(flags=4)],
        (OTHER, "T1055.002", "likely"),
    ),
    Scenario(
        "a command line as data, and a thread at a routine of the system that takes it",
        [opened(), allocated(RW), wrote(buffer="calc.exe"), thread(0x77001000, BASE)],
        (OTHER, "T1055", "likely"),
        oldest=(OTHER, "T1055.002", "likely"),  # that it is data is not recorded
    ),
    Scenario(
        "the path of a DLL and an APC at LoadLibrary",
        [opened(), thread_opened(), allocated(RW), wrote(buffer="C:\\evil.dll"), apc(0x77001000, BASE)],
        (OTHER, "T1055.004", "confirmed"),
        capemon=(OTHER, "T1055.004", "likely"),  # neither the routine nor its argument is printed
        old=(OTHER, "T1055", "weak"),
    ),
    Scenario(
        "early bird in a child that only its resume shows to be suspended",
        [created(flags=0), allocated(), wrote(), apc(), resumed()],
        (CHILD, "T1055.004", "confirmed"),
        old=(CHILD, "T1055", "weak"),
        oldest=None,
    ),
    Scenario(
        "early bird whose child is never resumed",
        [created(), allocated(), wrote(), apc()],
        (CHILD, "T1055.004", "likely"),
        old=(CHILD, "T1055", "weak"),
        oldest=None,
    ),
    Scenario(
        "hollowing whose child is never resumed",
        [created(), allocated(), wrote(buffer="MZ\\x90"), context()],
        (CHILD, "T1055.012", "likely"),
    ),
    Scenario(
        "the thread of an own child that ran is stopped and redirected",
        [created(flags=0), suspended(), allocated(), wrote(), context(), resumed()],
        (CHILD, "T1055.003", "confirmed"),
        oldest=(CHILD, "T1055.003", "likely"),
    ),
    Scenario(
        "a system library of an own child patched, as the broker of a browser's sandbox does",
        [created(), protected(RWX, 0x77801000), wrote(0x77801234), protected(RX, 0x77801000), resumed()],
        (CHILD, "T1055.012", "weak"),
    ),
    Scenario(
        "a process made by NtCreateProcessEx and its first thread",
        [
            call("NtCreateProcessEx", process_handle=H, process_identifier=CHILD),
            allocated(RW, 0x10000),
            wrote(0x10000, "x"),
            call("NtCreateThreadEx", process_handle=H, function_address="0x401000"),
        ],
        None,
    ),
    Scenario(
        "a suspended thread, its code written before it is resumed",
        [opened(), allocated(), thread(flags=4), wrote(), resumed(handle="0x00000088")],
        (OTHER, "T1055.002", "confirmed"),
    ),
    Scenario(
        "the context is set first, the image written next, the child resumed last",
        [created(), context(), allocated(), wrote(buffer="MZ\\x90"), resumed()],
        (CHILD, "T1055.012", "confirmed"),
    ),
    Scenario(
        "a plain view that is made executable in the target",
        [opened(), mapped(RW), protected(RX), thread()],
        (OTHER, "T1055.002", "confirmed"),
    ),
    Scenario(
        "a section of code, and a jump to it over what the child held",
        [created(), mapped(), wrote(0x00C72104, "h\\x00\\x01@\\x00\\xc3"), resumed()],
        (CHILD, "T1055.012", "confirmed"),
        old=(CHILD, "T1055", "weak"),  # whether the section can be run is not recorded
    ),
    Scenario(
        "a child that already runs is stopped and patched",
        [created(flags=0), resumed(), suspended(), protected(RWX, 0x401000), wrote(0x401234), resumed()],
        (CHILD, "T1055", "weak"),
    ),
    Scenario(
        "a debugger sets a breakpoint in its child and steps back",
        [created(flags=1), suspended(), wrote(0x401234, "\\xcc"), context(0x401234), resumed()],
        (CHILD, "T1055.003", "likely"),
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


def pairs_of(store: Store, tmp_path: Path, report: Any) -> list[tuple[Any, ...]]:
    """(target, technique, confidence, memory, write, execution) of what a report tells, weak ones too."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    load(store, [path], Context(), Settings())
    rows = runner.run(store, "injections", {"min_confidence": "weak"}).rows
    names = ("target_pid", "technique", "confidence", "memory", "write", "execution")
    return [tuple(row[name] for name in names) for row in rows]


ALLOCATED, WRITTEN = "NtAllocateVirtualMemory", "WriteProcessMemory"


def test_a_path_and_a_thread_whose_argument_cape_does_not_print(embedded_store: Store, tmp_path: Path) -> None:
    start = call("NtCreateThreadEx", process_handle=H, StartAddress="0x77000000", Module="KERNEL32.DLL", CreateFlags=0)
    calls = [opened(), allocated(RW), wrote(buffer="C:\\evil.dll"), start]
    found = pairs_of(embedded_store, tmp_path, by_capemon(Program(ME, calls), Program(OTHER)))
    assert found == [(OTHER, "T1055.001", "likely", ALLOCATED, WRITTEN, "NtCreateThreadEx")]


@pytest.mark.parametrize("name", ["HollowedInstructionPointer", "InstructionPointer"])
@pytest.mark.parametrize(("address", "confirmed"), [(0x401234, True), (0x409000, False)])
def test_an_entry_point_that_cape_prints_is_overwritten(
    embedded_store: Store, tmp_path: Path, name: str, address: int, confirmed: bool
) -> None:
    """WriteProcessMemory lifts the protection of the page itself, so that no change of it is logged."""
    asked = call("NtGetContextThread", thread_handle=T, **{name: "0x00401234", "CurrentInstructionPointer": "0x7c"})
    report = cape(Program(ME, [created(), asked, wrote(address), resumed()]), Program(CHILD, ppid=ME))
    expected = (CHILD, "T1055.012", "confirmed", "not recorded", WRITTEN, "NtResumeThread")
    assert pairs_of(embedded_store, tmp_path, report) == ([expected] if confirmed else [])


def transacted(*, undone: bool = True) -> list[Any]:
    file = {"FileHandle": "0x210", "FileName": "C:\\Temp\\x.exe", "TransactionHandle": "0x20c"}
    section = call("NtCreateSection", SectionHandle="0x214", FileHandle="0x210", ObjectAttributes="")
    child = {"ProcessHandle": H, "SectionHandle": "0x214", "ProcessId": CHILD}
    ended = call("NtRollbackTransaction" if undone else "NtCommitTransaction", TransactionHandle="0x20c")
    return [
        call("CreateFileTransactedW", returned=0x210, **file),
        call("NtWriteFile", FileHandle="0x210", HandleName="C:\\Temp\\x.exe", Buffer="MZ", Length=4096),
        section,
        ended,
        call("NtCreateProcessEx", **child),
        allocated(RW, 0x290000),
        wrote(0x290000, "parameters"),
        call("NtCreateThreadEx", ProcessHandle=H, StartAddress="0x401000", CreateFlags=0),
    ]


def test_a_process_made_of_a_file_that_was_undone(embedded_store: Store, tmp_path: Path) -> None:
    found = pairs_of(embedded_store, tmp_path, cape(Program(ME, transacted()), Program(CHILD, ppid=ME)))
    assert found == [(CHILD, "T1055.013", "confirmed", "NtCreateProcessEx", "NtWriteFile", "NtCreateThreadEx")]


def test_a_transaction_that_is_current_counts_for_files_opened_in_it(embedded_store: Store, tmp_path: Path) -> None:
    calls = transacted()
    path = {"FileName": "C:\\Temp\\x.exe", "FileHandle": "0x210"}
    calls[:1] = [
        call("RtlSetCurrentTransaction", TransactionHandle="0x20c"),
        call("NtCreateFile", CreateDisposition="0x2", **path),
        call("RtlSetCurrentTransaction", TransactionHandle="0x0"),
    ]
    found = pairs_of(embedded_store, tmp_path, cape(Program(ME, calls), Program(CHILD, ppid=ME)))
    assert [row[:3] for row in found] == [(CHILD, "T1055.013", "confirmed")]


def test_a_transaction_that_was_kept_hides_nothing(embedded_store: Store, tmp_path: Path) -> None:
    found = pairs_of(embedded_store, tmp_path, cape(Program(ME, transacted(undone=False)), Program(CHILD, ppid=ME)))
    assert [row[:3] for row in found] == [(CHILD, "T1055.013", "weak")]


SHELL = 900


def task_bar(*, found_by: str = "Shell_TrayWnd", message_first: bool = False) -> list[Any]:
    window = {"WindowHandle": "0x0001003a"}
    changed = call("SetWindowLongA", Index=0, NewLong=hex(BASE), **window)
    message = call("SendNotifyMessageA", Message="0x0000000f", **window)
    last = [message, changed] if message_first else [changed, message]
    found = call("FindWindowA", returned=0x1003A, ClassName=found_by, WindowName="")
    return [opened(SHELL), allocated(), wrote(), found, *last]


@pytest.mark.parametrize("layout", [cape, cuckoo_1], ids=lambda layout: layout.__name__)
def test_the_task_bar_is_made_to_run_what_was_written(embedded_store: Store, tmp_path: Path, layout: Any) -> None:
    report = layout(Program(ME, task_bar()), Program(SHELL, name="Explorer.EXE"))
    execution = "SetWindowLongA, SendNotifyMessageA"
    assert pairs_of(embedded_store, tmp_path, report) == [
        (SHELL, "T1055.011", "confirmed", ALLOCATED, WRITTEN, execution)
    ]


def test_the_shell_may_be_known_from_the_samples_own_look_at_the_process_list(
    embedded_store: Store, tmp_path: Path
) -> None:
    seen = call("Process32NextW", ProcessName="explorer.exe", ProcessId=SHELL)
    found = pairs_of(embedded_store, tmp_path, cape(Program(ME, [seen, *task_bar()])))
    assert [row[:3] for row in found] == [(SHELL, "T1055.011", "confirmed")]


@pytest.mark.parametrize(
    ("calls", "technique", "confidence"),
    [
        (task_bar(message_first=True), "T1055.011", "likely"),
        (task_bar(found_by="Notepad"), "T1055", "likely"),  # not the window of the shell
        (task_bar()[:-2], "T1055", "likely"),
        (task_bar()[-3:], "T1055.011", "likely"),
    ],
    ids=["message first", "another window", "no change", "no write"],
)
def test_less_than_that_is_not_confirmed(
    embedded_store: Store, tmp_path: Path, calls: list[Any], technique: str, confidence: str
) -> None:
    report = cape(Program(ME, calls), Program(SHELL, name="explorer.exe"))
    assert [row[:3] for row in pairs_of(embedded_store, tmp_path, report)] == [(SHELL, technique, confidence)]


def test_messages_to_the_task_bar_are_no_injection(embedded_store: Store, tmp_path: Path) -> None:
    found = call("FindWindowA", returned=0x1003A, ClassName="Shell_TrayWnd", WindowName="")
    message = call("SendMessageA", WindowHandle="0x0001003a", Message="0x004a")
    report = cape(Program(ME, [found, message]), Program(SHELL, name="explorer.exe"))
    assert pairs_of(embedded_store, tmp_path, report) == []


def test_memory_in_one_process_and_a_thread_in_another_are_no_injection_of_both(
    embedded_store: Store, tmp_path: Path
) -> None:
    calls = [opened(OTHER), allocated(), wrote(), call("NtClose", handle=H), opened(CHILD), thread()]
    found = pairs_of(embedded_store, tmp_path, cuckoo(Program(ME, calls), Program(OTHER), Program(CHILD)))
    assert found == [
        (OTHER, "T1055", "likely", ALLOCATED, WRITTEN, "not recorded"),
        (CHILD, "T1055.002", "likely", "not recorded", "not recorded", "CreateRemoteThread"),
    ]


def test_plain_memory_that_a_shown_write_lies_in_is_shown(embedded_store: Store, tmp_path: Path) -> None:
    calls = [opened(), allocated(RW), wrote(), thread(0x77000000)]
    found = pairs_of(embedded_store, tmp_path, cuckoo(Program(ME, calls), Program(OTHER)))
    assert found == [(OTHER, "T1055", "likely", ALLOCATED, WRITTEN, "CreateRemoteThread")]


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
