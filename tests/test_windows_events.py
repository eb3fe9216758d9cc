"""Windows event logs all the way to answers: the true pairs of the real files, and what Windows itself does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers.evtx import evtx
from helpers.real import real_file
from helpers.windows import GUID_A, GUID_B, JSON, lines, security, sysmon

from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

SYSTEM = "C:\\Windows\\System32\\"
KERNEL32, NTDLL = SYSTEM + "KERNEL32.DLL", SYSTEM + "ntdll.dll"
COLUMNS = ("injector_pid", "target_pid", "technique", "confidence", "memory", "write", "execution")
NOT = "not recorded"


def answers(store: Store, paths: Sequence[Path], query: str, **parameters: Any) -> list[dict[str, Any]]:
    load(store, list(paths), Context(), Settings())
    return runner.run(store, query, parameters).rows


def lines_cited(row: dict[str, Any]) -> list[int]:
    return [int(citation.partition(":")[2]) for citation in row["evidence"]]


@pytest.mark.parametrize(
    ("name", "pair", "line"),
    [
        ("psh_mavinject_dll_notepad_2020-10-2121410529", (3224, 3440, "T1055.001"), 391),
        ("purplesharp_pe_injection_createremotethread_2020-10-2303121085", (8972, 9908, "T1055.002"), 239),
    ],
)
def test_the_remote_thread_of_a_real_log_is_the_only_injection(
    store: Store, name: str, pair: tuple[int, int, str], line: int
) -> None:
    (row,) = answers(store, [real_file(f"sysmon/{name}.json.gz")], "injections", min_confidence="weak")
    assert tuple(row[column] for column in COLUMNS) == (*pair, "likely", NOT, NOT, "CreateRemoteThread")
    assert line in lines_cited(row)
    again = answers(store, [real_file(f"sysmon/{name}.json.gz")], "injections", min_confidence="weak")
    assert again == [row]


PSEXEC, COVENANT = (
    f"sysmon/{name}.json.gz"
    for name in ("cmd_psexec_lsa_secrets_dump_2020-10-1903305471", "covenant_copy_smb_CreateRequest_2020-09-22145302")
)


@pytest.mark.parametrize("name", [PSEXEC, COVENANT])
def test_a_real_log_without_injections_has_none(embedded_store: Store, name: str) -> None:
    assert answers(embedded_store, [real_file(name)], "injections", min_confidence="weak") == []


def test_psexec_against_the_own_machine_is_no_movement(embedded_store: Store) -> None:
    assert answers(embedded_store, [real_file(PSEXEC)], "lateral-movement", min_confidence="weak") == []


def test_a_copy_that_the_target_audits_is_a_weak_movement_and_nothing_more(store: Store) -> None:
    (row,) = answers(store, [real_file(COVENANT)], "lateral-movement", min_confidence="weak")
    columns = ("source_host", "source_process", "account", "target_host", "target_process", "method", "copied_file")
    assert tuple(row[column] for column in columns) == (
        "WORKSTATION5.theshire.local", NOT, r"THESHIRE\pgustavo", "WORKSTATION6.theshire.local", NOT, "copy",
        r"C:\ProgramData\GruntHTTP.exe",
    )  # fmt: skip
    assert (row["technique"], row["confidence"]) == ("T1570", "weak")
    assert lines_cited(row) == [61, 62, 212]


def thread(source: str, target: str, module: str, function: str, seconds: float = 0, **fields: Any) -> JSON:
    between = {
        "SourceProcessGuid": GUID_A, "SourceProcessId": 7, "SourceImage": source, "TargetProcessGuid": GUID_B,
        "TargetProcessId": 8, "TargetImage": target, "StartModule": module, "StartFunction": function,
        "StartAddress": "0x00007FFB9285E540", "NewThreadId": 99,
    }  # fmt: skip
    return sysmon(8, seconds, **(between | fields))


ORDINARY = [
    thread(SYSTEM + "csrss.exe", SYSTEM + "cmd.exe", SYSTEM + "KERNELBASE.dll", "CtrlRoutine"),
    thread(SYSTEM + "csrss.exe", SYSTEM + "cmd.exe", KERNEL32, "CtrlRoutine"),
    thread(SYSTEM + "dwm.exe", SYSTEM + "csrss.exe", "-", "-", StartAddress="0xFFFFB0A1D4C2A1F0"),
    thread(r"C:\Program Files\av.exe", "System", "-", "-", StartAddress="0xFFFFF80264EB9C40"),
]
WORTH_A_LOOK = [
    thread(SYSTEM + "WerFault.exe", SYSTEM + "notepad.exe", NTDLL, "DbgUiRemoteBreakin"),
    thread(r"C:\tools\heaps.exe", SYSTEM + "notepad.exe", NTDLL, "-"),
]
TELLING = [
    (thread(r"C:\a.exe", SYSTEM + "notepad.exe", KERNEL32, "LoadLibraryA"), "T1055.001"),
    (thread(r"C:\a.exe", SYSTEM + "notepad.exe", NTDLL, "LdrLoadDll"), "T1055.001"),
    (thread(r"C:\a.exe", SYSTEM + "notepad.exe", "-", "-"), "T1055.002"),
    (thread(r"C:\a.exe", SYSTEM + "notepad.exe", KERNEL32, "WinExec"), "T1055"),
    (thread(r"C:\a.exe", SYSTEM + "notepad.exe", r"C:\Users\u\x.dll", "-"), "T1055"),
    (thread(r"C:\Users\u\csrss.exe", SYSTEM + "cmd.exe", KERNEL32, "CtrlRoutine"), "T1055"),
    (thread(SYSTEM + "csrss.exe", SYSTEM + "cmd.exe", KERNEL32, "LoadLibraryW"), "T1055.001"),
]


def injections(store: Store, folder: Path, rows: list[JSON]) -> list[tuple[str, str]]:
    path = folder / "log.json"
    path.write_bytes(lines(rows))
    found = answers(store, [path], "injections", min_confidence="weak")
    return [(row["technique"], row["confidence"]) for row in found]


@pytest.mark.parametrize("row", ORDINARY)
def test_threads_that_windows_starts_by_itself_are_no_injections(
    embedded_store: Store, tmp_path: Path, row: JSON
) -> None:
    assert injections(embedded_store, tmp_path, [row]) == []


@pytest.mark.parametrize("row", WORTH_A_LOOK)
def test_threads_of_debuggers_are_weak(embedded_store: Store, tmp_path: Path, row: JSON) -> None:
    assert injections(embedded_store, tmp_path, [row]) == [("T1055", "weak")]


@pytest.mark.parametrize(("row", "technique"), TELLING)
def test_other_threads_are_likely_and_where_they_start_tells_how(
    embedded_store: Store, tmp_path: Path, row: JSON, technique: str
) -> None:
    assert injections(embedded_store, tmp_path, [row]) == [(technique, "likely")]


def test_repeats_of_a_pair_are_one_injection_that_cites_those_of_its_technique(
    embedded_store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "log.json"
    row = thread(r"C:\a.exe", r"C:\b.exe", KERNEL32, "LoadLibraryW")
    elsewhere = thread(r"C:\a.exe", r"C:\b.exe", "-", "-", 2)
    path.write_bytes(lines([row, row | {"UtcTime": "2020-10-19 12:00:01.000"}, elsewhere]))
    (found,) = answers(embedded_store, [path], "injections")
    assert (found["technique"], found["other_techniques"]) == ("T1055.001", ["T1055.002"])
    assert lines_cited(found) == [1, 2]


def test_a_process_of_two_exports_of_one_host_is_shown_once_and_tracking_goes_through_both(
    store: Store, tmp_path: Path
) -> None:
    """Sysmon's file tells what the process wrote, Security's what it started."""
    stamp = "2020-10-19 12:00:00.400"
    start = {"ProcessGuid": GUID_A, "ProcessId": "77", "Image": r"C:\a.exe"}
    child = {"NewProcessId": "0x50", "NewProcessName": r"C:\b.exe", "ProcessId": "0x4d"}
    files = {
        "sysmon.json": lines([sysmon(1, 0, **start), sysmon(11, 5, TargetFilename=r"C:\f", **start)]),
        "security.evtx": evtx([
            security(4688, stamp, NewProcessId="0x4d", NewProcessName=r"C:\A.EXE", ProcessId="0x8"),
            security(4688, "2020-10-19 12:00:03.000", **child),
        ]),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    tree = answers(store, [tmp_path / name for name in files], "process-tree")
    assert sorted((row["pid"], row["name"], row["parent_pid"]) for row in tree) == [
        (8, "not recorded", None), (77, "a.exe", None), (80, "b.exe", 77),
    ]  # fmt: skip
    forward = runner.run(store, "track-forward", {"from": "8@WS5"}).rows
    assert any(r"C:\f" in str(row["target"]) for row in forward)


def test_an_access_with_all_rights_is_no_injection(embedded_store: Store, tmp_path: Path) -> None:
    row = thread(r"C:\a.exe", r"C:\b.exe", "-", "-") | {"EventID": 10, "GrantedAccess": "0x1fffff"}
    assert injections(embedded_store, tmp_path, [row]) == []
