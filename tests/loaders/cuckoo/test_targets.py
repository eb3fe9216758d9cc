"""Whom a memory or thread call is about: by pid, by handle, by thread, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers.reports import ALL_LAYOUTS, JSON, SELF_32, SELF_64, Program, call, cape, cited, cuckoo, found, read

from graph_model import events as ev

Layout = Callable[..., JSON]
every = pytest.mark.parametrize("layout", ALL_LAYOUTS)

OPEN_8 = call("NtOpenProcess", process_handle="0xa4", process_identifier=8, desired_access="0x1fffff")
WRITE_A4 = call("WriteProcessMemory", process_handle="0xa4", base_address="0x1000", buffer="x")
CLOSE_A4 = call("NtClose", handle="0xa4")


def targets(report: JSON, *kinds: type[ev.Event]) -> list[tuple[str, str]]:
    """(citation, target) of the operations, openings left out."""
    events = found(report, *(kinds or (ev.RemoteOperation,)))
    return [(cited(event), event.target.key) for event in events if not isinstance(event, ev.ProcessOpened)]


@every
def test_an_opened_handle_means_its_process(layout: Layout) -> None:
    assert targets(layout(Program(4, [OPEN_8, WRITE_A4]), Program(8))) == [("4.0#1", "8.0")]


@every
def test_the_pid_of_an_opening_may_be_hexadecimal(layout: Layout) -> None:
    opening = call("NtOpenProcess", process_handle="0xa4", process_identifier="0x00000008")
    assert targets(layout(Program(4, [opening, WRITE_A4]), Program(8))) == [("4.0#1", "8.0")]


@every
def test_a_closed_handle_means_nothing(layout: Layout) -> None:
    events, drift = read(layout(Program(4, [OPEN_8, CLOSE_A4, WRITE_A4]), Program(8)))
    assert not [event for event in events if isinstance(event, ev.MemoryWritten)]
    assert drift.unknown["target", "WriteProcessMemory"] == 1


@every
def test_a_handle_that_was_closed_and_given_to_a_file_is_no_process(layout: Layout) -> None:
    opened = call("NtCreateFile", file_handle="0xa4", filepath=r"C:\x", create_disposition=1)
    assert targets(layout(Program(4, [OPEN_8, CLOSE_A4, opened, WRITE_A4]), Program(8))) == []


@every
@pytest.mark.parametrize(
    "reuse",
    [
        call("NtCreateFile", file_handle="0xa4", filepath=r"C:\x", create_disposition=1),
        call("NtCreateSection", section_handle="0xa4"),
        call("RegOpenKeyExA", key_handle="0xa4", regkey=r"HKEY_CURRENT_USER\x"),
        call("NtOpenProcess", process_handle="0xa4", process_identifier=0),
    ],
)
def test_a_number_that_is_given_out_again_lost_its_meaning_even_where_no_close_is_recorded(
    layout: Layout, reuse: Any
) -> None:
    assert targets(layout(Program(4, [OPEN_8, reuse, WRITE_A4]), Program(8))) == []


@every
def test_a_handle_given_out_again_means_the_new_process(layout: Layout) -> None:
    again = call("NtOpenProcess", process_handle="0xa4", process_identifier=12)
    calls = [OPEN_8, WRITE_A4, CLOSE_A4, again, WRITE_A4]
    assert targets(layout(Program(4, calls), Program(8), Program(12))) == [("4.0#1", "8.0"), ("4.0#4", "12.0")]


@every
def test_handles_belong_to_their_process(layout: Layout) -> None:
    assert targets(layout(Program(4, [OPEN_8]), Program(8), Program(12, [WRITE_A4]))) == []


@every
def test_one_number_is_a_process_in_one_program_and_a_thread_in_another(layout: Layout) -> None:
    thread = call("NtOpenThread", thread_handle="0xa4", thread_identifier=99, process_identifier=16)
    resume = call("NtResumeThread", thread_handle="0xa4", suspend_count=1)
    report = layout(Program(4, [OPEN_8, WRITE_A4, resume]), Program(12, [thread, resume, WRITE_A4]), Program(16))
    assert targets(report) == [("4.0#1", "8.0"), ("12.0#1", "16.0")]
    assert [event.thread_id for event in found(report, ev.ThreadResumed)] == [99]


@every
@pytest.mark.parametrize("handle", [SELF_32, SELF_64])
def test_the_current_process_is_no_other_process(layout: Layout, handle: str) -> None:
    write = call("NtWriteVirtualMemory", process_handle=handle, base_address="0x1000", buffer="MZ")
    events, drift = read(layout(Program(4, [write])))
    assert not [event for event in events if isinstance(event, ev.RemoteOperation)]
    assert not [key for key in drift.unknown if key[0] == "target"]


def test_the_current_process_may_be_printed_as_minus_one() -> None:
    assert targets(cuckoo(Program(4, [call("NtWriteVirtualMemory", process_handle=-1, base_address=1)]))) == []


def test_a_pid_in_the_call_counts_more_than_a_handle_that_means_another() -> None:
    write = call("WriteProcessMemory", process_handle="0xa4", process_identifier=12, base_address=1, buffer="x")
    assert targets(cuckoo(Program(4, [OPEN_8, write]), Program(8), Program(12))) == [("4.0#1", "12.0")]


def test_a_pid_in_the_call_needs_no_handle_and_no_entry() -> None:
    write = call("WriteProcessMemory", process_handle="0xfc", process_identifier=384, base_address=1, buffer="x")
    assert targets(cuckoo(Program(4, [write]))) == [("4.0#0", "384.0")]


@every
@pytest.mark.parametrize("api", ["CreateRemoteThreadEx", "RtlCreateUserThread", "NtReadVirtualMemory"])
def test_a_handle_that_one_call_explains_is_known_to_those_that_print_no_pid(layout: Layout, api: str) -> None:
    """Its opening may have been missed: the handle was inherited, or came from another process."""
    write = call("WriteProcessMemory", process_handle="0xa4", process_identifier=8, base_address="1", buffer="x")
    other = call(api, process_handle="0xa4", base_address="0x1")
    assert targets(layout(Program(4, [write, other]), Program(8))) == [("4.0#0", "8.0"), ("4.0#1", "8.0")]
    assert targets(layout(Program(4, [write, CLOSE_A4, other]), Program(8))) == [("4.0#0", "8.0")]


@every
def test_a_thread_handle_that_one_call_explains_is_known_to_those_that_print_no_pid(layout: Layout) -> None:
    resume = call("NtResumeThread", thread_handle="0xb0", process_identifier=8, thread_identifier=99, suspend_count=1)
    report = layout(Program(4, [resume, call("NtSuspendThread", thread_handle="0xb0")]), Program(8))
    assert targets(report) == [("4.0#0", "8.0"), ("4.0#1", "8.0")]
    assert [event.thread_id for event in found(report, ev.ThreadSuspended)] == [99]


@every
def test_a_handle_of_the_own_process_that_one_call_explains_is_no_target(layout: Layout) -> None:
    calls = [call("NtAllocateVirtualMemory", process_handle="0xa4", process_identifier=4, base_address="1"), WRITE_A4]
    events, drift = read(layout(Program(4, calls), Program(8)))
    assert not [event for event in events if isinstance(event, ev.RemoteOperation)]
    assert not [key for key in drift.unknown if key[0] == "target"]


@pytest.mark.parametrize("name", ["process_identifier", "process_identifer"])
def test_a_misspelt_pid_is_a_pid(name: str) -> None:
    write = call("WriteProcessMemory", base_address=1, buffer="x", **{name: 8})
    assert targets(cuckoo(Program(4, [write]), Program(8))) == [("4.0#0", "8.0")]


@every
@pytest.mark.parametrize(
    ("api", "kind"),
    [
        ("CreateRemoteThreadEx", ev.ThreadCreated),
        ("RtlCreateUserThread", ev.ThreadCreated),
        ("NtCreateThreadEx", ev.ThreadCreated),
        ("ReadProcessMemory", ev.MemoryRead),
        ("NtReadVirtualMemory", ev.MemoryRead),
        ("NtUnmapViewOfSection", ev.MemoryUnmapped),
        ("NtProtectVirtualMemory", ev.MemoryProtected),
        ("NtAllocateVirtualMemory", ev.MemoryAllocated),
        ("ZwMapViewOfSection", ev.SectionMapped),
    ],
)
def test_calls_that_carry_no_pid_are_resolved_by_handle(layout: Layout, api: str, kind: type[ev.Event]) -> None:
    report = layout(Program(4, [OPEN_8, call(api, process_handle="0xa4", base_address="0x10")]), Program(8))
    assert targets(report, kind) == [("4.0#1", "8.0")]


@every
@pytest.mark.parametrize("api", ["NtSuspendThread", "NtSetContextThread", "NtQueueApcThread", "NtResumeThread"])
def test_thread_calls_are_resolved_by_the_handle_of_a_created_thread(layout: Layout, api: str) -> None:
    start = call("CreateRemoteThread", returned=0x172, process_handle="0xa4", function_address="0x1000")
    report = layout(Program(4, [OPEN_8, start, call(api, thread_handle="0x172")]), Program(8))
    assert targets(report) == [("4.0#1", "8.0"), ("4.0#2", "8.0")]


@every
def test_a_thread_of_the_own_process_is_no_target(layout: Layout) -> None:
    start = call("CreateThread", returned=0x172, thread_identifier=77)
    report = layout(Program(4, [start, call("NtResumeThread", thread_handle="0x172", suspend_count=1)]))
    assert targets(report) == []


@every
def test_an_opened_thread_belongs_to_the_process_that_created_it(layout: Layout) -> None:
    child = call("CreateProcessInternalW", process_identifier=8, thread_identifier=80, filepath=r"C:\b.exe")
    opened = call("NtOpenThread", thread_handle="0xb0", thread_identifier=80)
    report = layout(Program(4, [child, opened, call("NtSuspendThread", thread_handle="0xb0")]), Program(8))
    assert targets(report, ev.ThreadSuspended) == [("4.0#2", "8.0")]


def test_a_thread_id_that_equals_a_pid_is_no_pid() -> None:
    resume = call("NtResumeThread", thread_identifier=8, thread_handle="0xb0")
    child = call("CreateProcessInternalW", process_identifier=12, thread_identifier=8, filepath=r"C:\b.exe")
    report = cuckoo(Program(4, [child, resume]), Program(8), Program(12))
    assert targets(report) == [("4.0#1", "12.0")]


# --- duplicated handles --------------------------------------------------------------------------


def duplicate(source: str, target: str, *, of: str = SELF_64, to: str = SELF_64, options: int = 2) -> Any:
    handles = {"source_process_handle": of, "source_handle": source, "target_process_handle": to}
    return call("NtDuplicateObject", target_handle=target, options=options, **handles)


@every
def test_a_duplicate_means_what_its_source_does(layout: Layout) -> None:
    write = call("WriteProcessMemory", process_handle="0xb8", base_address="0x1", buffer="x")
    report = layout(Program(4, [OPEN_8, duplicate("0xa4", "0xb8"), CLOSE_A4, write, WRITE_A4]), Program(8))
    assert targets(report) == [("4.0#3", "8.0")]


@every
def test_a_duplicate_may_close_its_source(layout: Layout) -> None:
    report = layout(Program(4, [OPEN_8, duplicate("0xa4", "0xb8", options=3), WRITE_A4]), Program(8))
    assert targets(report) == []


@every
def test_a_duplicate_of_the_pseudo_handle_is_the_own_process(layout: Layout) -> None:
    write = call("WriteProcessMemory", process_handle="0xb8", base_address="0x1", buffer="x")
    events, drift = read(layout(Program(4, [duplicate(SELF_64, "0xb8"), write])))
    assert not [event for event in events if isinstance(event, ev.MemoryWritten)]
    assert ("target", "WriteProcessMemory") not in drift.unknown


@every
def test_a_handle_that_comes_from_another_process_is_unknown(layout: Layout) -> None:
    report = layout(Program(4, [OPEN_8, duplicate("0x44", "0xa4", of="0xf9c"), WRITE_A4]), Program(8))
    assert targets(report) == []


@every
def test_a_handle_that_goes_to_another_process_changes_nothing_here(layout: Layout) -> None:
    report = layout(Program(4, [OPEN_8, duplicate("0x44", "0xa4", to="0xf9c"), WRITE_A4]), Program(8))
    assert targets(report) == [("4.0#2", "8.0")]


# --- failures ------------------------------------------------------------------------------------


@every
def test_a_failed_call_does_nothing_and_is_counted_as_failed(layout: Layout) -> None:
    failed = call("WriteProcessMemory", ok=False, process_handle="0xa4", base_address="0x1", buffer="x")
    events, _ = read(layout(Program(4, [OPEN_8, failed, WRITE_A4]), Program(8)))
    assert len([event for event in events if isinstance(event, ev.MemoryWritten)]) == 1
    counted = {event.api: (event.count, event.failed) for event in events if isinstance(event, ev.ApiCounted)}
    assert counted == {"NtOpenProcess": (1, 0), "WriteProcessMemory": (2, 1)}


@every
def test_a_failed_close_closes_nothing_and_a_failed_opening_opens_nothing(layout: Layout) -> None:
    calls = [OPEN_8, call("NtClose", ok=False, handle="0xa4"), WRITE_A4]
    assert targets(layout(Program(4, calls), Program(8))) == [("4.0#2", "8.0")]
    failed = call("NtOpenProcess", ok=False, process_handle="0xa4", process_identifier=8)
    assert targets(layout(Program(4, [failed, WRITE_A4]), Program(8))) == []


@pytest.mark.parametrize("status", [0, False, "0", "false", "FAILURE"])
def test_failure_has_many_spellings(status: Any) -> None:
    report = cuckoo(Program(4, [OPEN_8, WRITE_A4]), Program(8))
    report["behavior"]["processes"][0]["calls"][1]["status"] = status
    assert targets(report) == []


@pytest.mark.parametrize("status", [1, True, "1", "true", "SUCCESS", "", None])
def test_success_has_many_spellings(status: Any) -> None:
    report = cuckoo(Program(4, [OPEN_8, WRITE_A4]), Program(8))
    report["behavior"]["processes"][0]["calls"][1]["status"] = status
    assert targets(report) == [("4.0#1", "8.0")]


def test_repeated_calls_are_counted_as_often_as_they_happened() -> None:
    report = cape(Program(4, [call("NtDelayExecution", repeated=3), call("NtDelayExecution", ok=False, repeated=1)]))
    (counted,) = found(report, ev.ApiCounted)
    assert (counted.api, counted.count, counted.failed) == ("NtDelayExecution", 6, 2)


def test_a_repeated_call_did_as_often_what_it_did() -> None:
    report = cape(Program(4, [call("RegSetValueExA", regkey="HKEY_LOCAL_MACHINE\\a\\b", value_name="b", repeated=3)]))
    (value,) = found(report, ev.RegistryValueSet)
    assert value.count == 4
