"""`dropped` and the dumps of memory: bytes, where they lay, and who wrote or held them."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.reports import JSON, Program, call, cape, cuckoo, found, of, read

from graph_model import events as ev
from graph_model.builder import build

A, B = "ab" * 32, "cd" * 32


def built(report: JSON) -> Graph:
    graph = Graph(build(read(report)[0]))
    assert violations(graph) == []
    return graph


def wrote(report: JSON) -> list[tuple[str, str]]:
    return [(e.actor.key, e.file.path) for e in found(report, ev.FileWritten) if e.api == "dropped"]


# --- dropped -------------------------------------------------------------------------------------


def test_a_dropped_file_holds_its_bytes_and_has_its_writers() -> None:
    entry = {"filepath": r"C:\d.exe", "sha256": A, "pids": [8, 4, 8], "yara": [{"name": "rule"}], "size": 3}
    report = cuckoo(Program(4), Program(8), dropped=[entry])
    assert wrote(report) == [("4.0", r"C:\d.exe"), ("8.0", r"C:\d.exe")]
    graph = built(report)
    (row,) = graph.between("HAS_CONTENT")
    assert (graph.nodes[row["a"]]["path"], graph.nodes[row["b"]]["sha256"]) == (r"C:\d.exe", A)
    assert graph.nodes[row["b"]]["yara"] == ["rule"]


@pytest.mark.parametrize(
    ("done", "writers"),
    [
        (call("DeleteFileW", filepath=r"C:\d.exe"), []),
        (call("MoveFileWithProgressW", oldfilepath=r"C:\d.exe", newfilepath=r"C:\e.exe"), []),
        (call("NtCreateFile", filepath=r"C:\d.exe", file_handle="0x1", status_info=2), [("4.0", r"C:\d.exe")]),
        (call("NtClose", handle="0x1"), [("4.0", r"C:\d.exe")]),
    ],
)
def test_who_only_deleted_or_moved_a_file_did_not_write_it(done: Any, writers: list[Any]) -> None:
    report = cuckoo(Program(4, [done]), dropped=[{"filepath": r"C:\d.exe", "sha256": A, "pids": [4]}])
    assert wrote(report) == writers


def test_bytes_from_an_unknown_place_hang_on_the_run() -> None:
    oldest = {"name": "1234_a.exe", "path": "/storage/files/1/a.exe", "sha256": A}
    graph = built(cuckoo(Program(4), dropped=[oldest]))
    (row,) = graph.between("KEPT")
    assert (graph.labels[row["a"]], graph.nodes[row["b"]]["sha256"], row["names"]) == ("Run", A, ["1234_a.exe"])
    assert not graph.between("HAS_CONTENT")
    assert not graph.between("WROTE")


@pytest.mark.parametrize("paths", [r"C:\d.exe", [r"C:\d.exe"]])
def test_guest_paths_are_a_text_or_a_list(paths: Any) -> None:
    report = cape(Program(4), dropped=[{"guest_paths": paths, "name": ["d.exe"], "sha256": A, "pids": [4]}])
    assert wrote(report) == [("4.0", r"C:\d.exe")]


# --- dumps ---------------------------------------------------------------------------------------


def dumps(report: JSON) -> set[tuple[str, str, int | None, str]]:
    """(bytes, role, pid, the tool's word)."""
    graph = built(report)
    return {
        (graph.nodes[r["a"]]["sha256"][:2], r["role"], graph.nodes[r["b"]].get("pid"), r.get("kinds", [""])[0])
        for r in graph.between("DUMPED_FROM")
    }


def test_a_payload_hangs_on_the_process_that_held_it() -> None:
    payload = {"sha256": A, "pid": 4, "cape_type": "Unpacked Shellcode", "virtual_address": "0x0000000002260000"}
    report = cape(Program(4), CAPE={"payloads": [payload], "configs": []})
    assert dumps(report) == {("ab", "source", 4, "Unpacked Shellcode")}
    (row,) = built(report).between("DUMPED_FROM")
    assert row["addresses"] == ["0x2260000"]


def test_an_injected_payload_hangs_on_both_processes() -> None:
    payload = {"sha256": A, "pid": 4, "cape_type": "Injected PE Image", "target_pid": "8", "target_process": "x.exe"}
    assert dumps(cape(Program(4), Program(8), CAPE={"payloads": [payload]})) == {
        ("ab", "source", 4, "Injected PE Image"),
        ("ab", "target", 8, "Injected PE Image"),
    }


def test_a_target_that_is_in_no_list_has_the_name_that_the_payload_gives() -> None:
    payload = {"sha256": A, "pid": 4, "target_pid": 44, "target_process": "x.exe", "target_path": r"C:\x.exe"}
    events = read(cape(Program(4), CAPE={"payloads": [payload]}))[0]
    (named,) = [e for e in of(ev.ProcessObserved, events) if e.process.pid == 44]
    assert (named.name, named.path, named.recorded) == ("x.exe", r"C:\x.exe", False)


def test_a_dump_is_no_file_and_nobody_wrote_it() -> None:
    dump = {"sha256": A, "pid": "4,8", "guest_paths": r"1;?C:\x.exe;?C:\x.exe;?", "pe": {"imphash": "0"}}
    report = cape(Program(4), Program(8), procdump=[dump])
    assert dumps(report) == {("ab", "source", 4, "process dump"), ("ab", "source", 8, "process dump")}
    graph = built(report)
    assert not graph.of("File")
    assert [node["imphash"] for node in graph.of("Content")] == ["0"]


def test_images_cut_out_of_whole_dumps_hang_on_their_process() -> None:
    memory = [{"pid": 4, "file": "/m/4-1.dmp", "regions": [], "extracted": [{"sha256": A}, {"sha256": B}]}, 7]
    assert dumps(cuckoo(Program(4), procmemory=memory)) == {
        ("ab", "source", 4, "image in memory"),
        ("cd", "source", 4, "image in memory"),
    }


@pytest.mark.parametrize("value", [7, "x", [7], [{}], {"payloads": 7}, [{"sha256": A, "pid": "no"}]])
@pytest.mark.parametrize("section", ["CAPE", "procdump", "procmemory"])
def test_dumps_of_any_shape_leave_the_rest(section: str, value: Any) -> None:
    assert violations(built(cape(Program(4), **{section: value}))) == []
