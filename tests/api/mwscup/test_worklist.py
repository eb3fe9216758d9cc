"""The list of calls against the task's own script, written again from its slide."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLES
from helpers.monitors import MONITORS, Layout
from helpers.reports import SELF_32, SELF_64, Program, call, cape, cuckoo, cuckoo_1
from helpers.sheets import rows, sheets, written

from graph_model.store import Store

JSON = dict[str, Any]
OURS = ["PID", "ProcessName", "TargetPID", "TargetName", "Injection", "Citation"]


def script(report: JSON) -> list[tuple[str, str, JSON]]:
    """What the slide's Ruby does, without its brace too many: for Cuckoo 2.0."""
    found = []
    for process in report["behavior"]["processes"]:
        for one in process["calls"]:
            arguments, tag = dict(one["arguments"]), None
            if one["api"] in ("CreateProcessInternalW", "NtCreateUserProcess"):
                tag = "[PROC]"
            elif (
                one["api"] in ("NtAllocateVirtualMemory", "NtProtectVirtualMemory", "NtMapViewOfSection")
                and arguments.get("process_handle") != "0xffffffff"
            ):
                tag = "[MEM]"
            elif (
                one["api"] in ("WriteProcessMemory", "NtWriteVirtualMemory")
                and arguments.get("process_handle") != "0xffffffff"
            ):
                tag = "[WRITE]"
                arguments["buffer"] = ".."
            elif one["api"] in ("CreateRemoteThread", "NtSetContextThread", "NtQueueApcThread", "NtResumeThread"):
                tag = "[EXEC]"
            if tag:
                found.append((tag, f"{one['api']}=>{one['return_value']}", arguments))
    return found


KNOWN = {called.partition("=>")[0] for called in (
    "CreateProcessInternalW", "NtCreateUserProcess", "NtAllocateVirtualMemory", "NtProtectVirtualMemory",
    "NtMapViewOfSection", "WriteProcessMemory", "NtWriteVirtualMemory", "CreateRemoteThread", "NtSetContextThread",
    "NtQueueApcThread", "NtResumeThread",
)}  # fmt: skip


@pytest.mark.parametrize("name", ["log1.json", "log2.json", "log3.json", "innocent.json"])
def test_the_list_holds_what_the_script_lists_in_its_order(embedded_store: Store, tmp_path: Path, name: str) -> None:
    path = EXAMPLES / "cuckoo" / name
    (done,) = sheets(embedded_store, [path], tmp_path)
    assert done.written[0] == tmp_path / f"{name}.csv"
    listed = rows(done.written[0])
    assert list(listed[0]) == ["Category", "APIName&RetVal", "Arg", *OURS]
    ours = [(row["Category"], row["APIName&RetVal"], json.loads(row["Arg"])) for row in listed if not _added(row)]
    assert ours == script(json.loads(path.read_text(encoding="utf-8")))


def _added(row: dict[str, str]) -> bool:
    """Evidence that the script does not list: other APIs, and the section's life in the injector itself."""
    own = json.loads(row["Arg"]).get("process_handle") == "0xffffffff"
    return bool(row["Injection"]) and (row["APIName&RetVal"].partition("=>")[0] not in KNOWN or own)


def test_steps_are_marked_with_target_and_technique_and_other_calls_are_not(
    embedded_store: Store, tmp_path: Path
) -> None:
    (done,) = sheets(embedded_store, [EXAMPLES / "cuckoo" / "log1.json"], tmp_path)
    listed = rows(done.written[0])
    marked = [[row["Category"], *(row[name] for name in OURS)] for row in listed if row["Injection"]]
    short = done.sheet.short
    assert marked == [
        [tag, "3972", "iexplore.exe", "384", "not recorded", "T1055.002 confirmed", f"{short}:3972.0#{index}"]
        for tag, index in (("[MEM]", 25), ("[WRITE]", 26), ("[EXEC]", 27))
    ]
    assert all(row["Citation"] for row in listed)


@pytest.mark.parametrize("spelt", [SELF_32, SELF_64, "-1", -1, 0xFFFFFFFF])
@pytest.mark.parametrize("layout", [cuckoo, cape, cuckoo_1])
def test_memory_of_the_own_process_is_left_out_however_it_is_spelt(
    embedded_store: Store, tmp_path: Path, layout: Any, spelt: Any
) -> None:
    calls = [
        call("NtAllocateVirtualMemory", process_handle=spelt, base_address="0x1000"),
        call("WriteProcessMemory", process_handle=spelt, buffer="x"),
        call("ZwMapViewOfSection", process_handle=spelt),
        call("NtAllocateVirtualMemory", process_handle="0x10", base_address="0x1000"),
        call("ZwMapViewOfSection", process_handle="0x10"),
    ]
    (done,) = sheets(embedded_store, [written(layout(Program(4, calls)), tmp_path)], tmp_path)
    assert [row["Citation"].partition("#")[2] for row in rows(done.written[0])] == ["3", "4"]


