"""Task 3-2 of the sheet: an overview, and each call that looks for a sandbox with what the report's signatures knew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.reports import Program, call, cape, cuckoo
from helpers.sheets import sheets, written

from api.mwscup import looks_text
from graph_model.store import Store

KEY = "HKEY_LOCAL_MACHINE\\HARDWARE\\ACPI\\DSDT\\VBOX__"
CALLS = [
    call("RegOpenKeyExA", at=1, ok=False, returned=2, regkey=KEY),
    call("FindWindowA", at=2, ok=False, class_name="VBoxTrayToolWndClass", window_name=""),
    call("NtDelayExecution", at=3, milliseconds=300_000),
    call("NtDelayExecution", at=4, milliseconds=300_000),
]
SIGNATURES: list[dict[str, Any]] = [
    {"name": "antivm_vbox_acpi", "severity": 3, "markcount": 1, "marks": [{"type": "call", "pid": 100, "cid": 0}]}
]


def told(store: Store, tmp_path: Path, report: dict[str, Any]) -> list[str]:
    (done,) = sheets(store, [written(report, tmp_path)], tmp_path)
    return list(looks_text.lines(done.sheet.behaviour, done.sheet.looks, 200))


def test_the_overview_stands_above_the_calls(embedded_store: Store, tmp_path: Path) -> None:
    found = told(embedded_store, tmp_path, cuckoo(Program(100, CALLS, "bad.exe"), signatures=SIGNATURES))
    assert found[:2] == ["", "3-2  What the sample does, and how it looks for sandboxes"]
    assert found[2].startswith("   The log shows 1 process: bad.exe.")
    run = next(line for line in found if "RegOpenKeyExA" in line).split()[0].partition(":")[0]
    assert found[-7:] == [
        "",
        "   100 bad.exe: Sleep (T1497.003, likely, 600 s asked for in all)",
        f"      {run}:100.0#2  NtDelayExecution milliseconds=300000 (2 times): new",
        "",
        "   100 bad.exe: VirtualBox (T1497.001, confirmed)",
        f"      {run}:100.0#0  RegOpenKeyExA regkey={KEY}: known to antivm_vbox_acpi",
        f"      {run}:100.0#1  FindWindowA classname=VBoxTrayToolWndClass: new",
    ]


def test_a_report_without_such_calls_has_the_overview_alone(embedded_store: Store, tmp_path: Path) -> None:
    found = told(embedded_store, tmp_path, cape(Program(100, [call("NtClose", handle="0x44")], "good.exe")))
    assert not [line for line in found if "T1497" in line]
    assert "No call that probably looks for a sandbox" in " ".join(" ".join(found).split())


def test_many_calls_of_one_kind_are_cut_and_counted(embedded_store: Store, tmp_path: Path) -> None:
    names = ("VBoxMouse", "VBoxGuest", "VBoxSF", "VBoxVideo")
    folders = ("C:\\Windows\\System32\\drivers", "D:\\Windows\\System32\\drivers", "E:\\Windows\\System32\\drivers")
    files = [f"{folder}\\{name}.sys" for folder in folders for name in names]
    calls = [call("NtQueryAttributesFile", ok=False, filepath=file) for file in files]
    found = told(embedded_store, tmp_path, cuckoo(Program(100, calls, "bad.exe")))
    assert found[-1] == "      … and 2 more calls (`provgraph query fingerprinting`)"
