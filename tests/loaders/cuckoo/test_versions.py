"""What differs from version to version and must not differ in what is said: version strings, trees, paths, sections."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.reports import ALL_LAYOUTS, JSON, Program, call, cape, cuckoo, cuckoo_04, cuckoo_1, found, of, read

from graph_model import events as ev
from graph_model.builder import build

every = pytest.mark.parametrize("layout", ALL_LAYOUTS, ids=lambda layout: layout.__name__)
CALLS = [
    call("NtOpenProcess", at=1, process_handle="0x50", process_identifier=8),
    call("WriteProcessMemory", at=2, process_handle="0x50", base_address="0x1000", buffer="MZ"),
]


def built(report: JSON) -> Graph:
    graph = Graph(build(read(report)[0]))
    assert violations(graph) == []
    return graph


# --- the version string --------------------------------------------------------------------------


@every
@pytest.mark.parametrize("version", ["0.4", "1.0-dev", "1.3", "2.0.1", "2.0.7", "", None, 7, ["2.0"]])
def test_the_layout_decides_and_never_the_version_string(layout: Any, version: Any) -> None:
    report = layout(Program(4, CALLS), Program(8))
    told = read(report)[0]
    report["info"]["version"] = version
    lied = read(report)[0]
    assert [event for event in lied if not isinstance(event, ev.RunObserved)] == told[1:]
    assert len(of(ev.MemoryWritten, lied)) == 1


@every
def test_a_report_without_info_is_read_by_its_layout_too(layout: Any) -> None:
    report = layout(Program(4, CALLS), Program(8))
    del report["info"]
    assert [event.target.key for event in found(report, ev.MemoryWritten)] == ["8.0"]


# --- behavior ------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize("behavior", ["missing", None, {}, [], {"processes": []}, {"processes": None}])
def test_a_report_without_processes_still_tells_its_other_sections(layout: Any, behavior: Any) -> None:
    report = layout(network={"hosts": ["192.0.2.1"]}, signatures=[{"name": "s"}])
    report["behavior"] = behavior
    if behavior == "missing":
        del report["behavior"]
    events, drift = read(report)
    assert [event.address for event in of(ev.NetworkFlow, events)] == ["192.0.2.1"]
    assert [event.name for event in of(ev.SignatureMatched, events)] == ["s"]
    assert not of(ev.ProcessObserved, events)
    assert {"section `behavior`", "API calls"} & {what for what, _ in drift.lacks}


@every
def test_a_process_without_calls_is_a_process_beside_others(layout: Any) -> None:
    report = layout(Program(4, CALLS), Program(8, ppid=4))
    for absent in ([], None):
        report["behavior"]["processes"][1]["calls"] = absent
        assert [event.process.key for event in found(report, ev.ProcessObserved)] == ["4.0", "8.0"]
    del report["behavior"]["processes"][1]["calls"]
    events, _ = read(report)
    assert [event.process.key for event in of(ev.ProcessObserved, events)] == ["4.0", "8.0"]
    assert {event.api for event in of(ev.ApiCounted, events) if event.actor.pid == 8} == set()


# --- the process tree ----------------------------------------------------------------------------

TREES = {
    "0.4": {"pid": "400", "name": "one.exe", "children": [{"pid": "404", "name": "two.exe", "children": []}]},
    "1.x": {
        "pid": 400, "parent_id": 1632, "name": "one.exe",
        "children": [{"pid": 404, "parent_id": 400, "name": "two.exe", "children": []}],
    },
    "2.0": {
        "pid": 400, "ppid": 1632, "process_name": "one.exe", "command_line": "one", "track": True, "first_seen": 1.5e9,
        "children": [{"pid": 404, "ppid": 400, "process_name": "two.exe", "track": True, "children": []}],
    },
    "CAPE": {
        "pid": 400, "parent_id": 1632, "name": "one.exe", "module_path": "C:\\one.exe", "environ": {}, "threads": [],
        "children": [{"pid": 404, "parent_id": 400, "name": "two.exe", "module_path": "", "children": []}],
    },
}  # fmt: skip


@pytest.mark.parametrize("version", TREES)
def test_a_tree_in_the_words_of_every_version_tells_parent_and_name(version: str) -> None:
    report = cuckoo(Program(400))
    report["behavior"]["processtree"] = [TREES[version]]
    events, _ = read(report)
    assert [(e.process.key, e.name) for e in of(ev.ProcessObserved, events)][1:] == [("404.0", "two.exe")]
    assert ("400.0", "404.0") in [(e.actor.key, e.process.key) for e in of(ev.ProcessStarted, events)]


def test_a_tree_that_follows_only_the_first_process_takes_nothing_from_the_others() -> None:
    """0.6 begins at the first process and never comes to those that another one started."""
    report = cuckoo_04(Program(400), Program(404, ppid=400), Program(800, ppid=600), Program(804, ppid=800))
    report["behavior"]["processtree"] = [TREES["0.4"]]
    parents = {(event.actor.key, event.process.key) for event in found(report, ev.ProcessStarted)}
    assert parents == {("1632.0", "400.0"), ("400.0", "404.0"), ("600.0", "800.0"), ("800.0", "804.0")}


@every
def test_a_tree_that_holds_a_pid_once_leaves_both_processes_that_bore_it(layout: Any) -> None:
    report = layout(Program(400, seen=1), Program(404, ppid=400, seen=2), Program(404, ppid=400, seen=9))
    report["behavior"]["processtree"] = [TREES["1.x"]]
    assert [event.process.key for event in found(report, ev.ProcessObserved)] == ["400.0", "404.0", "404.1"]


# --- paths ---------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize(
    "written", ["\\\\172.31.48.79\\admin$\\x.exe", "\\??\\C:\\Windows\\x.exe", "\\??\\UNC\\h\\s\\x"]
)
def test_a_file_is_the_same_however_much_of_its_prefix_was_stripped(layout: Any, written: str) -> None:
    def paths(make: Any) -> set[tuple[Any, ...]]:
        create = call("NtCreateFile", filepath=written, file_handle="0x50", create_disposition=2, status_info=2)
        graph = built(make(Program(4, [create, call("NtWriteFile", file_handle="0x50", buffer="x")])))
        return {(node["path"], graph.labels[node["uid"]]) for node in graph.of("File")}

    assert paths(layout) == paths(cuckoo)
    assert paths(layout)


@every
def test_a_key_is_the_same_however_much_of_its_prefix_was_stripped(layout: Any) -> None:
    name = "\\REGISTRY\\MACHINE\\Software\\A"
    opened = call("NtCreateKey", ObjectAttributes=name, KeyHandle="0x50", Disposition="1", **{"key_handle": "0x50"})
    graph = built(layout(Program(4, [opened])))
    assert [(key["path"] if "path" in key else key["key"]) for key in graph.of("RegistryKey")] == [
        "HKEY_LOCAL_MACHINE\\Software\\A"
    ]


# --- calls ---------------------------------------------------------------------------------------


@every
def test_calls_that_happened_three_times_count_three_times(layout: Any) -> None:
    """2.x prints each of them; the others print one and how often it was repeated."""
    report = layout(Program(4, [call("NtDelayExecution", repeated=2), call("NtYieldExecution")]))
    printed = [entry["api"] for entry in report["behavior"]["processes"][0]["calls"]]
    assert printed.count("NtDelayExecution") == (3 if layout is cuckoo else 1)
    assert {e.api: e.count for e in found(report, ev.ApiCounted)} == {"NtDelayExecution": 3, "NtYieldExecution": 1}


@every
@pytest.mark.parametrize("printed", ["0x000003e8", "0x3e8", "1000"])
def test_a_pid_is_the_same_in_decimal_and_hexadecimal(layout: Any, printed: str) -> None:
    opened = call("NtOpenProcess", process_handle="0x50", ProcessIdentifier=printed)
    assert [event.target.key for event in found(layout(Program(4, [opened]), Program(1000)), ev.ProcessOpened)] == [
        "1000.0"
    ]


@pytest.mark.parametrize("pretty", ["PAGE_EXECUTE_READWRITE", None, 7])
def test_a_pretty_value_beside_the_value_changes_nothing(pretty: Any) -> None:
    memory = {"process_handle": "0x50", "base_address": "0x1000", "region_size": "0x1000", "protection": "0x40"}
    report = cape(Program(4, [CALLS[0], call("NtAllocateVirtualMemory", **memory)]), Program(8))
    for argument in report["behavior"]["processes"][0]["calls"][1]["arguments"]:
        argument["pretty_value"] = pretty
    assert [event.executable for event in found(report, ev.MemoryAllocated)] == [True]


@pytest.mark.parametrize("layout", [cape, cuckoo_1, cuckoo_04], ids=lambda layout: layout.__name__)
def test_the_oldest_thread_ids_and_returned_handles_are_texts(layout: Any) -> None:
    started = call("CreateRemoteThread", process_handle="0x50", function_address="0x1000", returned=0x172)
    resumed = call("NtResumeThread", thread_handle="0x00000172", suspend_count=1)
    report = layout(Program(4, [CALLS[0], started, resumed]), Program(8))
    entry = report["behavior"]["processes"][0]["calls"][1]
    assert (entry["return"], entry["thread_id"]) == ("0x00000172", "11")
    assert [event.target.key for event in found(report, ev.ThreadResumed)] == ["8.0"]


# --- sections ------------------------------------------------------------------------------------


def test_the_oldest_answers_of_dns_stand_beside_the_name() -> None:
    report = cuckoo_04(Program(4), network={"dns": [{"hostname": "example.com", "ip": "192.0.2.1"}]})
    assert [(e.name, e.addresses) for e in found(report, ev.DnsResolved)] == [("example.com", ("192.0.2.1",))]


@every
@pytest.mark.parametrize("hosts", [["192.0.2.1"], [{"ip": "192.0.2.1", "country_name": "x", "hostname": ""}]])
def test_hosts_are_texts_or_objects_in_every_layout(layout: Any, hosts: Any) -> None:
    assert [e.address for e in found(layout(network={"hosts": hosts}), ev.NetworkFlow)] == ["192.0.2.1"]


@every
def test_a_dropped_file_without_pids_has_the_writer_that_the_calls_name_or_none(layout: Any) -> None:
    made = call("NtCreateFile", filepath="C:\\d.exe", file_handle="0x50", create_disposition=2, status_info=2)
    calls = [made, call("NtWriteFile", file_handle="0x50", buffer="MZ")]
    entry = {"name": "d.exe", "path": "/storage/d.exe", "sha256": "ab" * 32}
    graph = built(layout(Program(4, calls), dropped=[entry, {**entry, "filepath": "C:\\e.exe"}]))
    writers = {(graph.nodes[row["a"]]["pid"], graph.nodes[row["b"]]["path"]) for row in graph.between("WROTE")}
    assert writers == {(4, "C:\\d.exe")}


@pytest.mark.parametrize(
    "signature",
    [
        {"data": [{"file": "C:\\x"}]},
        {"data": [{"process": {"process_id": 4}, "signs": [{"type": "file", "value": "C:\\x"}]}]},
        {"marks": [{"type": "ioc", "category": "file", "ioc": "C:\\x", "description": None}], "markcount": 1},
        {"data": [], "new_data": [{"process": {"process_id": 4}, "signs": [{"type": "file", "value": "C:\\x"}]}]},
    ],
    ids=["0.x", "1.x", "2.x", "CAPE"],
)
@every
def test_the_text_of_a_mark_is_told_for_the_run_in_every_version(layout: Any, signature: JSON) -> None:
    report = layout(Program(4), signatures=[{"name": "s", "severity": 2, **signature}])
    run = next(event for event in found(report, ev.SignatureMatched) if event.actor is None)
    assert [text.removeprefix("file: ") for text in run.iocs] == ["C:\\x"]
    assert run.marks == 1


# --- clocks --------------------------------------------------------------------------------------


@every
def test_clocks_that_disagree_change_neither_the_order_nor_who_did_what(layout: Any) -> None:
    """The guest's clock lies a day before the machine's start and the calls before the process was first seen."""
    report = layout(Program(4, CALLS, seen=50), Program(8, seen=-86_400))
    events = found(report, ev.ProcessOpened, ev.MemoryWritten)
    assert [(type(event).__name__, event.actor.key, event.target.key) for event in events] == [
        ("ProcessOpened", "4.0", "8.0"),
        ("MemoryWritten", "4.0", "8.0"),
    ]
    assert [event.seq for event in events] == [0, 1]
