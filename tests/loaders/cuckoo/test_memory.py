"""Memory and threads of other processes, and the life of sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers.reports import ALL_LAYOUTS, JSON, SELF_32, SELF_64, Program, call, cape, cited, cuckoo, found, of, read

from graph_model import events as ev

Layout = Callable[..., JSON]
every = pytest.mark.parametrize("layout", ALL_LAYOUTS)
OPEN_8 = call("NtOpenProcess", process_handle="0xa4", process_identifier=8)
SECTION_EVENTS = (ev.SectionCreated, ev.SectionMapped, ev.SectionWritten)


def after_opening(layout: Layout, *calls: Any) -> JSON:
    return layout(Program(4, [OPEN_8, *calls]), Program(8))


def buffer_of(buffer: str, layout: Layout = cuckoo, **more: Any) -> Any:
    write = call("WriteProcessMemory", process_handle="0xa4", base_address="0x1000", buffer=buffer, **more)
    (event,) = found(after_opening(layout, write), ev.MemoryWritten)
    return event


@every
def test_an_allocation_has_address_size_and_protection(layout: Layout) -> None:
    for protection in (64, "0x00000040"):
        memory = {"base_address": "0x00ba0000", "region_size": 4096, "protection": protection}
        (event,) = found(
            after_opening(layout, call("NtAllocateVirtualMemory", process_handle="0xa4", **memory)), ev.MemoryAllocated
        )
        assert (event.address, event.size, event.protection, event.executable) == (
            0xBA0000,
            4096,
            "PAGE_EXECUTE_READWRITE",
            True,
        )


def test_a_change_of_protection_tells_the_new_one() -> None:
    arguments = {"NewAccessProtection": "0x00000020", "OldAccessProtection": "0x00000004"}
    arguments |= {"NumberOfBytesProtected": "0x00001000", "BaseAddress": "0x00ba0000", "ProcessHandle": "0xa4"}
    (event,) = found(after_opening(cape, call("NtProtectVirtualMemory", **arguments)), ev.MemoryProtected)
    assert (event.protection, event.executable, event.size) == ("PAGE_EXECUTE_READ", True, 4096)


# --- buffers -------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize("buffer", ["MZ", "MZ\\x90\\x00\\x03", "MZ\x90\x00"])
def test_an_image_begins_with_mz(layout: Layout, buffer: str) -> None:
    assert buffer_of(buffer, layout).image is True


@pytest.mark.parametrize("buffer", ["", "M", "mz", "\\x00MZ", "AMZ", "."])
def test_anything_else_is_no_image(buffer: str) -> None:
    assert buffer_of(buffer).image is False


@every
@pytest.mark.parametrize(
    "buffer",
    [
        r"C:\a\evil.dll",
        r"C:\a\evil.dll\x00",
        "C:\\a\\evil.dll\x00",
        "".join(f"{letter}\\x00" for letter in r"C:\a\evil.dll"),
        "".join(f"{letter}\x00" for letter in r"C:\a\evil.dll") + "\x00\x00",
    ],
)
def test_the_path_of_a_dll_is_its_module(layout: Layout, buffer: str) -> None:
    assert buffer_of(buffer, layout).module == r"C:\a\evil.dll"


@pytest.mark.parametrize("buffer", ["", "MZ", "kernel32", "x" * 2000 + ".dll", r"C:\a\note.txt"])
def test_other_text_is_no_module(buffer: str) -> None:
    assert buffer_of(buffer).module is None


def test_the_length_is_the_recorded_one_else_that_of_the_buffer() -> None:
    assert buffer_of("MZ\\x90\\x00", cape, buffer_length="0x000011c0").size == 0x11C0
    assert buffer_of("MZ\\x90\\x00", cape).size == 4
    assert buffer_of("").size is None


# --- threads -------------------------------------------------------------------------------------


@every
def test_a_remote_thread_has_start_parameter_and_flags(layout: Layout) -> None:
    thread = {"function_address": "0x1000", "parameter": "0x2000", "creation_flags": 4, "thread_identifier": 77}
    start = call("CreateRemoteThread", returned=0x172, process_handle="0xa4", **thread)
    (event,) = found(after_opening(layout, start), ev.ThreadCreated)
    assert (event.address, event.parameter, event.suspended, event.thread_id) == (0x1000, 0x2000, True, 77)


def test_a_user_thread_says_itself_whether_it_is_suspended() -> None:
    arguments = {"CreateSuspended": "1", "StartAddress": "0x1000", "StartParameter": "0x2000", "ProcessHandle": "0xa4"}
    (event,) = found(after_opening(cape, call("RtlCreateUserThread", **arguments)), ev.ThreadCreated)
    assert (event.suspended, event.address, event.parameter) == (True, 0x1000, 0x2000)


def test_a_native_thread_has_its_own_flags() -> None:
    start = call("NtCreateThreadEx", process_handle="0xa4", function_address="0x1000", create_flags=1)
    assert [event.suspended for event in found(after_opening(cuckoo, start), ev.ThreadCreated)] == [True]


def test_cape_prints_the_two_registers_that_matter_under_names_of_its_own() -> None:
    thread = call("NtOpenThread", thread_handle="0xb0", thread_identifier=99, process_identifier=8)
    pointers = {"HollowedInstructionPointer": "0x004138a0", "CurrentInstructionPointer": "0x77807098"}
    (event,) = found(
        after_opening(cape, thread, call("NtSetContextThread", thread_handle="0xb0", **pointers)), ev.ThreadContextSet
    )
    assert (event.entry_point, event.instruction_pointer, event.thread_id) == (0x4138A0, 0x77807098, 99)


def test_registers_may_be_of_64_bits() -> None:
    registers = {"rip": "0x7ff800000000", "rcx": 2**63 + 5, "rax": "?"}
    context = call("NtSetContextThread", process_identifier=8, thread_handle="0xb0", registers=registers)
    (event,) = found(after_opening(cuckoo, context), ev.ThreadContextSet)
    assert (event.instruction_pointer, event.entry_point) == (0x7FF800000000, 2**63 + 5)
    assert event.registers == ("rcx=0x8000000000000005", "rip=0x7ff800000000")


@every
def test_an_apc_may_have_the_routine_zero(layout: Layout) -> None:
    thread = call("NtOpenThread", thread_handle="0xb0", thread_identifier=99, process_identifier=8)
    apc = call("NtQueueApcThread", thread_handle="0xb0", function_address="0x00000000", parameter="0x00000000")
    (event,) = found(after_opening(layout, thread, apc), ev.ApcQueued)
    assert (event.address, event.parameter, event.thread_id) == (0, 0, 99)


# --- sections ------------------------------------------------------------------------------------


def make(handle: str = "0xdc", **more: Any) -> Any:
    return call("NtCreateSection", section_handle=handle, section_page_protection=64, **more)


def view(process: str, base: str, handle: str = "0xdc") -> Any:
    where = {"section_handle": handle, "process_handle": process, "base_address": base}
    return call("NtMapViewOfSection", view_size=4096, win32_protect=64, **where)


def fill(base: str) -> Any:
    return call("NtWriteVirtualMemory", process_handle=SELF_32, base_address=base, buffer="MZ")


def unmap(base: str) -> Any:
    return call("NtUnmapViewOfSection", process_handle=SELF_32, base_address=base)


def life(layout: Layout, *calls: Any) -> list[tuple[str, str]]:
    """(kind, citation) of what is told about sections."""
    events = found(after_opening(layout, *calls), *SECTION_EVENTS)
    return [(type(event).__name__.removeprefix("Section"), cited(event)) for event in events]


@every
def test_a_sections_life_is_told_when_another_process_gets_it(layout: Layout) -> None:
    told = life(layout, make(), view(SELF_32, "0x510000"), fill("0x510800"), view("0xa4", "0x200000"))
    assert told == [("Created", "4.0#1"), ("Mapped", "4.0#2"), ("Written", "4.0#3"), ("Mapped", "4.0#4")]


@every
@pytest.mark.parametrize("own", [SELF_32, SELF_64])
def test_a_section_that_stays_with_its_process_is_not_told(layout: Layout, own: str) -> None:
    assert life(layout, make(), view(own, "0x510000"), fill("0x510800")) == []


@every
def test_a_shared_sections_life_goes_on_after_it_was_shared(layout: Layout) -> None:
    told = life(layout, make(), view("0xa4", "0x200000"), view(SELF_32, "0x510000"), fill("0x510000"))
    assert told == [("Created", "4.0#1"), ("Mapped", "4.0#2"), ("Mapped", "4.0#3"), ("Written", "4.0#4")]


@every
def test_a_view_outlives_the_handle_of_its_section(layout: Layout) -> None:
    closed = call("NtClose", handle="0xdc")
    told = life(layout, make(), view(SELF_32, "0x510000"), view("0xa4", "0x200000"), closed, fill("0x510000"))
    assert told[-1] == ("Written", "4.0#5")


@every
def test_a_write_beside_the_view_or_after_its_end_is_no_write_of_the_section(layout: Layout) -> None:
    beside, behind = fill("0x511000"), fill("0x50ffff")
    told = life(layout, make(), view(SELF_32, "0x510000"), beside, behind, view("0xa4", "0x200000"))
    assert ("Written" not in dict(told)) is True
    told = life(layout, make(), view(SELF_32, "0x510000"), unmap("0x510000"), fill("0x510000"), view("0xa4", "0x2"))
    assert ("Written" not in dict(told)) is True


@every
def test_the_parts_of_a_sections_life_name_the_same_section(layout: Layout) -> None:
    calls = [make(), view(SELF_32, "0x510000"), fill("0x510000"), view("0xa4", "0x200000")]
    events = found(after_opening(layout, *calls), *SECTION_EVENTS)
    assert {event.section for event in events} == {"4.0#1"}
    assert [event.target.key for event in events if isinstance(event, ev.SectionMapped)] == ["4.0", "8.0"]


@every
def test_a_handle_number_used_again_is_another_section(layout: Layout) -> None:
    closed = call("NtClose", handle="0xdc")
    calls = [make(), view("0xa4", "0x1000"), closed, make(), view("0xa4", "0x2000")]
    mapped = found(after_opening(layout, *calls), ev.SectionMapped)
    assert [event.section for event in mapped] == ["4.0#1", "4.0#4"]


@every
def test_a_section_whose_creation_is_not_recorded_is_still_mapped(layout: Layout) -> None:
    (event,) = found(after_opening(layout, view("0xa4", "0x200000")), ev.SectionMapped)
    assert (event.section, event.address, event.size, event.executable) == (None, 0x200000, 4096, True)


def test_a_section_made_as_an_image_is_executable_however_it_is_mapped() -> None:
    mapping = call("NtMapViewOfSection", section_handle="0xdc", process_handle="0xa4", base_address=1, win32_protect=4)
    report = after_opening(cuckoo, make(allocation_attributes="0x01000000"), mapping)
    assert [event.executable for event in found(report, ev.SectionMapped)] == [True]


def test_a_section_made_of_a_file_names_the_file() -> None:
    opened = call("NtOpenFile", file_handle="0x88", filepath=r"C:\a\x.dll")
    report = after_opening(cuckoo, opened, make(file_handle="0x88"), view("0xa4", "0x1000"))
    assert [event.file for event in found(report, ev.SectionCreated)] == [r"C:\a\x.dll"]


def open_named(name: str, handle: str = "0xe0", api: str = "NtOpenSection") -> Any:
    return call(api, section_handle=handle, section_name=name)


@every
def test_a_section_that_two_processes_open_by_name_is_one(layout: Layout) -> None:
    owner = [open_named("Local\\x", api="NtCreateSection"), view(SELF_32, "0x510000", "0xe0"), fill("0x510000")]
    taker = [open_named("local\\X"), view(SELF_32, "0x610000", "0xe0")]
    for number, step in enumerate([*owner, *taker]):
        step.time = 1.0 + number
    events = found(layout(Program(4, owner), Program(8, taker)), *SECTION_EVENTS)
    assert {event.section for event in events} == {"4.0#0"}
    told = [(type(event).__name__.removeprefix("Section"), cited(event)) for event in events]
    first = [("Created", "4.0#0"), ("Mapped", "4.0#1"), ("Written", "4.0#2")]
    assert told == [*first, ("Created", "8.0#0"), ("Mapped", "8.0#1")]


@every
@pytest.mark.parametrize("name", ["kernel32.dll", "\\KnownDlls\\ntdll.dll", "NlsSectionCP1252.nls"])
def test_sections_of_system_modules_are_open_everywhere_and_not_told(layout: Layout, name: str) -> None:
    calls = [open_named(name), view(SELF_32, "0x510000", "0xe0")]
    assert found(layout(Program(4, calls), Program(8, calls)), *SECTION_EVENTS) == []


@every
def test_a_handle_to_a_section_that_is_given_to_another_process_works_there(layout: Layout) -> None:
    given = call(
        "NtDuplicateObject",
        source_process_handle=SELF_32,
        source_handle="0xdc",
        target_process_handle="0xa4",
        target_handle="0x30",
    )
    giver = [OPEN_8, make(), view(SELF_32, "0x510000"), fill("0x510000"), given]
    taker = [view(SELF_32, "0x610000", "0x30")]
    for number, step in enumerate([*giver, *taker]):
        step.time = 1.0 + number
    events = found(layout(Program(4, giver), Program(8, taker)), *SECTION_EVENTS)
    told = [(type(event).__name__.removeprefix("Section"), cited(event)) for event in events]
    assert told == [("Created", "4.0#1"), ("Mapped", "4.0#2"), ("Written", "4.0#3"), ("Mapped", "8.0#0")]
    assert {event.section for event in events} == {"4.0#1"}


def test_what_a_mapped_section_holds_is_told_as_2x_prints_it() -> None:
    mapping = view("0xa4", "0x200000")
    mapping.arguments["buffer"] = "MZ\\x90"
    (event,) = found(after_opening(cuckoo, mapping), ev.SectionMapped)
    assert (event.image, event.buffer) == (True, "MZ\\x90")


def test_cape_prints_where_a_thread_is_to_start_when_its_context_is_read() -> None:
    thread = call("NtOpenThread", thread_handle="0xb0", thread_identifier=99, process_identifier=8)
    pointers = {"HollowedInstructionPointer": "0x004138a0", "CurrentInstructionPointer": "0x77807098"}
    asked = call("NtGetContextThread", thread_handle="0xb0", **pointers)
    (event,) = found(after_opening(cape, thread, asked), ev.ThreadContextRead)
    assert (event.entry_point, event.instruction_pointer, event.thread_id) == (0x4138A0, 0x77807098, 99)
    silent = call("NtGetContextThread", thread_handle="0xb0")
    assert found(after_opening(cuckoo, thread, silent), ev.ThreadContextRead) == []


def test_earlier_versions_of_cape_call_the_entry_point_the_instruction_pointer() -> None:
    thread = call("NtOpenThread", thread_handle="0xb0", thread_identifier=99, process_identifier=8)
    context = call("NtSetContextThread", thread_handle="0xb0", InstructionPointer="0x004138a0")
    (event,) = found(after_opening(cape, thread, context), ev.ThreadContextSet)
    assert (event.entry_point, event.instruction_pointer) == (0x4138A0, None)


@pytest.mark.parametrize(("api", "value"), [("NtCreateThreadEx", 1), ("NtCreateThread", 1), ("RtlCreateUserThread", 1)])
def test_2x_calls_the_flag_of_a_native_thread_suspended(api: str, value: int) -> None:
    start = call(api, process_handle="0xa4", function_address="0x1000", suspended=value)
    assert [event.suspended for event in found(after_opening(cuckoo, start), ev.ThreadCreated)] == [True]


# --- windows and transactions --------------------------------------------------------------------


def test_a_process_made_of_a_section_has_it_mapped_by_windows() -> None:
    file = call("NtCreateFile", file_handle="0x88", filepath=r"C:\a\x.exe", create_disposition=2)
    child = call("NtCreateProcessEx", section_handle="0xdc", process_handle="0xb8", process_identifier=12)
    events = found(cape(Program(4, [file, make(file_handle="0x88"), child]), Program(12, ppid=4)), *SECTION_EVENTS)
    created, mapped = events
    assert (created.file, mapped.section, mapped.target.key, mapped.actor) == (r"C:\a\x.exe", "4.0#1", "12.0", None)


@pytest.mark.parametrize(("ended", "told"), [("NtRollbackTransaction", 1), ("NtCommitTransaction", 0)])
def test_a_transaction_that_is_undone_is_part_of_the_life_of_its_section(ended: str, told: int) -> None:
    file = {"file_handle": "0x88", "filepath": r"C:\a\x.exe", "transaction_handle": "0x20"}
    calls = [
        call("CreateFileTransactedW", returned=0x88, **file),
        make(file_handle="0x88"),
        call(ended, transaction_handle="0x24"),  # another one
        call(ended, transaction_handle="0x20"),
        call("NtRollbackTransaction", transaction_handle="0x20"),
        view("0xa4", "0x200000"),
    ]
    events = found(after_opening(cape, *calls), ev.SectionRolledBack)
    assert len(events) == 2 * told
    assert [cited(event) for event in events[:1]] == ["4.0#4"][:told]


def test_a_window_that_is_not_the_shells_is_nobodys() -> None:
    seen = call("FindWindowA", returned=0x5, ClassName="Notepad")
    calls = [call("SetWindowLongA", WindowHandle=hex(n), Index=0, NewLong="0x1000") for n in (5, 6)]
    calls += [call("SetWindowLongA", WindowHandle="0x7", Index=-4, NewLong="0x1000")]
    calls += [call("PostMessageA", WindowHandle=hex(n), Message="0xf") for n in (5, 6, 7)]
    report = cape(Program(4, [seen, *calls]), Program(8, name="explorer.exe"))
    events = found(report, ev.WindowMemorySet, ev.WindowMessaged)
    assert [(type(event).__name__, event.target.key, cited(event)) for event in events] == [
        ("WindowMemorySet", "8.0", "4.0#2"),
        ("WindowMessaged", "8.0", "4.0#5"),
    ]


def test_the_shell_that_is_not_known_is_a_line_in_the_drift_report() -> None:
    changed = call("SetWindowLongA", WindowHandle="0x5", Index=0, NewLong="0x1000")
    events, drift = read(cape(Program(4, [changed])))
    assert not of(ev.WindowMemorySet, events)
    assert drift.unknown["target", "SetWindowLongA"] == 1


# --- what a write says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("buffer", "leads"),
    [
        ("h\\x00\\x01\\x0a\\x00\\xc3", 0xA0100),  # push, ret
        ("h\x00\x01\x0a\x00\xc3", 0xA0100),  # the same as 2.x prints it
        ("\\xe9\\xfb\\x0f\\x00\\x00", 0x2000),  # jmp, from 0x1000
        ("\\xe9\\xfb\\xef\\xff\\xff", 0x0),
        ("\\xb8\\x00\\x10\\x40\\x00\\xff\\xe0", 0x401000),  # mov eax, jmp eax
        ("H\\xb8\\x00\\x00\\x00\\x00\\xf7\\x7f\\x00\\x00\\xff\\xe0", 0x7FF700000000),
        ("\\xff%\\x00\\x00\\x00\\x00\\x00\\x10\\x40\\x00\\x00\\x00\\x00\\x00", 0x401000),  # jmp [rip]
        ("h\\x00\\x01\\x0a\\x00\\xc2", None),
        ("MZ\\x90", None),
        ("", None),
    ],
)
def test_a_jump_says_where_it_leads(buffer: str, leads: int | None) -> None:
    assert buffer_of(buffer).leads_to == leads


def test_bytes_that_may_be_cut_off_reach_to_the_end_of_the_memory_they_lie_in() -> None:
    made = call("NtAllocateVirtualMemory", process_handle="0xa4", base_address="0x1000", region_size=0x3000)
    for address, told, reach in (("0x1800", {}, 0x4000), ("0x1800", {"buffer_length": 4}, None), ("0x5000", {}, None)):
        write = call("WriteProcessMemory", process_handle="0xa4", base_address=address, buffer="MZ..", **told)
        (event,) = found(after_opening(cape, made, write), ev.MemoryWritten)
        assert (event.size, event.reach) == (4, reach)


@pytest.mark.parametrize(
    ("more", "protection", "executable"),
    [
        ({}, 2, None),  # of an image the parts have their own protection
        ({}, 64, True),
        ({"allocation_attributes": "0x08000000"}, 2, False),  # SEC_COMMIT: data
        ({"allocation_attributes": "0x01000000"}, 2, True),  # SEC_IMAGE
    ],
)
def test_a_section_of_a_file_may_be_an_image(more: JSON, protection: int, executable: bool | None) -> None:
    opened = call("NtOpenFile", file_handle="0x88", filepath=r"C:\a\x.exe")
    mapping = call("NtMapViewOfSection", section_handle="0xdc", process_handle="0xa4", base_address=1,
                   win32_protect=protection)  # fmt: skip
    report = after_opening(cape, opened, make(file_handle="0x88", **more), mapping)
    assert [event.executable for event in found(report, ev.SectionMapped)] == [executable]