@pytest.mark.parametrize("layout", MONITORS, ids=lambda layout: layout.__name__)
def test_every_layout_gives_a_list_with_its_own_argument_names(
    embedded_store: Store, tmp_path: Path, layout: Layout
) -> None:
    calls = [
        call("NtOpenProcess", process_identifier=384, process_handle="0xfc"),
        call("WriteProcessMemory", process_handle="0xfc", base_address="0x1000", buffer='a,b\n"c"'),
    ]
    (done,) = sheets(embedded_store, [written(layout(Program(4, calls)), tmp_path)], tmp_path)
    (row,) = [row for row in rows(done.written[0]) if row["Category"] == "[WRITE]"]
    assert ".." in json.loads(row["Arg"]).values()
    assert ("process_handle" if layout is cuckoo else "ProcessHandle") in json.loads(row["Arg"])


def test_evidence_that_the_script_does_not_know_is_listed_with_its_tag(embedded_store: Store, tmp_path: Path) -> None:
    target = {"process_identifier": 400, "process_handle": "0x90"}
    calls = [
        call("NtOpenProcess", **target),
        call("VirtualAllocEx", base_address="0x500000", region_size=4096, protection=64, **target),
        call("NtUnmapViewOfSection", base_address="0x400000", **target),
        call("RtlCreateUserThread", function_address="0x500000", thread_handle="0x94", **target),
        call("NtSetContextThread", thread_handle="0xfffffffe", process_identifier=100),
    ]
    report = cuckoo(Program(100, calls), Program(400, (), "t.exe"))
    (done,) = sheets(embedded_store, [written(report, tmp_path)], tmp_path)
    found = [(row["Category"], row["APIName&RetVal"], row["TargetName"], bool(row["Injection"])) for row in
             rows(done.written[0])]  # fmt: skip
    assert found == [
        ("[PROC]", "NtOpenProcess=>0", "t.exe", True),
        ("[MEM]", "VirtualAllocEx=>0", "t.exe", True),
        ("[MEM]", "NtUnmapViewOfSection=>0", "t.exe", True),
        ("[EXEC]", "RtlCreateUserThread=>0", "t.exe", True),
        ("[EXEC]", "NtSetContextThread=>0", "one.exe", False),
    ]


def test_a_name_that_a_spreadsheet_would_run_is_text(embedded_store: Store, tmp_path: Path) -> None:
    program = Program(4, [call("NtResumeThread")], "=cmd|'x'!A1.exe")
    (done,) = sheets(embedded_store, [written(cuckoo(program), tmp_path)], tmp_path)
    assert rows(done.written[0])[0]["ProcessName"].startswith("'=cmd")


def test_a_section_that_is_mapped_into_two_targets_names_both(embedded_store: Store, tmp_path: Path) -> None:
    calls = [call("NtCreateSection", section_handle="0x128", section_page_protection=64)]
    for number in (1, 2):
        target = {"process_identifier": 400 * number, "process_handle": hex(0x90 + number)}
        calls += [
            call("NtMapViewOfSection", section_handle="0x128", base_address="0x500000", view_size=4096,
                 win32_protect=64, **target),
            call("CreateRemoteThread", function_address="0x500000", **target),
        ]  # fmt: skip
    (done,) = sheets(embedded_store, [written(cuckoo(Program(100, calls)), tmp_path)], tmp_path)
    first = rows(done.written[0])[0]
    assert (first["APIName&RetVal"], first["TargetPID"]) == ("NtCreateSection=>0", "400; 800")


def test_reports_of_one_name_do_not_overwrite_each_others_lists(embedded_store: Store, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        report = cuckoo(Program(4, [call("NtResumeThread")]), info={"id": number, "started": 1_500_000_000.0 + number})
        written(report, tmp_path / str(number))
    done = sheets(embedded_store, [tmp_path], tmp_path)
    assert sorted(path.name for one in done for path in one.written) == sorted(
        f"report.json.{one.sheet.short}.csv" for one in done
    )
    assert len(done) == 2
