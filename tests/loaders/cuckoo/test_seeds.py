"""The three logs of MWS Cup 2017, task 3-1: the calls that the slides print, as operations between processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.reports import cited, found

from graph_model import events as ev

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "cuckoo"


def events(name: str, *kinds: type[ev.Event]) -> list[Any]:
    return found((EXAMPLES / f"{name}.json").read_bytes(), *kinds)


def remote(name: str) -> list[Any]:
    """What one process does to another, in order, without the process list's own word on parents."""
    kinds = (ev.RemoteOperation, ev.SectionCreated, ev.SectionMapped, ev.SectionWritten, ev.ProcessStarted)
    return [event for event in events(name, *kinds) if event.source != "process list"]


def told(name: str) -> list[tuple[str, str, str]]:
    return [(event.api, cited(event), _target(event)) for event in remote(name)]


def _target(event: Any) -> str:
    other = getattr(event, "target", None) or getattr(event, "process", None)
    return str(other.key) if other else "-"


def test_log1_allocates_writes_and_starts_a_thread_in_384() -> None:
    assert [row for row in told("log1") if row[1].startswith("3972")] == [
        ("NtAllocateVirtualMemory", "3972.0#25", "384.0"),
        ("WriteProcessMemory", "3972.0#26", "384.0"),
        ("CreateRemoteThread", "3972.0#27", "384.0"),
    ]
    memory, write, thread = (event for event in remote("log1") if event.actor.pid == 3972)
    assert isinstance(memory, ev.MemoryAllocated)
    assert (memory.address, memory.size, memory.protection) == (0xBA0000, 4096, "PAGE_EXECUTE_READWRITE")
    assert memory.executable is True
    assert isinstance(write, ev.MemoryWritten)
    assert (write.address, write.size, write.buffer, write.image, write.module) == (0xBA0000, 1, ".", False, None)
    assert isinstance(thread, ev.ThreadCreated)
    assert (thread.address, thread.parameter, thread.thread_id) == (0xBA0000, 0xA00000, None)


def test_log1_does_not_name_the_target_and_does_not_open_it() -> None:
    assert not events("log1", ev.ProcessOpened)
    assert 384 not in {event.process.pid for event in events("log1", ev.ProcessObserved)}


def test_log2_maps_a_section_sets_the_context_and_resumes() -> None:
    assert told("log2") == [
        ("CreateProcessInternalW", "3548.0#27", "4020.0"),
        ("NtCreateSection", "3548.0#20", "-"),
        ("NtMapViewOfSection", "3548.0#21", "3548.0"),
        ("NtMapViewOfSection", "3548.0#28", "4020.0"),
        ("NtSetContextThread", "3548.0#29", "4020.0"),
        ("NtResumeThread", "3548.0#30", "4020.0"),
    ]
    start, created, own, mapped, context, resumed = remote("log2")
    assert (start.suspended, start.thread_id) == (True, 4024)
    assert (mapped.address, mapped.size, mapped.executable) == (0x200000, 122880, True)
    assert created.section == own.section == mapped.section
    assert (context.instruction_pointer, context.entry_point, context.thread_id) == (0x220218, 0x220000, 4024)
    assert {"eip=0x220218", "eax=0x220000"} <= set(context.registers)
    assert (resumed.suspend_count, resumed.thread_id) == (1, 4024)


def test_log3_goes_from_3292_over_3428_to_3604() -> None:
    assert told("log3") == [
        ("CreateProcessInternalW", "3292.0#20", "3428.0"),
        ("NtSetContextThread", "3292.0#21", "3428.0"),
        ("NtResumeThread", "3292.0#22", "3428.0"),
        ("CreateProcessInternalW", "3428.0#19", "3604.0"),
        ("NtMapViewOfSection", "3428.0#20", "3604.0"),
        ("NtQueueApcThread", "3428.0#21", "3604.0"),
        ("NtResumeThread", "3428.0#22", "3604.0"),
    ]
    first, context, resumed, second, mapped, apc, _ = remote("log3")
    assert (first.suspended, second.suspended) == (None, None)
    assert (context.instruction_pointer, context.entry_point) == (0x77807098, 0x4138A0)
    assert (resumed.suspend_count, resumed.thread_id) == (1, 3432)
    assert (mapped.address, mapped.size, mapped.section) == (0xA0000, 159744, None)
    assert (apc.address, apc.parameter, apc.thread_id) == (0, 0, 3608)


def test_log3_uses_0xa4_for_a_process_here_and_a_thread_there() -> None:
    threads = {event.actor.pid: event.thread_id for event in events("log3", ev.ThreadResumed)}
    assert threads == {3292: 3432, 3428: 3608}


def test_the_innocent_report_has_the_operations_of_an_ordinary_start() -> None:
    done = [(event.api, event.target.pid, getattr(event, "executable", None)) for event in remote("innocent")[1:]]
    assert done == [
        ("NtAllocateVirtualMemory", 3016, False),
        ("NtWriteVirtualMemory", 3016, None),
        ("NtWriteVirtualMemory", 3016, None),
        ("NtWriteVirtualMemory", 3016, None),
        ("NtResumeThread", 3016, None),
        ("ReadProcessMemory", 3016, None),
    ]
    assert remote("innocent")[0].suspended is False


@pytest.mark.parametrize(
    ("name", "parents"),
    [
        ("log1", {(376, 492), (1632, 3940), (3940, 3972)}),
        ("log2", {(376, 492), (1632, 3548), (3548, 4020)}),
        ("log3", {(376, 492), (1632, 3292), (3292, 3428), (3428, 3604)}),
        ("innocent", {(376, 492), (1632, 2904), (2904, 3016)}),
    ],
)
def test_parents_come_from_creations_and_else_from_the_list(name: str, parents: set[tuple[int, int]]) -> None:
    assert {(event.actor.pid, event.process.pid) for event in events(name, ev.ProcessStarted)} == parents
