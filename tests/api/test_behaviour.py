"""The overview of what a sample did: sentences that say what is recorded and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from helpers.commands import provgraph
from helpers.reports import Program, call, cuckoo

from api.behaviour import above, sentences
from api.load import load
from api.settings import Settings
from cypher import runner
from graph_model.store import Store
from loaders.protocol import Context

RUN_KEY = "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\x"


def loaded(store: Store, folder: Path, report: Any, name: str = "report.json") -> str:
    path = folder / name
    path.write_text(json.dumps(report), encoding="utf-8")
    return load(store, [path], Context(), Settings()).runs[0]


def busy() -> Any:
    calls = [
        call(
            "CreateProcessInternalW", process_identifier=8, thread_identifier=9, filepath="C:\\b.exe", command_line=""
        ),
        call("NtCreateFile", filepath="C:\\x.exe", file_handle="0x40", desired_access="0x40000000", status_info=2),
        call("NtWriteFile", filepath="C:\\x.exe", file_handle="0x40", buffer="MZ"),
        call("RegSetValueExA", regkey=RUN_KEY, value="C:\\x.exe"),
        call("FindWindowA", class_name="VBoxTrayToolWndClass", window_name="", ok=False),
        call("NtDelayExecution", milliseconds=130_000, skipped=0),
    ]
    signatures = [{"name": "persistence_autorun", "severity": 3, "marks": []}, {"name": "has_pdb", "severity": 1}]
    return cuckoo(Program(4, calls, "a.exe"), Program(8, [], "b.exe", ppid=4, seen=1), signatures=signatures)


def test_an_overview_says_what_is_recorded(store: Store, tmp_path: Path) -> None:
    assert sentences(store, loaded(store, tmp_path, busy())) == [
        "The log shows 2 processes: a.exe, b.exe.",
        "A process (pid 1632) started 1 process: a.exe.",
        "a.exe (pid 4) started 1 process: b.exe.",
        "No likely injection of code is recorded.",
        "1 file was written, 1 of them programs or scripts: x.exe.",
        f"1 registry value was set by which programs start again with Windows: {RUN_KEY}.",
        "No network traffic is recorded.",
        "It looked for signs of analysis: VirtualBox.",
        "Processes asked to sleep 130 s in all: a.exe (pid 4).",
        "2 signatures of the sandbox matched; the most severe first: persistence_autorun and has_pdb.",
    ]


def test_where_nothing_is_recorded_the_overview_says_so(embedded_store: Store, tmp_path: Path) -> None:
    assert sentences(embedded_store, loaded(embedded_store, tmp_path, cuckoo())) == [
        "No process is recorded.",
        "No likely injection of code is recorded.",
        "No writing of files is recorded.",
        "No network traffic is recorded.",
        "The log holds no calls: whether anything looked for a sandbox cannot be told.",
        "No signature of the sandbox matched, or none is recorded.",
    ]


def test_several_runs_are_told_apart(embedded_store: Store, tmp_path: Path) -> None:
    for number in range(7):
        report = cuckoo(Program(4, [call("FindWindowA", class_name="OLLYDBG", window_name="")]))
        report["info"]["id"] = number
        loaded(embedded_store, tmp_path, report, f"{number}.json")
    told = above(embedded_store, runner.run(embedded_store, "fingerprinting"))
    assert told[0] == "0.json: The log shows 1 process: one.exe."
    assert {line.partition(":")[0] for line in told[:-1]} == {f"{number}.json" for number in range(5)}
    assert told[-1] == "Of 2 more runs no overview is given."


def test_a_table_has_the_overview_above_it_and_json_is_one_array(tmp_path: Path) -> None:
    report, data = tmp_path / "report.json", tmp_path / "data"
    report.write_text(json.dumps(busy()), encoding="utf-8")
    assert provgraph(data, "load", report).returncode == 0
    table = provgraph(data, "query", "fingerprinting").stdout
    assert table.startswith("The log shows 2 processes: a.exe, b.exe.\n")
    assert table.index("It looked for signs") < table.index("VBoxTrayToolWndClass")
    rows = json.loads(provgraph(data, "query", "fingerprinting", "--format", "json").stdout)
    assert {row["class"] for row in rows} == {"VirtualBox", "Sleep"}
