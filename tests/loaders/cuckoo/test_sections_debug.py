"""`debug`, and what it says of the sandbox's own activity in the guest."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.graphs import Graph
from helpers.reports import JSON, Program, call, cuckoo, found, read

from graph_model import events as ev
from graph_model.builder import build
from loaders.cuckoo.model import Process
from loaders.cuckoo.sections.owned import Own

# as analyzer.py of Cuckoo 2.0.x begins its log
LOG = [
    "2017-05-18 10:00:00,000 [analyzer] DEBUG: Starting analyzer from: C:\\gsyfzhe\n",
    "2017-05-18 10:00:00,015 [analyzer] DEBUG: Pipe server name: \\??\\PIPE\\hGkLqWeRtY\n",
    "2017-05-18 10:00:00,015 [analyzer] DEBUG: Log pipe server name: \\??\\PIPE\\zXcVbN\n",
    "2017-05-18 10:00:01,000 [modules.auxiliary.human] WARNING: no desktop\n",
]


def run_of(report: JSON) -> dict[str, Any]:
    (node,) = Graph(build(read(report)[0])).of("Run")
    return node


def owned(report: JSON) -> set[str]:
    """What belongs to the sandbox: path, pipe or `pid name`."""
    graph = Graph(build(read(report)[0]))
    nodes = [{**node, "label": graph.labels[uid]} for uid, node in graph.nodes.items() if node.get("sandbox")]
    return {f"{n['pid']} {n.get('name')}" if n["label"] == "Process" else n.get("path") or n["name"] for n in nodes}


# --- debug ---------------------------------------------------------------------------------------


def test_warnings_are_kept_and_the_rest_is_counted() -> None:
    cuckoo_log = [{"level": "warning", "message": "slow"}, {"level": "info", "message": "fine"}]
    run = run_of(
        cuckoo(Program(4), debug={"log": LOG, "cuckoo": cuckoo_log, "errors": ["it broke"], "action": ["vmrouting"]})
    )
    assert run["debug"] == [LOG[3].strip(), "WARNING: slow"]
    assert (run["debug_count"], run["log_lines"]) == (2, 6)
    assert (run["errors"], run["error_count"], run["actions"]) == (["it broke"], 1, ["vmrouting"])


def test_a_log_may_be_one_text() -> None:
    assert run_of(cuckoo(Program(4), debug={"log": "".join(LOG), "errors": []}))["log_lines"] == 4


def test_what_the_guest_printed_for_a_debugger_is_kept() -> None:
    assert run_of(cuckoo(Program(4), debug={"dbgview": ["[4] hello"]}))["debug"] == ["[4] hello"]


def test_long_logs_are_cut_and_say_how_long_they_were() -> None:
    run = run_of(cuckoo(Program(4), debug={"log": [f"WARNING: {n:04}" for n in range(500)]}))
    assert (len(run["debug"]), run["debug_count"]) == (200, 500)


@pytest.mark.parametrize("log", [None, 7, {}, [None, 7, {}, []], [{"level": 7, "message": []}], "\n\n"])
def test_a_log_of_any_shape_leaves_the_rest(log: Any) -> None:
    assert found(cuckoo(Program(4), debug={"log": log, "cuckoo": log}), ev.ProcessObserved)


# --- the sandbox's own ---------------------------------------------------------------------------


def test_the_folder_that_the_analyzer_names_is_its_own() -> None:
    report = cuckoo(
        Program(4, [
            call("NtCreateFile", filepath=r"C:\gsyfzhe\bin\monitor-x86.dll", file_handle="0x1", status_info=2),
            call("NtCreateFile", filepath=r"C:\gsyfzhe2\x.exe", file_handle="0x2", status_info=2),
            call("NtCreateFile", filepath=r"\??\PIPE\hGkLqWeRtY", file_handle="0x3"),
            call("NtCreateFile", filepath=r"\??\PIPE\other", file_handle="0x4"),
        ]),
        Program(8, name="is32bit.exe", extra={"process_path": r"C:\gsyfzhe\bin\is32bit.exe"}),
        Program(12, name="python.exe", extra={"command_line": r'C:\Python27\python.exe "C:\gsyfzhe\analyzer.py"'}),
        Program(16, name="python.exe", extra={"command_line": r"C:\Python27\python.exe C:\Users\a\Temp\sample.py"}),
        debug={"log": LOG},
    )  # fmt: skip
    assert owned(report) == {
        r"C:\gsyfzhe\bin\monitor-x86.dll",
        r"C:\gsyfzhe\bin\is32bit.exe",
        r"C:\gsyfzhe\analyzer.py",
        "8 is32bit.exe",
        "12 python.exe",
        "hGkLqWeRtY",
    }


def test_nothing_is_hidden() -> None:
    create = call("NtCreateFile", filepath=r"C:\gsyfzhe\a.dll", file_handle="0x1", status_info=2)
    with_log, without = cuckoo(Program(4, [create]), debug={"log": LOG}), cuckoo(Program(4, [create]))
    kinds = (ev.FileCreated, ev.ProcessObserved)
    assert [type(e) for e in found(with_log, *kinds)] == [type(e) for e in found(without, *kinds)]


def test_a_random_looking_folder_alone_is_nobodys() -> None:
    create = call("NtCreateFile", filepath=r"C:\gsyfzhe\bin\a.exe", file_handle="0x1", status_info=2)
    assert owned(cuckoo(Program(4, [create]))) == set()


def test_without_a_log_the_command_line_or_a_tool_names_the_folder() -> None:
    analyzer = Program(12, name="python.exe", extra={"command_line": r"C:\Python27\python.exe C:\abcdef\analyzer.py"})
    load = Program(4, [call("LdrLoadDll", module_name=r"C:\abcdef\bin\x.dll")])
    assert r"C:\abcdef\bin\x.dll" in owned(cuckoo(analyzer, load))
    tool = Program(8, name="inject-x86.exe", extra={"process_path": r"C:\qwerty\bin\inject-x86.exe"})
    assert owned(cuckoo(tool)) == {"8 inject-x86.exe", r"C:\qwerty\bin\inject-x86.exe"}


def test_the_agent_was_there_before_the_sample() -> None:
    agent = {"command_line": r"C:\Python27\pythonw.exe C:\Users\a\Start\agent.pyw"}
    waiting = Program(100, name="pythonw.exe", extra=agent)
    assert owned(cuckoo(waiting, Program(4, ppid=100))) == {"100 pythonw.exe"}
    started = Program(200, name="pythonw.exe", ppid=4, extra=agent)
    assert owned(cuckoo(Program(4), started)) == set(), "the sample may bring a script of that name"


@pytest.mark.parametrize("folder", ["C:\\", "C:\\Windows", "C:\\Windows\\System32", "C:\\Users\\a", "no folder"])
def test_folders_of_windows_are_never_the_sandboxs(folder: str) -> None:
    own = Own([f"x DEBUG: Starting analyzer from: {folder}"], [])
    assert own.folders == set()
    assert not own.file(r"C:\Windows\System32\x.dll")


def test_only_the_beginning_of_the_log_is_believed() -> None:
    late = ["x"] * 300 + ["2017 [analyzer] DEBUG: Starting analyzer from: C:\\malware"]
    assert Own(late, []).folders == set()
    assert Own([None, 7, *LOG], [Process(command_line=7)]).folders == {r"c:\gsyfzhe"}
