"""Signatures and their IOCs: a mark of the signature, and an event where an IOC states one that no line told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers.graphs import Graph, violations
from helpers.reports import of
from helpers.tasks import CHILD, SAMPLE, TEMP, acting, entry, file, matched, on_disk, post, read, registry, signature

from graph_model import events as ev
from graph_model.builder import build

RUN_VALUE = "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\x"
APC = "Process injection by adding a user-mode APC to destination process thread APC queue."
INJECTED = {
    "technique": APC,
    "source_process": "p73.exe",
    "source_procid": SAMPLE,
    "destination_process": "p74.exe",
    "destination_procid": CHILD,
}
WROTE_MEMORY = {"target_process": "p74.exe", "target_process_id": CHILD, "process": "p73.exe", "process_id": SAMPLE}
MARKS = "IOCs that stay marks of their signature"


def stated(tmp_path: Path, name: str, *iocs: dict[str, Any], lines: tuple[Any, ...] = (), **how: Any) -> list[ev.Event]:
    """The events that IOCs make."""
    events, _ = read(on_disk(tmp_path, post(signature(name, *iocs, **how)), *lines))
    assert violations(Graph(build(events))) == []
    return [event for event in events if event.api and event.api.startswith("signature ")]


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_signature_matched_the_processes_that_its_iocs_name(tmp_path: Path, wrapped: bool) -> None:
    iocs = [matched("Opened file for modifying", f"C:\\{n}", who) for n, who in ((1, SAMPLE), (2, SAMPLE), (3, CHILD))]
    events, drift = read(on_disk(tmp_path, post(signature("file_drops_windows", *iocs, wrapped=wrapped))))
    found = of(ev.SignatureMatched, events)
    assert [(event.actor.key, event.marks, event.severity) for event in found] == [("73", 2, 6), ("74", 1, 6)]
    assert {event.position.partition(":")[2] for event in found} == {"post.signatures[0]"}
    assert found[0].description == "about file_drops_windows"
    assert drift.read["signatures"] == 1


def test_a_signature_without_iocs_matched_the_run(tmp_path: Path) -> None:
    events, drift = read(on_disk(tmp_path, post(signature("emotet", family="emotet", ttps=["T1055"]))))
    (found,) = of(ev.SignatureMatched, events)
    assert (found.actor, found.name) == (None, "emotet")
    assert drift.unknown == {("signature", "family"): 1, ("signature", "ttps"): 1}


@pytest.mark.parametrize(
    ("description", "value", "kind"),
    [
        ("Opened file read-only", f"{TEMP}a", ev.FileRead),
        ("Opened file for modifying", f"{TEMP}a", ev.FileWritten),
        ("Created file", f"{TEMP}a", ev.FileCreated),
        ("Created file read-only", f"{TEMP}a", ev.FileCreated),
        ("Deleted file", f"{TEMP}a", ev.FileDeleted),
        ("Truncated file", f"{TEMP}a", ev.FileWritten),
        ("Set registry key value", RUN_VALUE, ev.RegistryValueSet),
        ("Queried registry key value", RUN_VALUE, ev.RegistryValueRead),
        ("Created registry key", RUN_VALUE, ev.RegistryKeyCreated),
        ("Deleted registry key", RUN_VALUE, ev.RegistryKeyDeleted),
        ("Deleted registry key value", RUN_VALUE, ev.RegistryValueDeleted),
        ("Created mutant", "\\BaseNamedObjects\\x", ev.MutexUsed),
    ],
)
def test_an_ioc_that_says_what_was_done_becomes_that_event(
    tmp_path: Path, description: str, value: str, kind: type[ev.Event]
) -> None:
    (event,) = stated(tmp_path, "sig", matched(description, value))
    assert type(event) is kind
    assert event.actor is not None
    assert (event.actor.key, event.api, event.time) == ("73", "signature sig", None)
    assert event.position.partition(":")[2] == "post.signatures[0].iocs[0]"


@pytest.mark.parametrize(
    "ioc",
    [
        {"value": "http://ocsp.digicert.com/x"},  # a network pattern: the network section tells of it
        matched("Renamed file", f"{TEMP}a"),  # source or target, it does not say which
        matched("Set registry key value", "powershell -enc AAAA"),  # the data, not the path
        matched("Opened registry key", RUN_VALUE),
        matched("Opened file for modifying", "\\Device\\Afd"),
        matched("Does something new", f"{TEMP}a"),
        {"process": "p73.exe", "process_id": SAMPLE},
        {"path": f"{TEMP}a.exe", "process": "p73.exe", "process_id": SAMPLE},
        {"fake_parent_process": "a", "fake_parent_process_id": CHILD, "process_id": SAMPLE},
        {"description": 7, "value": [], "process_id": {}},
        {},
    ],
)
def test_an_ioc_without_a_meaning_of_its_own_stays_a_mark(tmp_path: Path, ioc: dict[str, Any]) -> None:
    events, drift = read(on_disk(tmp_path, post(signature("sig", ioc))))
    assert [event for event in events if event.api and event.api.startswith("signature ")] == []
    assert drift.read[MARKS] == 1
    assert len(of(ev.SignatureMatched, events)) == 1


def test_an_ioc_whose_value_was_cut_stays_a_mark(tmp_path: Path) -> None:
    cut = {"truncated": True, "ioc": matched("Created file", f"{TEMP}a ..value truncated")}
    section = {"truncated": True, "count": 500, "iocs": [cut]}
    events, drift = read(on_disk(tmp_path, post(signature("sig") | {"iocs": section})))
    assert of(ev.FileCreated, events) == []
    assert drift.read[MARKS] == 1
    assert "all IOCs of the signature sig" in {what for what, _ in drift.lacks}


def test_what_a_line_told_is_not_told_again(tmp_path: Path) -> None:
    lines = (file("open_modify", 5, f"{TEMP}a"), registry("set_value", 6, RUN_VALUE))
    iocs = (
        matched("Opened file for modifying", f"{TEMP}a"),
        matched("Set registry key value", RUN_VALUE),
        matched("Opened file for modifying", f"{TEMP}a", CHILD),
    )
    (event,) = stated(tmp_path, "sig", *iocs, lines=lines)
    assert isinstance(event, ev.FileWritten)
    assert event.actor is not None
    assert event.actor.key == "74", "another process did it, too"


def test_what_two_signatures_state_is_told_once(tmp_path: Path) -> None:
    ioc = matched("Created file", f"{TEMP}a")
    events, _ = read(on_disk(tmp_path, post(signature("one", ioc), signature("two", ioc))))
    assert [event.api for event in of(ev.FileCreated, events)] == ["signature one"]


def test_what_was_tried_and_failed_did_not_happen_for_a_signature_either(tmp_path: Path) -> None:
    lines = (registry("set_value", 6, RUN_VALUE, status=0xC0000022),)
    assert stated(tmp_path, "sig", matched("Set registry key value", RUN_VALUE), lines=lines) == []


def test_an_injection_of_a_signature_is_reported_with_its_technique(tmp_path: Path) -> None:
    (event,) = stated(tmp_path, "process_injection", INJECTED)
    assert isinstance(event, ev.InjectionReported)
    assert event.actor is not None
    assert (event.actor.key, event.target.key) == ("73", "74")
    assert event.api == "signature process_injection: queue_user_apc"


def test_an_injection_that_the_monitor_told_is_not_told_again(tmp_path: Path) -> None:
    line = acting("process_injection", 1, action="queue_user_apc", dstpid=5040, dstprocid=CHILD)
    assert stated(tmp_path, "process_injection", INJECTED, lines=(line,)) == []


def test_memory_that_a_signature_saw_written_is_no_report_of_an_injection(tmp_path: Path) -> None:
    (event,) = stated(tmp_path, "wrote_proc_memory", WROTE_MEMORY, WROTE_MEMORY)
    assert isinstance(event, ev.MemoryWritten)
    assert (event.target.key, event.executable) == ("74", None)


def test_iocs_name_processes_that_nothing_else_describes(tmp_path: Path) -> None:
    report = post(signature("wrote_proc_memory", WROTE_MEMORY, WROTE_MEMORY), processes=[entry(SAMPLE, 1)])
    found = of(ev.ProcessObserved, read(on_disk(tmp_path, report))[0])
    assert [(event.process.key, event.name, event.recorded) for event in found] == [
        ("73", "p73.exe", True),
        ("74", "p74.exe", False),
    ]


def test_a_process_that_deletes_its_own_file_deletes_a_file(tmp_path: Path) -> None:
    (event,) = stated(tmp_path, "deletes_itself", {"path": f"{TEMP}p73.exe", "process_id": SAMPLE})
    assert isinstance(event, ev.FileDeleted)
    assert event.file.path == f"{TEMP}p73.exe"


@pytest.mark.parametrize(("path", "number"), [(f"{TEMP}a.dll", 1), (17, 0)])
def test_a_dropped_dll_is_loaded_where_the_ioc_has_its_path(tmp_path: Path, path: Any, number: int) -> None:
    events = stated(tmp_path, "loads_dropped_dll", {"path": path, "process_id": SAMPLE})
    assert len(of(ev.ModuleLoaded, events)) == number


def test_the_command_line_that_a_pattern_matched_is_that_of_its_process(tmp_path: Path) -> None:
    (event,) = stated(tmp_path, "cmd", matched("Created process", "vssadmin delete shadows"))
    assert isinstance(event, ev.ProcessObserved)
    assert (event.process.key, event.command_line) == ("73", "vssadmin delete shadows")


def test_signatures_of_the_static_stage_mark_the_run_and_state_nothing(tmp_path: Path) -> None:
    task = on_disk(tmp_path, post())
    static = signature("known_file", matched("Created file", f"{TEMP}a"))
    pre = {"analysis_id": "20210707-6UZJTX", "signatures": [static]}
    (task.parent / "pre.json").write_text(json.dumps(pre))
    events, _ = read(task)
    (event,) = of(ev.SignatureMatched, events)
    assert event.position.partition(":")[2] == "pre.signatures[0]"
    assert of(ev.FileCreated, events) == []
