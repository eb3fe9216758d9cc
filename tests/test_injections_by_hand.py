"""Whole reports in the manner of known families and of innocent programs, with answers derived by hand from the calls.

What the other tests of injections do not hold: several targets, several injectors and what monitors really print.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from helpers.monitors import by_capemon, by_cuckoomon
from helpers.reports import JSON, SELF_32, Call, Program, call, cape, cuckoo

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

ME, EXPLORER, CHILD, THIRD, FOURTH = 100, 200, 300, 400, 500
RW, WRITECOPY, RX, RWX = 4, 8, 32, 64
SHELLCODE, IMAGE = "\\xfc\\xe8\\x82", "MZ\\x90\\x00"
BASE, IMAGE_BASE = 0x5550000, 0x400000


def at(start: float, *calls: Call) -> list[Call]:
    """The calls, one after the other from that second on."""
    for number, one in enumerate(calls):
        one.time = start + number / 100
    return list(calls)


def opened(pid: int, handle: str, *, ok: bool = True) -> Call:
    return call("NtOpenProcess", process_handle=handle, desired_access="0x1fffff", process_identifier=pid, ok=ok)


def created(pid: int, process: str, thread: str, flags: int = 4, **more: Any) -> Call:
    who = {"process_identifier": pid, "thread_identifier": pid + 4, "process_handle": process, "thread_handle": thread}
    what = {"filepath": "C:\\x\\a.exe", "command_line": "a.exe", "creation_flags": flags}
    return call("CreateProcessInternalW", returned=1, **what, **who, **more)


def allocated(handle: str, address: int = BASE, protection: int = RWX, *, ok: bool = True) -> Call:
    where = {"base_address": hex(address), "region_size": "0x5000"}
    return call("NtAllocateVirtualMemory", process_handle=handle, **where, protection=str(protection), ok=ok)


def wrote(handle: str, address: int = BASE, buffer: str = SHELLCODE) -> Call:
    return call("WriteProcessMemory", returned=1, process_handle=handle, base_address=hex(address), buffer=buffer)


def protected(handle: str, address: int, protection: int) -> Call:
    where = {"base_address": hex(address), "length": "0x1000"}
    return call("NtProtectVirtualMemory", process_handle=handle, **where, protection=str(protection))


def shared(section: str) -> list[Call]:
    """A section created, and seen by its creator as data."""
    return [call("NtCreateSection", section_handle=section, desired_access="0xf001f"), mapped(section, SELF_32, RW)]


def mapped(section: str, process: str, protection: int = RWX, address: int = BASE) -> Call:
    where = {"base_address": hex(address), "view_size": "0x5000", "win32_protect": protection}
    return call("NtMapViewOfSection", section_handle=section, process_handle=process, **where)


def unmapped(process: str, address: int, *, ok: bool = True) -> Call:
    return call("NtUnmapViewOfSection", process_handle=process, base_address=hex(address), ok=ok)


def started(handle: str, address: int = BASE, *, ok: bool = True) -> Call:
    where = {"function_address": hex(address), "parameter": "0x0", "creation_flags": 0, "thread_identifier": 999}
    return call("CreateRemoteThread", process_handle=handle, **where, returned=0x7F0, ok=ok)


def thread_opened(pid: int, handle: str) -> Call:
    return call("NtOpenThread", thread_handle=handle, process_identifier=pid, thread_identifier=pid + 4)


def suspended(thread: str) -> Call:
    return call("NtSuspendThread", thread_handle=thread, suspend_count=0)


def redirected(thread: str) -> Call:
    return call("NtSetContextThread", thread_handle=thread)


def resumed(thread: str) -> Call:
    return call("NtResumeThread", thread_handle=thread, suspend_count=1)


def closed(handle: str) -> Call:
    return call("NtClose", handle=handle)


def shot(pid: int, handle: str) -> list[Call]:
    """Code and a remote thread."""
    return [opened(pid, handle), allocated(handle), wrote(handle), started(handle)]


def hollowed(pid: int, process: str, thread: str) -> list[Call]:
    """The image replaced, the first thread redirected."""
    steps = [created(pid, process, thread), unmapped(process, IMAGE_BASE), allocated(process, IMAGE_BASE)]
    return [*steps, wrote(process, IMAGE_BASE, IMAGE), redirected(thread), resumed(thread)]


Found = tuple[int, int, str, str]


@dataclass
class Story:
    """A report, its pairs (injector, target, technique, confidence) and its chains of pids."""

    title: str
    report: JSON
    pairs: list[Found]
    chains: list[list[int]] = field(default_factory=list)


def one(layout: Any, calls: Sequence[Call], *others: Program) -> JSON:
    """The calls of one process, in order; the shell is there from the start."""
    return layout(Program(ME, at(2, *calls), "me.exe"), Program(EXPLORER, [], "explorer.exe"), *others)


ZEUS = [opened(368, "0x60", ok=False), opened(THIRD, "0x6c"), allocated("0x6c", ok=False), closed("0x6c")]
for _pid in (EXPLORER, CHILD, FOURTH):
    ZEUS += [*shot(_pid, "0x6c"), closed("0x7f0"), closed("0x6c")]

FORMBOOK = [opened(EXPLORER, "0x2a0"), *shared("0x2a4"), mapped("0x2a4", "0x2a0"), thread_opened(EXPLORER, "0x2a8")]
FORMBOOK += [suspended("0x2a8"), redirected("0x2a8"), resumed("0x2a8")]
THEN_A_CHILD = [created(CHILD, "0x900", "0x904"), *shared("0x908"), mapped("0x908", "0x900")]
THEN_A_CHILD += [redirected("0x904"), resumed("0x904")]

GARBAGE_PID = 657129999288
USER_PROCESS = {"process_handle": "0x3f8", "thread_handle": "0x3f4", "ImagePathName": "C:\\x\\RegAsm.exe"}
NANOCORE = [
    call("NtCreateUserProcess", **USER_PROCESS, process_identifier=GARBAGE_PID),
    created(CHILD, "0x3f8", "0x3f4", 0x08000004),
    unmapped("0x3f8", IMAGE_BASE, ok=False),
    allocated("0x3f8", IMAGE_BASE, ok=False),
    allocated("0x3f8", 0x1400000),
    wrote("0x3f8", 0x1400000, IMAGE),
    wrote("0x3f8", 0x7EFDE008, "\\x00\\x00@\\x01"),
    redirected("0x3f4"),
    resumed("0x3f4"),
]

# capemon hands the routine over as if it were text, and so prints the bytes that stand there
EARLY_BIRD = [
    call("NtCreateUserProcess", **USER_PROCESS, process_identifier=CHILD),
    allocated("0x3f8"),
    wrote("0x3f8"),
    call("NtQueueApcThread", ProcessId=CHILD, ThreadId=304, ThreadHandle="0x3f4", ApcRoutine="H\\x83\\xec8H\\x8b"),
    resumed("0x3f4"),
]

DUPLICATED = [
    opened(EXPLORER, "0x2a0"),
    call("NtDuplicateObject", SourceProcessHandle=SELF_32, SourceHandle="0x2a0", TargetProcessHandle=SELF_32,
         TargetHandle="0x2c4", Options="0x2"),
    closed("0x2a0"),
    opened(THIRD, "0x2a0"),
    # into another process, whose handles have numbers of their own
    call("NtDuplicateObject", SourceProcessHandle=SELF_32, SourceHandle="0x2a0", TargetProcessHandle="0x2a0",
         TargetHandle="0x2c4", Options="0x2"),
    allocated("0x2c4"), wrote("0x2c4"), started("0x2c4"),
]  # fmt: skip

SHELL_WINDOW = [
    opened(EXPLORER, "0x2b4"),
    call("FindWindowA", returned=0x10050, ClassName="Shell_TrayWnd", WindowName=""),
    call("SetWindowLongA", returned=1, WindowHandle="0x00010050", Index=0, NewLong="0x001f0a00"),
    call("SendNotifyMessageA", returned=1, WindowHandle="0x00010050", Message="0x0000000f"),
]

# the variables that Chrome sets in the image of its child before that runs
CHROME = [
    created(CHILD, "0x500", "0x504", 0x80404),
    protected("0x500", 0x13F8B2000, WRITECOPY),
    wrote("0x500", 0x13F8B2010, "\\x01"),
    protected("0x500", 0x13F8B2000, 2),
    resumed("0x504"),
]

STORIES = [
    Story(
        "Zeus goes through all processes; some cannot be opened or filled; handles are given out again",
        one(by_cuckoomon, ZEUS),
        [(ME, pid, "T1055.002", "confirmed") for pid in (EXPLORER, CHILD, FOURTH)],
    ),
    Story(
        "FormBook hijacks a thread of the shell, which hollows a child",
        by_capemon(
            Program(ME, at(2, *FORMBOOK), "me.exe"),
            Program(EXPLORER, at(4, *THEN_A_CHILD), "explorer.exe"),
            Program(CHILD, [], "wscript.exe", EXPLORER, 5),
        ),
        [(ME, EXPLORER, "T1055.003", "confirmed"), (EXPLORER, CHILD, "T1055.012", "confirmed")],
        [[ME, EXPLORER, CHILD]],
    ),
    Story(
        "three injections with a spawn between",
        by_capemon(
            Program(ME, at(2, *shot(EXPLORER, "0x120")), "me.exe"),
            Program(EXPLORER, at(3, *hollowed(CHILD, "0x700", "0x704")), "explorer.exe"),
            Program(CHILD, at(5, created(THIRD, "0x80", "0x84", 0)), "svchost.exe", EXPLORER, 4),
            Program(THIRD, at(7, *shot(FOURTH, "0x90")), "cmd.exe", CHILD, 6),
        ),
        [
            (ME, EXPLORER, "T1055.002", "confirmed"),
            (EXPLORER, CHILD, "T1055.012", "confirmed"),
            (THIRD, FOURTH, "T1055.002", "confirmed"),
        ],
        [[ME, EXPLORER, CHILD, THIRD, FOURTH]],
    ),
    Story(
        "NanoCore: a pid that is garbage, an image that cannot be unmapped, memory that is elsewhere",
        one(by_capemon, NANOCORE, Program(CHILD, [], "RegAsm.exe", ME, 3)),
        [(ME, CHILD, "T1055.012", "confirmed")],
    ),
    Story(
        "early bird by native calls alone",
        one(cape, EARLY_BIRD, Program(CHILD, [], "RegAsm.exe", ME, 3)),
        [(ME, CHILD, "T1055.004", "confirmed")],
    ),
    Story(
        "a child under the name of another parent is the child of who made it",
        one(
            cape,
            [
                opened(EXPLORER, "0x2a0"),
                created(CHILD, "0x700", "0x704", 0x80004, ParentHandle="0x2a0"),
                *hollowed(CHILD, "0x700", "0x704")[1:],
            ],
            Program(CHILD, [], "svchost.exe", EXPLORER, 3),
        ),
        [(ME, CHILD, "T1055.012", "confirmed")],
    ),
    Story(
        "the image of a child replaced by a section, and the whole process resumed",
        one(
            cape,
            [
                created(CHILD, "0x84", "0x88"),
                unmapped("0x84", IMAGE_BASE),
                *shared("0x90"),
                mapped("0x90", "0x84", RWX, IMAGE_BASE),
                call("NtResumeProcess", process_handle="0x84", process_identifier=CHILD),
            ],
        ),
        [(ME, CHILD, "T1055.012", "confirmed")],
    ),
    Story(
        "a handle that was duplicated lives on",
        one(by_capemon, DUPLICATED, Program(THIRD, [], "a.exe")),
        [(ME, EXPLORER, "T1055.002", "confirmed")],
    ),
    Story(
        "a thread's handle that was given out for another process's thread",
        one(
            by_capemon,
            [
                thread_opened(THIRD, "0x2a8"),
                closed("0x2a8"),
                *[opened(EXPLORER, "0x2a0"), allocated("0x2a0"), wrote("0x2a0"), thread_opened(EXPLORER, "0x2a8")],
                *[suspended("0x2a8"), redirected("0x2a8"), resumed("0x2a8")],
            ],
            Program(THIRD, [], "a.exe"),
        ),
        [(ME, EXPLORER, "T1055.003", "confirmed")],
    ),
    Story(
        "PowerLoader: what the window points to was put there in a way that is not recorded",
        one(by_capemon, SHELL_WINDOW),
        [(ME, EXPLORER, "T1055.011", "likely")],
    ),
    Story("the browser sets variables in its own child", one(by_capemon, CHROME), []),
    Story("a process that opens itself", one(by_capemon, shot(ME, "0x2a0")), []),
]


def loaded(store: Store, tmp_path: Path, report: JSON) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    load(store, [path], Context(), Settings())


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_a_report_tells_its_injections_and_no_other(embedded_store: Store, tmp_path: Path, story: Story) -> None:
    loaded(embedded_store, tmp_path, story.report)
    rows = runner.run(embedded_store, "injections", {"min_confidence": "weak"}).rows
    names = ("injector_pid", "target_pid", "technique", "confidence")
    assert sorted(tuple(row[name] for name in names) for row in rows) == sorted(story.pairs)


@pytest.mark.parametrize("story", [story for story in STORIES if story.chains], ids=lambda story: story.title)
def test_its_injections_join_into_chains(embedded_store: Store, tmp_path: Path, story: Story) -> None:
    loaded(embedded_store, tmp_path, story.report)
    assert [row["pids"] for row in runner.run(embedded_store, "injection-paths").rows] == story.chains


def test_a_pid_that_was_given_out_again_is_another_target(embedded_store: Store, tmp_path: Path) -> None:
    ended = call("NtTerminateProcess", at=3, process_handle=SELF_32, process_identifier=CHILD)
    report = cuckoo(
        Program(ME, at(2, *shot(CHILD, "0xf0")), "first.exe"),
        Program(CHILD, [ended], "net.exe", seen=1),
        Program(THIRD, at(10, *shot(CHILD, "0xf0")), "second.exe", seen=8),
        Program(CHILD, [], "dllhost.exe", seen=9),
    )
    loaded(embedded_store, tmp_path, report)
    rows = runner.run(embedded_store, "injections").rows
    assert {(row["injector_name"], row["target_name"]) for row in rows} == {
        ("first.exe", "net.exe"),
        ("second.exe", "dllhost.exe"),
    }
