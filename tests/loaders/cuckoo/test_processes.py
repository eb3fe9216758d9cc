"""Which process is meant: creations, pids that are used again, garbage pids, parents that no list has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers.reports import (
    ALL_LAYOUTS,
    BEGIN_US,
    JSON,
    PARENT,
    Program,
    call,
    cape,
    cited,
    cuckoo,
    cuckoo_04,
    cuckoo_1,
    found,
    read,
)

from graph_model import events as ev

Layout = Callable[..., JSON]
every = pytest.mark.parametrize("layout", ALL_LAYOUTS)
OLD = [cuckoo_1, cuckoo_04]


def create(pid: object, *, at: float = 1.0, process: str = "0xb4", thread: str = "0xb0", **arguments: Any) -> Any:
    handles = {"process_handle": process, "thread_handle": thread}
    arguments = {"filepath": r"C:\a\two.exe", "creation_flags": 0, "thread_identifier": 99} | handles | arguments
    return call("CreateProcessInternalW", at=at, process_identifier=pid, **arguments)


def spawned(report: JSON) -> list[tuple[str, str, str]]:
    return [
        (event.actor.key, event.process.key, event.api or event.source) for event in found(report, ev.ProcessStarted)
    ]


# --- creation ------------------------------------------------------------------------------------


@every
def test_a_creation_tells_the_child_its_image_and_its_command_line(layout: Layout) -> None:
    report = layout(Program(4, [create(8, command_line='"C:\\a\\two.exe" /x')]), Program(8, ppid=4, seen=2))
    start = found(report, ev.ProcessStarted)[0]
    assert (start.actor.key, start.process.key, start.thread_id, start.suspended) == ("4.0", "8.0", 99, False)
    assert (start.image.path, start.command_line) == (r"C:\a\two.exe", '"C:\\a\\two.exe" /x')


@every
@pytest.mark.parametrize(
    ("flags", "suspended"),
    [
        (67108868, True),
        ("67108868", True),
        ("0x04000004", True),
        (4, True),
        (0, False),
        (1024, False),
        ("0x400", False),
    ],
)
def test_creation_flags_are_read_in_every_spelling(layout: Layout, flags: object, suspended: bool) -> None:
    start = found(layout(Program(4, [create(8, creation_flags=flags)])), ev.ProcessStarted)[0]
    assert start.suspended is suspended


def test_flags_that_are_not_recorded_say_nothing() -> None:
    start = found(cuckoo(Program(4, [call("CreateProcessInternalW", process_identifier=8)])), ev.ProcessStarted)[0]
    assert (start.suspended, start.image) == (None, None)


@pytest.mark.parametrize("key", ["identifier", "identifer"])
def test_misspelt_keys_are_read(key: str) -> None:
    arguments = {f"process_{key}": 8, f"thread_{key}": 99}
    start = found(cuckoo(Program(4, [call("CreateProcessInternalW", **arguments)])), ev.ProcessStarted)[0]
    assert (start.process.key, start.thread_id) == ("8.0", 99)


@pytest.mark.parametrize(
    ("command_line", "image"),
    [
        (r"C:\Windows\system32\svchost.exe -k x", r"C:\Windows\system32\svchost.exe"),
        (r'"C:\a b\c.exe" /x', r"C:\a b\c.exe"),
        (r"C:\Program Files\a b\c.exe /x", r"C:\Program Files\a b\c.exe"),
        ("notepad", "notepad.exe"),
        ("cmd /c C:\\x.bat", "cmd.exe"),
        ("", None),
        ("  ", None),
    ],
)
def test_an_image_that_only_the_command_line_names(command_line: str, image: str | None) -> None:
    report = cuckoo(Program(4, [create(8, filepath="", filepath_r="", command_line=command_line)]))
    start = found(report, ev.ProcessStarted)[0]
    assert (start.image.path if start.image else None) == image


def test_the_lists_own_path_counts_more_than_a_word_of_the_command_line() -> None:
    child = Program(8, ppid=4, seen=2, name="two.exe", extra={"process_path": r"C:\a\two.exe"})
    report = cuckoo(Program(4, [create(8, filepath="", command_line="two /x")]), child)
    assert found(report, ev.ProcessStarted)[0].image is None


@every
def test_a_failed_creation_creates_nothing(layout: Layout) -> None:
    failed = call("CreateProcessInternalW", ok=False, process_identifier=8, filepath=r"C:\a\two.exe")
    assert [row[2] for row in spawned(layout(Program(4, [failed])))] == ["process list"]


@every
def test_a_creation_that_two_hooks_saw_is_one_process(layout: Layout) -> None:
    inner = call("NtCreateUserProcess", process_identifier=8, process_handle="0xb4", thread_handle="0xb0")
    report = layout(Program(4, [inner, create(8, at=1.01, thread_identifier=0)]), Program(8, ppid=4, seen=1.005))
    children = [(parent, child) for parent, child, api in spawned(report) if api != "process list"]
    assert children == [("4.0", "8.0"), ("4.0", "8.0")]


def inner(api: str, **arguments: Any) -> Any:
    """A native creation, as the monitors before 2.0 print it: the handles, and no pid."""
    return call(api, process_handle="0xb4", **arguments)


XP = [inner("NtCreateProcessEx"), call("NtCreateThread", process_handle="0xb4", thread_handle="0xb0")]
XP_ALONE = [inner("NtCreateProcessEx")]
VISTA = [inner("NtCreateUserProcess", thread_handle="0xb0", image_path_name=r"C:\a\two.exe")]


@pytest.mark.parametrize("layout", OLD)
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("within", [XP, XP_ALONE, VISTA])
def test_the_pid_of_a_native_creation_is_that_of_the_creation_around_it(
    layout: Layout, within: list[Any], listed: bool
) -> None:
    """The creation around it returns last, and so it is logged last."""
    parameters = call("NtWriteVirtualMemory", process_handle="0xb4", base_address="0x10000", buffer="x")
    calls = [*within, parameters, create(8), call("NtResumeThread", thread_handle="0xb0", suspend_count=1)]
    report = layout(Program(4, calls), *([Program(8, ppid=4, name="two.exe", seen=2)] if listed else []))
    children = {row[:2] for row in spawned(report) if row[0] == "4.0"}
    assert children == {("4.0", "8.0")}
    events = found(report, ev.MemoryWritten, ev.ThreadResumed)
    assert [event.target.key for event in events] == ["8.0", "8.0"]
    assert [event.thread_id for event in events[1:]] == [99]


@pytest.mark.parametrize("layout", OLD)
def test_a_later_creation_by_other_handles_or_another_thread_is_not_around_it(layout: Layout) -> None:
    elsewhere = create(8, process="0xc4", thread="0xc0")
    by_another = create(8)
    by_another.tid = 12
    for later in (elsewhere, by_another):
        report = layout(Program(4, [VISTA[0], later]))
        children = [row[1] for row in spawned(report) if row[2] == "NtCreateUserProcess"]
        assert children == ["child-of-4.0#0"]


@pytest.mark.parametrize("layout", OLD)
def test_a_creation_after_the_handles_were_closed_is_not_around_it(layout: Layout) -> None:
    closes = [call("NtClose", handle="0xb4"), call("NtClose", handle="0xb0")]
    report = layout(Program(4, [VISTA[0], *closes, create(8)]))
    assert [row[1] for row in spawned(report) if row[0] == "4.0"] == ["child-of-4.0#0", "8.0"]


@every
def test_a_child_that_no_entry_lists_gets_a_place(layout: Layout) -> None:
    assert ("4.0", "8.0", "CreateProcessInternalW") in spawned(layout(Program(4, [create(8)])))


@pytest.mark.parametrize("pid", [1234, 1001, 3])
def test_a_pid_need_not_be_a_multiple_of_four(pid: int) -> None:
    write = call("WriteProcessMemory", process_handle="0xb4", base_address=1, buffer="x")
    report = cuckoo(Program(4, [create(pid), write]), Program(pid, ppid=4, seen=2))
    assert ("4.0", f"{pid}.0", "CreateProcessInternalW") in spawned(report)
    assert [event.target.key for event in found(report, ev.MemoryWritten)] == [f"{pid}.0"]
    assert ("4.0", f"{pid}.0", "CreateProcessInternalW") in spawned(cuckoo(Program(4, [create(pid)])))


# --- pids that are used again --------------------------------------------------------------------


def write_to(pid: int, at: float) -> Any:
    return call("WriteProcessMemory", at=at, process_identifier=pid, base_address=1, buffer="x")


def test_equal_pids_are_told_apart_by_their_order() -> None:
    keys = [event.process.key for event in found(cuckoo(Program(8, seen=1), Program(8, seen=9)), ev.ProcessObserved)]
    assert keys == ["8.0", "8.1"]


@pytest.mark.parametrize(
    ("at", "key"), [(0.5, "8.0"), (1.0, "8.0"), (8.5, "8.0"), (8.999, "8.0"), (9.0, "8.1"), (100.0, "8.1")]
)
def test_a_reference_by_pid_means_the_process_alive_then(at: float, key: str) -> None:
    report = cuckoo(Program(4, [write_to(8, at)]), Program(8, seen=1), Program(8, seen=9))
    assert [event.target.key for event in found(report, ev.MemoryWritten)] == [key]


def test_the_order_of_the_list_does_not_matter_for_who_is_alive() -> None:
    report = cuckoo(Program(4, [write_to(8, 5)]), Program(8, seen=9), Program(8, seen=1))
    assert [event.target.key for event in found(report, ev.MemoryWritten)] == ["8.1"]


@pytest.mark.parametrize(("at", "key"), [(2.0, "8.0"), (5.0, "8.1"), (9.5, "8.1")])
def test_a_process_that_ended_bears_its_pid_no_more(at: float, key: str) -> None:
    """The monitor comes to the next bearer only when somebody touches it."""
    end = call("NtTerminateProcess", at=3.0, process_handle="0xffffffff", status_code=0)
    opened = call("NtOpenProcess", at=at, process_handle="0x54", process_identifier=8)
    report = cuckoo(Program(4, [opened, write_to(8, at)]), Program(8, [end], seen=1), Program(8, seen=9))
    assert [event.target.key for event in found(report, ev.MemoryWritten)] == [key]


def test_the_only_bearer_of_a_pid_is_meant_even_after_its_end() -> None:
    end = call("NtTerminateProcess", at=3.0, process_handle="0xffffffff", status_code=0)
    report = cuckoo(Program(4, [write_to(8, 5)]), Program(8, [end], seen=1))
    assert [event.target.key for event in found(report, ev.MemoryWritten)] == ["8.0"]


@every
@pytest.mark.parametrize("gap", [0.4, 3.0, 90.0])
def test_two_creations_of_one_pid_are_two_processes(layout: Layout, gap: float) -> None:
    closes = [call("NtClose", at=1.1, handle="0xb4"), call("NtClose", at=1.1, handle="0xb0")]
    second = create(8, at=1 + gap, thread_identifier=103)
    writes = [call("WriteProcessMemory", at=at, process_handle="0xb4", base_address="1") for at in (1.0, 1.01 + gap)]
    calls = [create(8, at=1), writes[0], *closes, second, writes[1]]
    report = layout(Program(4, calls), Program(8, ppid=4, seen=1.05), Program(8, ppid=4, seen=1.05 + gap))
    assert [row[1] for row in spawned(report) if row[2] != "process list"] == ["8.0", "8.1"]
    assert [event.target.key for event in found(report, ev.MemoryWritten)] == ["8.0", "8.1"]


@every
def test_a_creation_is_not_the_process_that_bore_the_pid_before(layout: Layout) -> None:
    report = layout(Program(4, [create(8, at=50)]), Program(8, seen=1, ppid=400), Program(8, ppid=4, seen=50.2))
    assert [row[:2] for row in spawned(report) if row[2] != "process list"] == [("4.0", "8.1")]


@every
def test_a_creation_after_the_only_entry_of_another_parent_is_a_new_process(layout: Layout) -> None:
    report = layout(Program(4, [create(8, at=50)]), Program(8, seen=1, ppid=400))
    assert [row[:2] for row in spawned(report) if row[2] != "process list"] == [("4.0", "8.1")]


@every
def test_the_lists_word_for_the_parent_outweighs_clocks_that_disagree(layout: Layout) -> None:
    report = layout(Program(4, [create(8, at=50)]), Program(8, seen=1, ppid=4))
    assert spawned(report)[0] == ("4.0", "8.0", "CreateProcessInternalW")


# --- garbage pids --------------------------------------------------------------------------------


def user_process(pid: object, at: float = 1.0) -> Any:
    handles = {"ProcessHandle": "0xf1c", "ThreadHandle": "0xed4"}
    return call("NtCreateUserProcess", at=at, process_identifier=pid, image_path_name=r"C:\a\two.exe", **handles)


def resume(pid: object, handle: str = "0xed4") -> Any:
    return call("NtResumeThread", at=1.5, thread_handle=handle, suspend_count=1, process_identifier=pid)


@pytest.mark.parametrize("garbage", [657129999288, "140707423585340", 0, ""])
def test_a_garbage_pid_is_taken_from_the_resume_that_follows(garbage: object) -> None:
    report = cape(Program(4, [user_process(garbage), resume(8)]), Program(8, ppid=4, seen=2, name="two.exe"))
    events, drift = read(report)
    started = [event for event in events if isinstance(event, ev.ProcessStarted) and event.source != "process list"]
    assert [(event.actor.key, event.process.key) for event in started] == [("4.0", "8.0")]
    assert sum(drift.repaired.values()) == 1


def test_a_garbage_pid_is_taken_from_the_list_when_no_resume_tells() -> None:
    report = cape(
        Program(4, [user_process(657129999288), resume(0)]),
        Program(12, ppid=4, seen=2, name="other.exe"),
        Program(16, ppid=40, seen=2, name="two.exe"),
        Program(8, ppid=4, seen=2, name="TWO.exe"),
    )
    assert ("4.0", "8.0", "NtCreateUserProcess") in spawned(report)


def test_a_garbage_pid_that_nothing_explains_is_a_process_of_its_own() -> None:
    write = call("NtWriteVirtualMemory", process_handle="0xf1c", base_address="1", buffer="x")
    report = cape(Program(4, [user_process(657129999288), write, resume(0)]))
    (start,) = [event for event in found(report, ev.ProcessStarted) if event.source != "process list"]
    assert start.process.pid is None
    assert [event.target for event in found(report, ev.MemoryWritten, ev.ThreadResumed)] == [start.process] * 2


def test_a_resume_of_a_handle_that_was_closed_before_explains_nothing() -> None:
    closes = [call("NtClose", handle="0xed4"), call("NtClose", handle="0xf1c")]
    report = cape(Program(4, [user_process(657129999288), *closes, resume(12)]), Program(12, ppid=40))
    assert not [row for row in spawned(report) if row[:2] == ("4.0", "12.0")]


def test_a_later_resume_of_the_same_handle_belongs_to_the_later_child() -> None:
    closes = [call("NtClose", handle="0xed4"), call("NtClose", handle="0xf1c")]
    calls = [user_process(657129999288), resume(8), *closes, user_process(657129999552, 2), resume(12)]
    report = cape(Program(4, calls), Program(8, ppid=4, seen=1.6), Program(12, ppid=4, seen=2.5))
    assert [row[:2] for row in spawned(report) if row[2] != "process list"] == [("4.0", "8.0"), ("4.0", "12.0")]


# --- the list ------------------------------------------------------------------------------------


@every
def test_a_parent_that_no_entry_lists_is_still_the_parent(layout: Layout) -> None:
    assert spawned(layout(Program(4))) == [(f"{PARENT}.0", "4.0", "process list")]


@every
@pytest.mark.parametrize("parent", [None, 0, 4, "x", -1])
def test_a_parent_that_is_none_gives_no_start(layout: Layout, parent: Any) -> None:
    assert spawned(layout(Program(4, ppid=parent))) == []


@every
def test_a_creation_counts_more_than_the_lists_parent(layout: Layout) -> None:
    assert spawned(layout(Program(4, [create(8)]), Program(8, ppid=400, seen=2)))[0][:2] == ("4.0", "8.0")
    assert len(spawned(layout(Program(4, [create(8)], ppid=None), Program(8, ppid=400, seen=2)))) == 1


@every
def test_a_process_without_calls_is_a_process(layout: Layout) -> None:
    (process,) = found(layout(Program(4, seen=3)), ev.ProcessObserved)
    assert (process.process.key, process.name, process.started, process.recorded) == (
        "4.0",
        "one.exe",
        BEGIN_US + 3_000_000,
        True,
    )


def test_cape_tells_user_command_line_and_computer_in_the_environment() -> None:
    environ = {"UserName": "maxine", "ComputerName": "PC7", "CommandLine": '"C:\\a.exe" /x'}
    events, _ = read(cape(Program(4, extra={"environ": environ, "module_path": r"C:\a.exe"})))
    (process,) = [event for event in events if isinstance(event, ev.ProcessObserved)]
    assert (process.user, process.command_line, process.path) == ("maxine", '"C:\\a.exe" /x', r"C:\a.exe")
    assert [event.name for event in events if isinstance(event, ev.HostObserved)] == ["PC7"]


def test_the_program_itself_may_tell_the_name_of_a_target() -> None:
    seen = call("Process32NextW", process_identifier=384, process_name="explorer.exe")
    report = cuckoo(Program(4, [seen, write_to(384, 2)]))
    assert {(event.process.key, event.name) for event in found(report, ev.ProcessObserved)} == {
        ("4.0", "one.exe"),
        ("384.0", "explorer.exe"),
    }


@every
def test_the_end_of_a_process_is_its_own_or_anothers(layout: Layout) -> None:
    opening = call("NtOpenProcess", process_handle="0xa4", process_identifier=8)
    ends = [call("NtTerminateProcess", process_handle=handle) for handle in ("0x00000000", "0xa4", "0xffffffff")]
    events = found(layout(Program(4, [opening, *ends]), Program(8)), ev.ProcessEnded)
    assert [(cited(event), event.process.key) for event in events] == [("4.0#2", "8.0"), ("4.0#3", "4.0")]


@every
def test_an_opening_of_the_own_process_is_no_opening(layout: Layout) -> None:
    calls = [call("NtOpenProcess", process_handle="0xa4", process_identifier=pid) for pid in (4, 8)]
    assert [event.target.key for event in found(layout(Program(4, calls), Program(8)), ev.ProcessOpened)] == ["8.0"]
